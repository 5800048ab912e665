import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { member, type RunningFiles, runFiles } from './running-files.ts';

const editor = member('EDITOR');
const tusHeaders = { 'tus-resumable': '1.0.0' };
let files: RunningFiles;

beforeAll(async () => {
  files = await runFiles();
});
afterAll(() => files[Symbol.asyncDispose]());

const checksum = (algorithm: string, bytes: Uint8Array): string =>
  `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`;

test.each([
  [
    'whose checksum is wrong',
    460,
    { 'upload-length': '3221225472' },
    checksum('sha256', Buffer.from('hellp')),
  ],
  ['with more bytes than it has', 413, { 'upload-length': '4' }, checksum('sha256', Buffer.from('hello'))],
] as const)(
  'an upload that begins with a piece %s is refused and reserves nothing: nobody was told where it is',
  async (_what, status, length, sum) => {
    const reserved = async (): Promise<number> =>
      (await files.ask(editor, '{ workspaceUsage { reservedBytes } }')).data.workspaceUsage.reservedBytes;
    const before = await reserved();
    const answer = await files.send(editor, 'POST', '/files/tus', {
      headers: {
        ...tusHeaders,
        ...length,
        'upload-metadata': `filename ${Buffer.from('a.bin').toString('base64')}`,
        'upload-checksum': sum,
        'content-type': 'application/offset+octet-stream',
      },
      body: Buffer.from('hello'),
    });
    expect([answer.status, answer.headers['location']]).toEqual([status, undefined]);
    expect(await reserved()).toBe(before);
  },
);

test('a name that is not UTF-8 is refused, and none is kept that its client did not mean', async () => {
  const name = Buffer.from('Zürich.txt', 'latin1').toString('base64');
  const headers = { ...tusHeaders, 'upload-length': '1', 'upload-metadata': `filename ${name}` };
  const { status, json } = await files.send(editor, 'POST', '/files/tus', { headers });
  expect([status, json().detail]).toEqual([400, 'filename in Upload-Metadata is no text in UTF-8.']);
});
