import { expect, test } from 'vitest';
import { member, runFiles } from './running-files.ts';

test('an empty piece behind the last byte changes nothing, and one with a byte is more than was announced', async () => {
  await using files = await runFiles();
  const editor = member('EDITOR');
  const tus = { 'tus-resumable': '1.0.0' };
  const begun = await files.send(editor, 'POST', '/files/tus', {
    headers: { ...tus, 'upload-length': '5', 'upload-metadata': 'filename YS5iaW4=' },
  });
  const patch = (offset: number, text: string) =>
    files.send(editor, 'PATCH', begun.headers['location'] ?? '', {
      headers: {
        ...tus,
        'upload-offset': String(offset),
        'content-type': 'application/offset+octet-stream',
      },
      body: Buffer.from(text),
    });
  const id = (await patch(0, 'abcde')).headers['tributary-file-id'];
  const again = await patch(5, '');
  expect([again.status, again.headers['upload-offset'], again.headers['tributary-file-id']]).toEqual([
    204,
    '5',
    id,
  ]);
  const more = await patch(5, 'f');
  expect([more.status, more.json().code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  const shown = 'query ($id: ID!) { file(id: $id) { sizeBytes versionNumber } }';
  expect((await files.ask(editor, shown, { id })).data.file).toEqual({ sizeBytes: 5, versionNumber: 1 });
});
