import fc from 'fast-check';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { mergePatch } from '../src/domain/merge-patch.ts';
import { savedOperations } from '../src/index.ts';
import { ownRoutes, refusal } from './own-routes.ts';

const typeDefs = `
  scalar JSON
  type Query { file(id: ID!): File }
  type Mutation { updateFile(id: ID!, input: FilePatch!, expectedVersion: Int): File! limit(id: ID!, input: FilePatch!): File! }
  input FilePatch { name: String metadata: JSON }
  type File { id: ID! version: Int! name: String metadata: JSON }
`;
const get = `query getFile($id: ID! @param(description: "x"))
  @route(method: GET, path: "/files/{id}", tag: "x", summary: "x", result: "file") { file(id: $id) { id version name metadata } }`;
const update = `mutation updateFile($id: ID! @param(description: "x") $input: FilePatch! $expectedVersion: Int)
  @route(method: PATCH, path: "/files/{id}", tag: "x", summary: "x", body: "input", ifMatch: "expectedVersion", mergePatch: true, result: "updateFile") {
    updateFile(id: $id, input: $input, expectedVersion: $expectedVersion) { id version name metadata } }`;
const limit = `mutation limit($id: ID! @param(description: "x") $input: FilePatch!)
  @route(method: PATCH, path: "/limits/{id}", tag: "x", summary: "x", body: "input", result: "limit") { limit(id: $id, input: $input) { id } }`;

const id = '01938f6e-5b1c-7c3a-9d52-3f6b0c1f2a10';
type Patch = { name?: string | null; metadata?: unknown };
let file: { id: string; version: number; name: string | null; metadata: unknown };
/** Somebody else, who is faster so many times. */
let others = 0;
beforeEach(() => {
  file = { id, version: 1, name: 'a.csv', metadata: { source: 'FAA', of: { year: 2001, month: 1 } } };
  others = 0;
});

async function opened() {
  const rest = await ownRoutes({
    typeDefs,
    texts: [get, update, limit],
    root: {
      file: () => file,
      limit: () => file,
      updateFile: ({ input, expectedVersion }: { input: Patch; expectedVersion?: number }) => {
        if (others > 0) {
          others -= 1;
          file = { ...file, version: file.version + 1, metadata: { ...(file.metadata as object), others } };
        }
        if (expectedVersion !== undefined && expectedVersion !== file.version)
          throw refusal('VERSION_CONFLICT');
        file = { ...file, ...input, version: file.version + 1 };
        return file;
      },
    },
  });
  onTestFinished(() => rest[Symbol.asyncDispose]());
  const patch = (body: unknown, headers: Record<string, string> = {}, path = `/v1/files/${id}`) =>
    rest.send('PATCH', path, {
      body,
      headers: { 'content-type': 'application/merge-patch+json', ...headers },
    });
  return { ...rest, patch };
}

test('a merge patch changes the keys of JSON that it names, removes those that are null, and leaves the rest', async () => {
  const { patch } = await opened();
  const merged = await patch({ metadata: { source: null, of: { month: 2 }, seen: true } });
  expect(merged).toMatchObject({ status: 200, json: { name: 'a.csv', version: 2 } });
  expect(file.metadata).toEqual({ of: { year: 2001, month: 2 }, seen: true });
  expect((await patch({ name: null })).json).toMatchObject({ name: null, metadata: file.metadata });
  expect((await patch({ metadata: ['x'] })).json).toMatchObject({ metadata: ['x'] });
  expect((await patch({ metadata: { a: { b: null } } })).json).toMatchObject({ metadata: { a: {} } });
});

test('plain JSON replaces the whole of a member', async () => {
  const { patch } = await opened();
  await patch({ metadata: { seen: true } }, { 'content-type': 'application/json' });
  expect(file.metadata).toEqual({ seen: true });
});

test('what somebody else changed in between is kept, and who names a version is told', async () => {
  const { patch, send } = await opened();
  const etag = String((await send('GET', `/v1/files/${id}`)).headers['etag']);
  others = 2;
  expect((await patch({ metadata: { seen: true } })).status).toBe(200);
  expect(file.metadata).toEqual({ source: 'FAA', of: { year: 2001, month: 1 }, others: 0, seen: true });
  expect((await patch({ metadata: { seen: false } }, { 'if-match': etag })).json).toMatchObject({
    status: 412,
    code: 'PRECONDITION_FAILED',
  });
  others = 100;
  expect((await patch({ metadata: { seen: false } })).json).toMatchObject({ code: 'VERSION_CONFLICT' });
  expect(file.metadata).toMatchObject({ seen: true });
});

test('a merge that lost against others is done when it is sent again under its key', async () => {
  const { patch } = await opened();
  const send = () => patch({ metadata: { seen: true } }, { 'idempotency-key': 'k1' });
  others = 100;
  expect(await send()).toMatchObject({
    status: 409,
    json: { code: 'VERSION_CONFLICT', detail: expect.stringContaining('send the same request again') },
  });
  others = 0;
  const done = await send();
  expect([done.status, done.headers['idempotency-replayed']]).toEqual([200, undefined]);
  expect(file.metadata).toMatchObject({ seen: true });
});

test('one who was overtaken nine times wins by and by', async () => {
  const { patch } = await opened();
  others = 9;
  expect((await patch({ metadata: { seen: true } })).status).toBe(200);
  expect(file.metadata).toMatchObject({ others: 0, seen: true });
});

test('however often a merge is done again, it ends in the time that one request has', async () => {
  const { patch, through } = await opened();
  const ends = new Set<AbortSignal>();
  let calls = 0;
  through((execute) => (call) => {
    ends.add(call.signal);
    calls += 1;
    return execute(call);
  });
  others = 2;
  expect((await patch({ metadata: { seen: true } })).status).toBe(200);
  expect([calls, ends.size]).toEqual([6, 1]);
});

test('under one key a merge patch is another request than the same text as plain JSON', async () => {
  const { patch } = await opened();
  const key = { 'idempotency-key': 'k1' };
  expect((await patch({ metadata: { seen: true } }, key)).status).toBe(200);
  expect((await patch({ metadata: { seen: true } }, key)).headers['idempotency-replayed']).toBe('true');
  const other = await patch({ metadata: { seen: true } }, { ...key, 'content-type': 'application/json' });
  expect(other.json).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
});

test('where a body is no merge patch its type is refused, with what is taken', async () => {
  const { patch } = await opened();
  expect((await patch({ name: 'x' }, {}, '/v1/limits/a')).json).toMatchObject({
    status: 415,
    detail: 'This takes application/json in UTF-8.',
  });
});

test('an operation that nothing can be read for takes no merge patch', () => {
  expect(() => savedOperations([{ name: 'update.graphql', text: update }])).toThrow(/GET of the same path/);
});

test('merging is what RFC 7396 says of it, for any JSON', () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  const members = fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor'), json);
  fc.assert(
    fc.property(fc.oneof(members, json), fc.oneof(members, json), (target, patch) => {
      const once = mergePatch(target, patch);
      expect(mergePatch(once, patch)).toEqual(once);
      expect(({} as Record<string, unknown>)['a']).toBeUndefined();
    }),
  );
  // The appendix of the RFC.
  for (const [target, patch, result] of [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])
    expect(mergePatch(target, patch)).toEqual(result);
});
