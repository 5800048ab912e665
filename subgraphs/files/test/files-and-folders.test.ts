import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { member, type RunningFiles, runFiles, uploaded } from './running-files.ts';

let files: RunningFiles;
let editor = member('EDITOR');

beforeAll(async () => {
  files = await runFiles();
});
afterAll(() => files[Symbol.asyncDispose]());
beforeEach(async () => {
  editor = member('EDITOR');
  await files.takeEvents();
});

async function change(mutation: string, variables: Readonly<Record<string, unknown>> = {}) {
  const types: Readonly<Record<string, string>> = {
    id: 'ID!',
    folderId: 'ID',
    parentId: 'ID',
    metadata: 'JSON!',
    input: 'FolderPatch!',
  };
  const declared = Object.keys(variables).map((name) => `$${name}: ${types[name] ?? 'String!'}`);
  const head = declared.length === 0 ? '' : `(${declared.join(', ')})`;
  return files.ask(editor, `mutation ${head} { ${mutation} }`, variables);
}

async function folder(name: string, parentId: string | null = null): Promise<string> {
  const { data } = await files.ask(
    editor,
    'mutation ($input: CreateFolderInput!) { createFolder(input: $input) { id } }',
    { input: { name, parentId } },
  );
  return data.createFolder.id;
}

async function names(where: object, more = ''): Promise<readonly string[]> {
  const { data, errors } = await files.ask(
    editor,
    `query ($where: FileWhere) { files(where: $where ${more}) { nodes { name } } }`,
    {
      where,
    },
  );
  if (data === null) throw new Error(JSON.stringify(errors));
  return data.files.nodes.map(({ name }: { name: string }) => name);
}

