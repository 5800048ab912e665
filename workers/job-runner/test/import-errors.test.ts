import { queueLimits } from '@tributary/job-queue';
import { CodedError } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { datasetRows } from '../src/import-dataset/dataset-rows.ts';
import { fieldMark } from '../src/import-dataset/field-mark.ts';
import { keptError } from '../src/import-dataset/kept-errors.ts';
import { RowBatches } from '../src/import-dataset/row-batches.ts';
import { orderedRowIds, scatteredRowIds } from '../src/import-dataset/row-id.ts';
import type { JobContext } from '../src/job-context.ts';
import { keepFile } from '../src/keep-file.ts';

test.each([
  ['in two bytes', 'é'],
  ['in three', '飛'],
  ['in pairs', '🛫'],
  ['in escapes', '\u0001'],
  ['in quotes', '"'],
])('a thousand errors whose messages are written %s fit into a checkpoint', (_, character) => {
  const error = { row: 10_000_000, code: 'INFERENCE_MODEL_REFUSED', message: character.repeat(5_000) };
  const errors = Array.from({ length: 1_000 }, () => keptError(error));
  const counts = { row: 10_000_000, created: 10_000_000, refused: 1_000, total: 10_000_000 };
  // As many fields as a table of PostgreSQL has columns.
  const fields = Array.from({ length: 1_600 }, (_, at) => fieldMark({ name: `field${at}`, type: 'String' }));
  const checkpoint = { ...counts, errors, sha256: 'a'.repeat(64), fields };
  expect(Buffer.byteLength(JSON.stringify(checkpoint))).toBeLessThan(queueLimits.checkpointBytes);
  expect(errors[0]?.message).not.toMatch(/\p{Surrogate}/u);
  expect(errors[0]?.message.length).toBeGreaterThan(20);
});

test('a message in plain letters keeps its first 150 characters', () => {
  const { message } = keptError({ row: 1, code: 'BAD_USER_INPUT', message: 'a'.repeat(200) });
  expect(message).toBe('a'.repeat(150));
});

const runId = '01938f6e-5b1c-7c3a-9d52-3f6b0c1f2a14';

/** What a run has, with a place for files, and a graph, that answer as they are told. */
function jobWhere(keepFile: () => Promise<string>, graph?: (rows: number) => Promise<void>) {
  const lines: string[] = [];
  const job: Pick<
    JobContext<never>,
    'checkpoint' | 'runId' | 'isFirst' | 'keepFile' | 'progress' | 'saveCheckpoint'
  > = {
    checkpoint: null,
    runId,
    isFirst: true,
    keepFile,
    progress: () => undefined,
    saveCheckpoint: async () => undefined,
  };
  const log = { warn: (line: string) => void lines.push(line) };
  const input = { model: 'Airport', maxErrors: 10 };
  const asked = async (_query: string, variables: { readonly input: readonly unknown[] }) => {
    await graph?.(variables.input.length);
    return { made: variables.input.map(() => ({ error: null })) };
  };
  return { lines, job: { ...job, log, input, graph: asked } as never };
}

test.each([
  ['QUOTA_EXCEEDED', 'The workspace is full.'],
  ['FORBIDDEN', 'You may keep no files.'],
] as const)(
  'an import is done though its file of errors is refused as %s, and says so beside its counts',
  async (code, message) => {
    const { job, lines } = jobWhere(() => Promise.reject(new CodedError(code, message)));
    const batches = new RowBatches(job, 'createAirports', 'a'.repeat(64));
    await batches.refuse({ row: 1, code: 'BAD_USER_INPUT', message: 'elevation is no number.' });
    expect(await batches.finish()).toMatchObject({
      rows: 1,
      created: 0,
      refused: 1,
      errorFile: null,
      errorFileError: { code, message },
    });
    expect(lines).toContain('the file of errors could not be kept');
  },
);

test('a file for which there is no room is told as elsewhere', async () => {
  const parts = {
    runId: 'r',
    gatewayUrl: 'http://127.0.0.1',
    signal: AbortSignal.timeout(1_000),
    graph: async () => ({ createUpload: { message: 'The workspace is full.' } }),
  };
  await expect(
    keepFile({ name: 'errors.csv', contentType: 'text/csv', bytes: Buffer.from('x') }, parts),
  ).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED', message: 'The workspace is full.' });
});

test('a moment without a place for the file of errors is for another attempt', async () => {
  const { job } = jobWhere(() => Promise.reject(new CodedError('SUBGRAPH_UNAVAILABLE', 'Try again.')));
  const batches = new RowBatches(job, 'createAirports', 'a'.repeat(64));
  await batches.refuse({ row: 1, code: 'BAD_USER_INPUT', message: 'x' });
  await expect(batches.finish()).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
});

interface Started {
  readonly checkpoint?: unknown;
  readonly isFirst?: boolean;
}

/** What is written and saved, in order: ids of rows, and the checkpoint of each save. */
async function writtenBy({ checkpoint = null, isFirst = true }: Started) {
  const { job } = jobWhere(() => Promise.reject(new Error('no file is kept')));
  const said: unknown[] = [];
  const graph = async (_: string, { input }: { input: readonly { id: string }[] }) => {
    said.push(...input.map(({ id }) => id));
    return { made: input.map(() => ({ error: null })) };
  };
  const saveCheckpoint = async (state: unknown) => void said.push(state);
  const facts = { checkpoint, isFirst, graph, saveCheckpoint };
  const batches = new RowBatches({ ...(job as object), ...facts } as never, 'createAirports', sha256);
  await batches.add(batches.resumedAt + 1, { iata: 'DTW' });
  await batches.finish();
  return said;
}

const sha256 = 'a'.repeat(64);
const none = { row: 0, created: 0, refused: 0, errors: [] };

