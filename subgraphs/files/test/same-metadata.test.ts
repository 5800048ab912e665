import { expect, test } from 'vitest';
import { member, runFiles, uploaded } from './running-files.ts';

test('metadata that is set to what it is changes nothing, in whichever order it is given', async () => {
  await using files = await runFiles();
  const editor = member('EDITOR');
  const id = await uploaded(files, editor, { name: 'a', bytes: 'a' });
  const set = async (metadata: object): Promise<number> => {
    const mutation =
      'mutation ($id: ID!, $metadata: JSON!) { setFileMetadata(id: $id, metadata: $metadata) { version } }';
    return (await files.ask(editor, mutation, { id, metadata })).data.setFileMetadata.version;
  };
  const version = await set({ camera: 'Leica', raw: true });
  await files.takeEvents();
  expect(await set({ camera: 'Leica', raw: true })).toBe(version);
  expect(await set({ raw: true, camera: 'Leica' })).toBe(version);
  expect(await files.takeEvents()).toEqual([]);
  expect(await set({ camera: 'Leica', raw: false })).toBe(version + 1);
});