describe('a file', () => {
  test('is renamed, moved, and told of, each change once', async () => {
    const id = await uploaded(files, editor, { name: 'a.txt', bytes: 'a' });
    const folderId = await folder('papers');
    await files.takeEvents();
    const renamed = await change('renameFile(id: $id, name: $name) { name version }', {
      id,
      name: '  b.txt ',
    });
    expect(renamed.data.renameFile).toEqual({ name: 'b.txt', version: 2 });
    const moved = await change('moveFile(id: $id, folderId: $folderId) { folder { name } version }', {
      id,
      folderId,
    });
    expect(moved.data.moveFile).toEqual({ folder: { name: 'papers' }, version: 3 });
    const same = await change('moveFile(id: $id, folderId: $folderId) { version }', { id, folderId });
    expect(same.data.moveFile.version).toBe(3);
    const top = await change('moveFile(id: $id) { folderId version }', { id });
    expect(top.data.moveFile).toEqual({ folderId: null, version: 4 });
    const events = await files.takeEvents();
    expect(events.map(({ event }) => [event.type, (event.data as { changed: unknown }).changed])).toEqual([
      ['files.file.updated', ['name']],
      ['files.file.updated', ['folderId']],
      ['files.file.updated', ['folderId']],
    ]);
  });

  test('is changed in several fields at once, in one event', async () => {
    const id = await uploaded(files, editor, { name: 'a.txt', bytes: 'a' });
    const folderId = await folder('papers');
    await files.takeEvents();
    const update =
      'mutation ($id: ID!, $input: FilePatch!) { updateFile(id: $id, input: $input) { name folderId metadata version } }';
    const input = { name: 'b.txt', folderId, metadata: { a: 1 } };
    const changed = await files.ask(editor, update, { id, input });
    expect(changed.data.updateFile).toEqual({ ...input, version: 2 });
    expect((await files.takeEvents()).map(({ event }) => event.data)).toMatchObject([
      { changed: ['name', 'folderId', 'metadata'] },
    ]);
    const top = await files.ask(editor, update, { id, input: { folderId: null } });
    expect(top.data.updateFile).toEqual({ ...input, folderId: null, version: 3 });
    expect((await files.ask(editor, update, { id, input: { name: null } })).code).toBe('BAD_USER_INPUT');
    expect((await files.ask(editor, update, { id, input: { folderId: id } })).code).toBe('NOT_FOUND');
  });

  test.each(['', '   ', '..', 'a/b', 'a\\b', 'a\u0000b', 'abc\u202Etxt.exe', 'x'.repeat(256)])(
    'cannot be called %j',
    async (name) => {
      const id = await uploaded(files, editor, { name: 'a.txt', bytes: 'a' });
      expect((await change('renameFile(id: $id, name: $name) { name }', { id, name })).code).toBe(
        'BAD_USER_INPUT',
      );
    },
  );

  test('that somebody changed meanwhile is not changed on an old view', async () => {
    const id = await uploaded(files, editor, { name: 'a.txt', bytes: 'a' });
    await change('renameFile(id: $id, name: "b") { id }', { id });
    const refused = await change('renameFile(id: $id, name: "c", expectedVersion: 1) { id }', { id });
    expect(refused.code).toBe('VERSION_CONFLICT');
    expect(refused.errors[0]?.extensions).toMatchObject({ currentVersion: 2 });
    expect(
      (await change('renameFile(id: $id, name: "c", expectedVersion: 2) { version }', { id })).data.renameFile
        .version,
    ).toBe(3);
  });

  test('keeps its versions; an older one is made current by a new one, which takes no room', async () => {
    const id = await uploaded(files, editor, { name: 'a.txt', bytes: 'first' });
    await uploaded(files, editor, { name: 'ignored', bytes: '{"second": true}' }, { fileId: id });
    const used = async () =>
      (await files.ask(editor, '{ workspaceUsage { usedBytes files } }')).data.workspaceUsage;
    const before = await used();
    const restored = await change(
      'restoreVersion(fileId: $id, number: 1) { versionNumber sizeBytes contentType version }',
      { id },
    );
    expect(restored.data.restoreVersion).toEqual({
      versionNumber: 3,
      sizeBytes: 5,
      contentType: 'text/plain',
      version: 3,
    });
    expect(await used()).toEqual(before);
    const query =
      'query ($id: ID!, $after: Cursor) { file(id: $id) { versions(first: 2, after: $after) { nodes { number sizeBytes } pageInfo { hasNextPage endCursor } } } }';
    const page = (await files.ask(editor, query, { id })).data.file.versions;
    expect(page.nodes).toEqual([
      { number: 3, sizeBytes: 5 },
      { number: 2, sizeBytes: 16 },
    ]);
    const rest = (await files.ask(editor, query, { id, after: page.pageInfo.endCursor })).data.file.versions;
    expect(rest).toMatchObject({ nodes: [{ number: 1 }], pageInfo: { hasNextPage: false } });
    expect((await change('restoreVersion(fileId: $id, number: 9) { id }', { id })).code).toBe('NOT_FOUND');
  });

  test('goes into the trash, comes back, and is removed for good with its objects', async () => {
    const id = await uploaded(files, editor, { name: 'a.txt', bytes: 'abc' });
    await uploaded(files, editor, { name: 'a.txt', bytes: 'abcd' }, { fileId: id });
    await change('restoreVersion(fileId: $id, number: 1) { id }', { id });
    const objects = (await files.keys()).length;
    expect((await change('deleteFile(id: $id) { id }', { id })).code).toBe('STATE_CONFLICT');
    expect((await change('trashFile(id: $id) { trashedAt }', { id })).data.trashFile.trashedAt).toMatch(/Z$/);
    expect(await names({})).toEqual([]);
    expect(await names({}, 'trashed: true')).toEqual(['a.txt']);
    expect((await change('renameFile(id: $id, name: "b") { id }', { id })).code).toBe('NOT_FOUND');
    await change('restoreFile(id: $id) { id }', { id });
    expect(await names({})).toEqual(['a.txt']);
    await change('trashFile(id: $id) { id }', { id });
    expect((await change('deleteFile(id: $id) { id }', { id })).data.deleteFile).toEqual({ id });
    expect(await files.keys()).toHaveLength(objects - 2);
    expect((await files.ask(editor, '{ workspaceUsage { usedBytes files } }')).data.workspaceUsage).toEqual({
      usedBytes: 0,
      files: 0,
    });
    const [last] = (await files.takeEvents()).slice(-1);
    expect(last?.event).toMatchObject({ type: 'files.file.deleted', data: { id, after: null } });
  });

  test('has metadata of its own, which is searched', async () => {
    const id = await uploaded(files, editor, { name: 'a', bytes: 'a' });
    await uploaded(files, editor, { name: 'b', bytes: 'b' }, { metadata: '{"camera":"Leica","year":2001}' });
    const set = await change('setFileMetadata(id: $id, metadata: $metadata) { metadata }', {
      id,
      metadata: { camera: 'Leica', raw: true },
    });
    expect(set.data.setFileMetadata.metadata).toEqual({ camera: 'Leica', raw: true });
    const by = (...metadata: readonly object[]) => names({ metadata }, 'orderBy: [{ name: ASC }]');
    expect(await by({ key: 'camera', eq: 'Leica' })).toEqual(['a', 'b']);
    expect(await by({ key: 'camera', eq: 'Leica' }, { key: 'year', eq: 2001 })).toEqual(['b']);
    expect(await names({ not: { metadata: [{ key: 'raw', eq: true }] } })).toEqual(['b']);
    for (const metadata of [
      { 'a.b': 1 },
      { $where: 1 },
      { a: { b: 1 } },
      { a: 'x'.repeat(501) },
      [1],
      'text',
    ])
      expect(
        (await change('setFileMetadata(id: $id, metadata: $metadata) { id }', { id, metadata })).code,
      ).toBe('BAD_USER_INPUT');
  });
});