test('the first attempt says which ids its rows have before it writes one, under a name that runners of before do not know', async () => {
  const [first, id, last] = await writtenBy({});
  expect(first).toEqual({ ...none, fileSha256: sha256 });
  expect(id).toBe(orderedRowIds(runId)(1));
  expect(last).toEqual({ ...none, row: 1, created: 1, fileSha256: sha256 });
  const again = await writtenBy({ checkpoint: first, isFirst: false });
  expect(again).toEqual([id, last]);
});

test.each([
  ['whose checkpoint is of before ids had an order', { ...none, sha256 }],
  ['that may have been worked on before ids had an order', null],
])('a run %s keeps to ids without one', async (_, checkpoint) => {
  const said = await writtenBy({ checkpoint, isFirst: false });
  expect(said).toContain(scatteredRowIds(runId)(1));
  expect(said.at(-1)).toEqual({ ...none, row: 1, created: 1, sha256 });
});

test.each([{ sha256 }, { fileSha256: sha256 }])('another file than that of %o is refused', (known) => {
  const { job } = jobWhere(() => Promise.reject(new Error('no file is kept')));
  const resumed = { ...(job as object), isFirst: false, checkpoint: { ...none, ...known } } as never;
  expect(() => new RowBatches(resumed, 'createAirports', 'b'.repeat(64))).toThrow(/file has changed/);
});

test('a JSON file of more values than fit into memory is refused before it is read', async () => {
  async function* bytes() {
    for (let at = 0; at < 21; at += 1) yield Buffer.from('{},'.repeat(200_000));
  }
  const rows = datasetRows(bytes(), { format: 'json', delimiter: ',', encoding: 'utf-8' });
  await expect(rows.next()).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
});

test('a batch is sent as soon as the oldest before it is kept, while others are still written, and is kept in its turn', async () => {
  const ends: (() => void)[] = [];
  const { job } = jobWhere(
    () => Promise.reject(new Error('no file is kept')),
    () => new Promise<void>((resolve) => ends.push(resolve)),
  );
  const kept: number[] = [];
  const saveCheckpoint = async ({ row }: { readonly row: number }) => void kept.push(row);
  const batches = new RowBatches({ ...(job as object), saveCheckpoint } as never, 'createAirports', sha256);
  const adding = (async () => {
    for (let row = 1; row <= 5_000; row += 1) await batches.add(row, { iata: `A${row}` });
  })();
  await expect.poll(() => ends.length).toBe(2);
  // Out of their order: what is kept is told in order all the same.
  ends[1]?.();
  ends[0]?.();
  await expect.poll(() => ends.length).toBe(4);
  expect(kept).toEqual([0, 1_000, 2_000]);
  ends[2]?.();
  await expect.poll(() => kept).toEqual([0, 1_000, 2_000, 3_000]);
  for (const end of ends) end();
  await adding;
  expect(await batches.finish()).toMatchObject({ rows: 5_000, created: 5_000 });
});

test('an import that too many rows end has told of all that was written, also of the batch that was under way', async () => {
  let writtenRows = 0;
  const { job } = jobWhere(
    () => Promise.reject(new Error('no file is kept')),
    async (rows) => {
      // The batch behind the one that is too much is the later of the two.
      await new Promise((resolve) => setImmediate(resolve));
      writtenRows += rows;
    },
  );
  const told: unknown[] = [];
  const saved: unknown[] = [];
  const batches = new RowBatches(
    {
      ...(job as object),
      progress: (...progress: unknown[]) => void told.push(progress),
      saveCheckpoint: async (state: unknown) => void saved.push(state),
    } as never,
    'createAirports',
    sha256,
  );
  const importing = async (): Promise<void> => {
    for (let row = 1; row <= 5_000; row += 1)
      await (row <= 11
        ? batches.refuse({ row, code: 'BAD_USER_INPUT', message: 'elevation is no number.' })
        : batches.add(row, { iata: `A${row}` }));
  };
  await expect(importing()).rejects.toThrow(/More than 10 rows cannot be imported/);
  expect(writtenRows).toBe(2_000);
  expect(saved.at(-1)).toMatchObject({ row: 2_011, created: 2_000, refused: 11 });
  expect(told.at(-1)).toEqual([2_011, undefined, '2000 made, 11 refused']);
});

test('rows that are too many to be written in time are sent in halves, and fewer at a time from then on', async () => {
  const late: number[] = [];
  const { job } = jobWhere(
    () => Promise.reject(new Error('no file is kept')),
    async (rows) => {
      if (rows <= 130) return;
      late.push(rows);
      throw new CodedError('DEADLINE_EXCEEDED', 'data did not answer in time.');
    },
  );
  const batches = new RowBatches(job, 'createAirports', 'a'.repeat(64));
  for (let row = 1; row <= 5_000; row += 1) await batches.add(row, { iata: `A${row}` });
  expect(await batches.finish()).toMatchObject({ rows: 5_000, created: 5_000, refused: 0, errors: [] });
  // Of the first batches alone.
  expect(late.length).toBeLessThanOrEqual(2 * 7);
});

test('a graph that writes nothing in time is left after a few, smaller and smaller, requests', async () => {
  const asked: number[] = [];
  const { job } = jobWhere(
    () => Promise.reject(new Error('no file is kept')),
    async (rows) => {
      asked.push(rows);
      throw new CodedError('DEADLINE_EXCEEDED', 'data did not answer in time.');
    },
  );
  const batches = new RowBatches(job, 'createAirports', 'a'.repeat(64));
  for (let row = 1; row <= 1_000; row += 1) await batches.add(row, { iata: `A${row}` });
  await expect(batches.finish()).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  expect(asked).toEqual([1_000, 500, 250, 125, 62, 31]);
});
