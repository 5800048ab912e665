import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { form, member, type RunningFiles, runFiles } from './running-files.ts';

const editor = member('EDITOR');
let files: RunningFiles;
beforeAll(async () => {
  files = await runFiles();
});
afterAll(() => files[Symbol.asyncDispose]());

const runsBehind = async (): Promise<readonly unknown[]> =>
  (await files.takeEvents()).filter(({ topic }) => topic === 'files.file').map(({ event }) => event.runid);

test('a file that a run uploads by a form or by tus names the run in its event, and one of a person names none', async () => {
  const runId = newId();
  const acting = { ...editor, runId };
  await files.send(acting, 'POST', '/files/form', form([{ name: 'a.txt', bytes: 'a' }]));
  expect(await runsBehind()).toEqual([runId]);
  const tus = { 'tus-resumable': '1.0.0' };
  const metadata = `filename ${Buffer.from('b.txt').toString('base64')}`;
  const begun = await files.send(acting, 'POST', '/files/tus', {
    headers: { ...tus, 'upload-length': '1', 'upload-metadata': metadata },
  });
  await files.send(acting, 'PATCH', begun.headers['location'] ?? '', {
    headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: Buffer.from('b'),
  });
  expect(await runsBehind()).toEqual([runId]);
  await files.send(editor, 'POST', '/files/form', form([{ name: 'c.txt', bytes: 'c' }]));
  expect(await runsBehind()).toEqual([undefined]);
});