describe('folders', () => {
  test('hold folders and files, and are walked in both directions', async () => {
    const year = await folder('2001');
    const month = await folder('January', year);
    await uploaded(files, editor, { name: 'flights.csv', bytes: 'a,b\n1,2\n' }, { folderId: month });
    const { data } = await files.ask(
      editor,
      `query ($id: ID!) { folder(id: $id) { name parent { name folders { nodes { name } } } files { totalCount nodes { name folder { name } } } } }`,
      { id: month },
    );
    expect(data.folder).toEqual({
      name: 'January',
      parent: { name: '2001', folders: { nodes: [{ name: 'January' }] } },
      files: { totalCount: 1, nodes: [{ name: 'flights.csv', folder: { name: 'January' } }] },
    });
    const top = await files.ask(editor, '{ folders { nodes { name parentId } } }');
    expect(top.data.folders.nodes).toEqual([{ name: '2001', parentId: null }]);
  });

  test('are never moved into themselves, also not by two moves at once', async () => {
    const [a, b] = [await folder('a'), await folder('b')];
    const inner = await folder('inner', a);
    const move = (id: string, parentId: string | null) =>
      change(
        'moveFolder(id: $id, parentId: $parentId) { __typename ... on FolderMoved { folder { parentId } } }',
        { id, parentId },
      );
    expect((await move(a, a)).data.moveFolder.__typename).toBe('FolderCycle');
    expect((await move(a, inner)).data.moveFolder.__typename).toBe('FolderCycle');
    const both = await Promise.all([move(a, b), move(b, a)]);
    expect(both.map(({ data }) => data.moveFolder.__typename).sort()).toEqual(['FolderCycle', 'FolderMoved']);
    expect((await move(inner, null)).data.moveFolder).toEqual({
      __typename: 'FolderMoved',
      folder: { parentId: null },
    });
  });

  test('are renamed and moved in one change, or not at all', async () => {
    const [a, b] = await Promise.all([folder('together'), folder('elsewhere')]);
    const update = (id: string, input: object) =>
      change(
        'updateFolder(id: $id, input: $input) { __typename ... on FolderUpdated { folder { name parentId version } } }',
        { id, input },
      );
    expect((await update(a, { name: 'both', parentId: b })).data.updateFolder).toEqual({
      __typename: 'FolderUpdated',
      folder: { name: 'both', parentId: b, version: 2 },
    });
    expect((await update(b, { name: 'lost', parentId: a })).data.updateFolder.__typename).toBe('FolderCycle');
    expect((await update(b, {})).data.updateFolder.folder).toEqual({
      name: 'elsewhere',
      parentId: null,
      version: 1,
    });
    expect((await update(b, { name: '..' })).code).toBe('BAD_USER_INPUT');
  });

  test('are removed when they are empty; what lay in the trash goes to the top', async () => {
    const id = await folder('old');
    const fileId = await uploaded(files, editor, { name: 'a', bytes: 'a' }, { folderId: id });
    const remove = () => change('deleteFolder(id: $id) { __typename ... on FolderDeleted { id } }', { id });
    expect((await remove()).data.deleteFolder.__typename).toBe('FolderNotEmpty');
    await change('trashFile(id: $id) { id }', { id: fileId });
    expect((await remove()).data.deleteFolder).toEqual({ __typename: 'FolderDeleted', id });
    expect(
      (await change('restoreFile(id: $id) { folderId }', { id: fileId })).data.restoreFile.folderId,
    ).toBeNull();
  });

  test('lie 32 deep at most', async () => {
    let parent: string | null = null;
    for (let depth = 0; depth < 32; depth += 1) parent = await folder(`${depth}`, parent);
    const deeper = await files.ask(
      editor,
      'mutation ($p: ID!) { createFolder(input: { name: "x", parentId: $p }) { id } }',
      { p: parent },
    );
    expect(deeper.code).toBe('BAD_USER_INPUT');
  });

  test('are moved with all that lies in them, and then too lie 32 deep at most', async () => {
    const chain: string[] = [];
    for (let depth = 0; depth < 31; depth += 1) chain.push(await folder(`${depth}`, chain.at(-1) ?? null));
    const two = await folder('two');
    await folder('below', two);
    const move = (id: string, parentId: string | undefined) =>
      change('moveFolder(id: $id, parentId: $parentId) { __typename }', { id, parentId });
    expect((await move(two, chain[30])).code).toBe('BAD_USER_INPUT');
    expect((await move(two, chain[29])).data.moveFolder.__typename).toBe('FolderMoved');
  });

  test('tell of each change', async () => {
    const id = await folder('a');
    await change('renameFolder(id: $id, name: "b") { version }', { id });
    await change('deleteFolder(id: $id) { __typename }', { id });
    const types = (await files.takeEvents()).map(({ topic, event }) => [topic, event.type, event.subject]);
    expect(types).toEqual(
      ['created', 'updated', 'deleted'].map((verb) => [
        'files.folder',
        `files.folder.${verb}`,
        `Folder/${id}`,
      ]),
    );
  });
});
