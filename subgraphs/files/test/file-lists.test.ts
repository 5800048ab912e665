import { afterAll, beforeAll, expect, test } from 'vitest';
import { form, member, type RunningFiles, runFiles, uploaded } from './running-files.ts';

const editor = member('EDITOR');
let files: RunningFiles;

beforeAll(async () => {
  files = await runFiles();
  const sent = ['b.txt', 'a.csv', 'A.txt', 'c.json'].map((name, at) => ({ name, bytes: 'x'.repeat(at + 1) }));
  await files.send(editor, 'POST', '/files/form', form(sent));
});
afterAll(() => files[Symbol.asyncDispose]());

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

test.each([
  [{ name: { contains: '.txt' } }, ['A.txt', 'b.txt']],
  [{ name: { startsWith: 'a', ignoreCase: true } }, ['A.txt', 'a.csv']],
  [{ contentType: { eq: 'text/csv' } }, ['a.csv']],
  [{ sizeBytes: { gte: 2, lt: 4 } }, ['A.txt', 'a.csv']],
  [{ sizeBytes: { gt: 1.5, lt: 1e300 } }, ['A.txt', 'a.csv', 'c.json']],
  [{ sizeBytes: { eq: 1.5 } }, []],
  [{ sizeBytes: { in: [1.5, 2, -1e300] } }, ['a.csv']],
  [{ sizeBytes: { ne: 2.5 }, not: { sizeBytes: { lte: 1e19 } } }, []],
  [{ or: [{ name: { eq: 'b.txt' } }, { sizeBytes: { eq: 4 } }] }, ['b.txt', 'c.json']],
  [{ not: { name: { contains: 't' } } }, ['a.csv', 'c.json']],
  [
    { folderId: { isNull: true }, createdAt: { gte: '2020-01-01T00:00:00Z' } },
    ['A.txt', 'a.csv', 'b.txt', 'c.json'],
  ],
  [{ createdAt: { lt: '2020-01-01T00:00:00Z' } }, []],
  [{ name: { contains: '%' } }, []],
])('a list is narrowed by %j', async (where, expected) => {
  expect(await names(where, 'orderBy: [{ name: ASC }]')).toEqual(expected);
});

test('a list is paged without gaps or repeats in any order', async () => {
  for (const orderBy of [
    '[{ name: DESC }]',
    '[{ sizeBytes: ASC }]',
    '[{ createdAt: ASC }, { name: ASC }]',
    '[]',
  ]) {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { data, errors }: Awaited<ReturnType<RunningFiles['ask']>> = await files.ask(
        editor,
        `query ($after: Cursor) { files(first: 1, after: $after, orderBy: ${orderBy}) { totalCount nodes { name } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
      if (data === null) throw new Error(JSON.stringify(errors));
      seen.push(...data.files.nodes.map(({ name }: { name: string }) => name));
      expect(data.files.totalCount).toBe(4);
      after = data.files.pageInfo.hasNextPage ? data.files.pageInfo.endCursor : null;
    } while (after !== null);
    expect([...seen].sort()).toEqual(['A.txt', 'a.csv', 'b.txt', 'c.json']);
    if (orderBy === '[{ name: DESC }]') expect(seen).toEqual(['c.json', 'b.txt', 'a.csv', 'A.txt']);
  }
});

test.each([
  ['first: 0', 'BAD_USER_INPUT'],
  ['first: 101', 'BAD_USER_INPUT'],
  ['after: "nonsense"', 'CURSOR_INVALID'],
  ['orderBy: [{ name: ASC, createdAt: ASC }]', 'BAD_USER_INPUT'],
  ['where: { name: { eq: null } }', 'BAD_USER_INPUT'],
  ['where: { name: {} }', 'BAD_USER_INPUT'],
  ['where: { folderId: { eq: "x" } }', 'BAD_USER_INPUT'],
  ['where: { metadata: [{ key: "a\'b", eq: 1 }] }', 'BAD_USER_INPUT'],
  ['where: { metadata: [{ key: "a", eq: { b: 1 } }] }', 'BAD_USER_INPUT'],
])('a list with %s is refused', async (args, code) => {
  expect((await files.ask(editor, `{ files(${args}) { nodes { id } } }`)).code).toBe(code);
});

test('a cursor fits neither a list in another order nor another list', async () => {
  const page = 'pageInfo { endCursor }';
  const { data } = await files.ask(
    editor,
    `{ plain: files(first: 1) { ${page} } byName: files(first: 1, orderBy: [{ name: ASC }]) { ${page} } }`,
  );
  const { plain, byName } = data;
  const codeOf = async (list: string): Promise<unknown> =>
    (await files.ask(editor, `{ ${list} { nodes { id } } }`)).code;
  expect(await codeOf(`files(after: "${plain.pageInfo.endCursor}")`)).toBeUndefined();
  for (const list of [
    `files(after: "${byName.pageInfo.endCursor}")`,
    `files(after: "${byName.pageInfo.endCursor}", orderBy: [{ name: DESC }])`,
    `folders(after: "${plain.pageInfo.endCursor}")`,
  ])
    expect(await codeOf(list)).toBe('CURSOR_INVALID');
});

test.each([
  { name: null },
  { name: {} },
  { and: [] },
  { or: [{}] },
  { not: {} },
  { metadata: [] },
  { name: { eq: 'a.csv', ignoreCase: true } },
  { name: { contains: 'a\0' } },
])(
  'a condition that says nothing, or not what it seems to, is refused rather than dropped: %j',
  async (where) => {
    const { errors } = await files.ask(
      editor,
      `query ($where: FileWhere) { files(where: $where) { totalCount } }`,
      { where },
    );
    expect(errors.map(({ extensions }) => extensions?.['code'])).toEqual(['BAD_USER_INPUT']);
  },
);

test('a cursor with a moment that never was is refused', async () => {
  const after = Buffer.from(
    JSON.stringify(['File createdAt', '2001-02-30T00:00:00.000Z', '01938f6e-5b1c-7c3a-9d52-3f6b0c1f2a10']),
  ).toString('base64url');
  const { errors } = await files.ask(
    editor,
    `{ files(orderBy: [{ createdAt: ASC }], after: "${after}") { totalCount } }`,
  );
  expect(errors.map(({ extensions }) => extensions?.['code'])).toEqual(['CURSOR_INVALID']);
});

test.each([
  ['versions', ['FileVersion $id', 2 ** 31]],
  ['versions', ['FileVersion $id', 1.5]],
  ['folders', ['Folder top', 'a\0', '01938f6e-5b1c-7c3a-9d52-3f6b0c1f2a10']],
  ['folders', ['Folder top', 'a\ud800', '01938f6e-5b1c-7c3a-9d52-3f6b0c1f2a10']],
])('a cursor of %s that nobody was given is refused: %j', async (list, place) => {
  const reader = member('EDITOR');
  const id = await uploaded(files, reader, { name: 'a', bytes: 'a' });
  const [name = '', ...values] = place;
  const text = JSON.stringify([String(name).replace('$id', id), ...values]);
  const after = Buffer.from(text).toString('base64url');
  const query =
    list === 'versions'
      ? 'query ($id: ID!, $after: Cursor) { file(id: $id) { versions(after: $after) { nodes { number } } } }'
      : 'query ($after: Cursor) { folders(after: $after) { nodes { id } } }';
  expect((await files.ask(reader, query, list === 'versions' ? { id, after } : { after })).code).toBe(
    'CURSOR_INVALID',
  );
});
