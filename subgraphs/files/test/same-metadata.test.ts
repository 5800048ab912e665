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

test('a text of metadata is found however its letters were put together', async () => {
  await using files = await runFiles();
  const editor = member('EDITOR');
  const [apart, whole] = ['E\u0301cole', '\u00c9cole'];
  const id = await uploaded(
    files,
    editor,
    { name: 'a', bytes: 'a' },
    { metadata: JSON.stringify({ place: apart }) },
  );
  const older = await uploaded(files, editor, { name: 'b', bytes: 'b' });
  // As it was kept before texts were put together.
  await files.relational.query('UPDATE files.file SET metadata = $2 WHERE id = $1', [
    older,
    { place: apart },
  ]);
  const found = async (eq: string) => {
    const query =
      'query ($eq: JSON!) { files(where: { metadata: [{ key: "place", eq: $eq }] }, orderBy: [{ name: ASC }]) { nodes { id } } }';
    const { data, errors } = await files.ask(editor, query, { eq });
    if (data === null) throw new Error(JSON.stringify(errors));
    return data.files.nodes.map((file: { readonly id: string }) => file.id);
  };
  expect(await found(whole)).toEqual([id]);
  expect(await found(apart)).toEqual([id, older]);
  const { data } = await files.ask(editor, 'query ($id: ID!) { file(id: $id) { metadata } }', { id });
  expect(data.file.metadata).toEqual({ place: whole });
});
