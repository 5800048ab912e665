import { newId } from '@tributary/runtime';
import { assertionHeader } from '@tributary/subgraph-kit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { member, type RunningFiles, runFiles, uploaded } from './running-files.ts';

const editor = member('EDITOR');
const previewedBytes = 256 * 1024;
let files: RunningFiles;
let reads = 0;
let onRead = (): void => undefined;
let onWholeRead = (): void => undefined;

beforeAll(async () => {
  files = await runFiles({
    objects: (real) => ({
      ...real,
      head: (key) => real.head(key),
      put: (request) => real.put(request),
      get: async (request) => {
        reads += 1;
        onRead();
        const answer = await real.get(request);
        answer.body.once('end', () => onWholeRead());
        return answer;
      },
    }),
  });
});
beforeEach(() => {
  reads = 0;
  onRead = () => undefined;
  onWholeRead = () => undefined;
});
afterAll(() => files[Symbol.asyncDispose]());

const csv = (rows: number): string => `a,b\n${'1,2\n'.repeat(rows)}`;
/** `count` times `preview` under another name, with the arguments that are made for it. */
const aliases = (count: number, args: (at: number) => string = () => ''): string =>
  Array.from({ length: count }, (_, at) => `p${at}: preview${args(at)} { __typename }`).join(' ');
const asked = (previews: string): string => `query ($id: ID!) { file(id: $id) { ${previews} } }`;

test('the same preview is read once in a request, however often it is shown', async () => {
  const id = await uploaded(files, editor, { name: 'a.csv', bytes: csv(9) });
  reads = 0;
  const { data, errors } = await files.ask(editor, asked(aliases(20)), { id });
  expect(errors).toEqual([]);
  expect(Object.values(data.file)).toEqual(Array(20).fill({ __typename: 'TablePreview' }));
  expect(reads).toBe(1);
});

test('a request shows 20 previews, and is told so of each that is more', async () => {
  const id = await uploaded(files, editor, { name: 'a.csv', bytes: csv(9) });
  const { data, errors } = await files.ask(editor, asked(aliases(22)), { id });
  expect(Object.values(data.file).filter((shown) => shown !== null)).toHaveLength(20);
  expect(errors.map(({ path, extensions }) => [path, extensions?.['code'], extensions?.['limit']])).toEqual([
    [['file', 'p20'], 'COST_EXCEEDED', 20],
    [['file', 'p21'], 'COST_EXCEEDED', 20],
  ]);
});

test('what has no preview is not counted among those', async () => {
  const id = await uploaded(files, editor, { name: 'a.bin', bytes: new Uint8Array([0, 1, 2, 255]) });
  const { data, errors } = await files.ask(editor, asked(aliases(30)), { id });
  expect([Object.values(data.file), errors]).toEqual([Array(30).fill(null), []]);
});

test('no preview is begun when nobody waits for the answer any more', async () => {
  const id = await uploaded(files, editor, { name: 'a.csv', bytes: csv(30) });
  reads = 0;
  const away = new AbortController();
  onRead = () => away.abort();
  const { [assertionHeader]: assertion } = await files.headersOf(editor);
  const query = asked(aliases(20, (at) => `(rows: ${at + 1})`));
  const call = { query, variables: { id }, assertion, requestId: newId(), signal: away.signal };
  const { errors = [] } = await files.files.execute(call);
  expect(new Set(errors.map(({ extensions }) => extensions['code']))).toEqual(new Set(['DEADLINE_EXCEEDED']));
  // Two of a workspace are read at a time.
  expect(reads).toBeLessThanOrEqual(2);
});

test('a table that is long to parse lets others have their turns meanwhile', async () => {
  const id = await uploaded(files, editor, {
    name: 'wide.csv',
    bytes: `${','.repeat(previewedBytes - 1)}\n`,
  });
  let turns = 0;
  let counting = false;
  const count = (): void => {
    if (!counting) return;
    turns += 1;
    setImmediate(count);
  };
  onWholeRead = () => {
    counting = true;
    setImmediate(count);
  };
  const { data } = await files.ask(editor, asked('preview { ... on TablePreview { truncated } }'), { id });
  counting = false;
  expect(data.file.preview).toEqual({ truncated: true });
  expect(turns).toBeGreaterThanOrEqual(15);
});

test('rows are whole wherever the pieces that are parsed end', async () => {
  const cells = Array.from({ length: 100 }, (_, at) => ['ü😀'.repeat(at), `"${at}",\r\n${'x'.repeat(500)}`]);
  const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
  const bytes = `a,b\r\n${cells.map((row) => row.map(quoted).join(',')).join('\r\n')}\r\n`;
  expect(Buffer.byteLength(bytes)).toBeGreaterThan(4 * 16 * 1024);
  const id = await uploaded(files, editor, { name: 'pieces.csv', bytes });
  const { data } = await files.ask(
    editor,
    asked('preview(rows: 100) { ... on TablePreview { rows truncated } }'),
    { id },
  );
  expect(data.file.preview).toEqual({
    rows: cells.map((row) => row.map((cell) => (cell === '' ? null : cell))),
    truncated: false,
  });
});
