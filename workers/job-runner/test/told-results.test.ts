import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { RunGraph } from '@tributary/job-runner';
import { CodedError } from '@tributary/runtime';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { csvTable } from '../src/csv-table.ts';
import { exportQuery } from '../src/sql-jobs/export-query.ts';
import { sqlJob } from '../src/sql-jobs/sql-job.ts';
import { parseSqlJob } from '../src/sql-jobs/sql-job-file.ts';
import { toldRows } from '../src/sql-jobs/told-rows.ts';
import { openJobs } from './open-runner.ts';

vi.setConfig({ testTimeout: 60_000 });

const job = sqlJob(
  parseSqlJob(
    'late.sql',
    `-- @job late-report
-- @description How late each airport is.
-- @output late.csv
-- @track late.reported
SELECT origin, delay FROM flights ORDER BY origin`,
  ),
);

const fitting = sqlJob(
  parseSqlJob(
    'fit.sql',
    `-- @job fit-report
-- @description How late each airport is, by a file.
-- @file flights
-- @column flights.origin STRING
-- @column flights.delay DOUBLE
-- @output fit.csv
SELECT origin, avg(delay) AS delay FROM flights GROUP BY origin`,
  ),
);

/** Told, and far more than is told: as many short rows as may be, or one long one. */
const large = (name: string, sql: string) =>
  sqlJob(
    parseSqlJob(
      `${name}.sql`,
      `-- @job ${name}-report
-- @description Too much to be told.
-- @output ${name}.csv
-- @track late.reported
${sql}`,
    ),
  );
const many = large('many', "SELECT repeat('x', 20000) AS origin, n AS delay FROM range(10000) t(n)");
const long = large('long', "SELECT repeat('x', 40000000) AS origin, 1 AS delay");
const wide = large(
  'wide',
  `SELECT ${Array.from({ length: 400 }, (_, at) => `'' AS c${at}`).join(', ')} FROM range(15000) t(n)`,
);

type Told = Record<string, { origin: string; delay: number }>;

/** What stands round a run: files that a key names once, events that an id names once, and flights that are others each time they are read. */
const around = {
  files: [] as Buffer[],
  told: {} as Told,
  reads: 0,
  failing: '',
  over: undefined as Buffer | undefined,
};
let failures = 0;

/** An answer that is lost on its way: what was asked for has been done. */
function loseAnswer(of: string): void {
  if (around.failing !== of || failures > 0) return;
  failures += 1;
  throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The answer was lost.');
}

const answers: Readonly<Record<string, (variables: never) => unknown>> = {
  SqlTables: () => ({
    analyticsTables: [
      {
        name: 'flights',
        columns: [
          { name: 'origin', type: 'STRING' },
          { name: 'delay', type: 'BIGINT' },
        ],
        rowsUrl: '/rows',
      },
    ],
  }),
  DiscardResult: ({ id }: { id: string }) => {
    discarded.push(id);
    return { trashFile: { id }, deleteFile: { id } };
  },
  KeepFile: () => ({ createUpload: { id: 'upload', url: '/put', headers: [] } }),
  CompleteFile: () => {
    loseAnswer('CompleteFile');
    return { completeUpload: { file: { id: 'file' } } };
  },
  SqlFile: () => ({ file: { name: 'given.csv', sizeBytes: kept().byteLength, downloadUrl: '/kept' } }),
  KeptExport: () => ({
    file: { sha256: createHash('sha256').update(kept()).digest('hex'), sizeBytes: kept().byteLength },
  }),
  KeptResult: () => {
    const node = (bytes: Buffer, number: number, downloadUrl: string) => ({
      ...{ number, downloadUrl, state: 'AVAILABLE', sizeBytes: bytes.byteLength },
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    const over = around.over === undefined ? [] : [node(around.over, 2, '/over')];
    const nodes = [...over, node(kept(), 1, '/kept')];
    // What a query for the file alone would be told: of its newest version.
    return { file: { ...nodes[0], trashedAt: null, versions: { nodes } } };
  },
  CheckRows: ({ events }: { events: object[] }) => ({
    track: events.map((_, at) =>
      around.failing === 'REFUSED' && at === 1
        ? { status: 'REFUSED', error: { code: 'BAD_USER_INPUT', message: 'origin is missing.' } }
        : { status: 'ACCEPTED', error: null },
    ),
  }),
  TellRows: ({ events }: { events: { id: string; properties: Told[string] }[] }) => {
    for (const { id, properties } of events) around.told[id] ??= properties;
    loseAnswer('TellRows');
    return { track: events.map(() => ({ status: 'ACCEPTED', error: null })) };
  },
};

const discarded: string[] = [];

/** The first file of a key is the one there is. */
const kept = (): Buffer => around.files[0] ?? Buffer.of();

const graph: RunGraph = async (_run, { query, variables }) => {
  const [, operation = ''] = /(?:query|mutation) (\w+)/.exec(query) ?? [];
  return { data: (await answers[operation]?.(variables as never)) ?? null };
};

const gateway = createServer(async (request, response) => {
  if (request.method === 'PUT') around.files.push(await buffer(request));
  response.end(request.method === 'PUT' ? '' : request.url === '/over' ? around.over : kept());
});
let open: Awaited<ReturnType<typeof openJobs>>;
beforeAll(async () => {
  await once(gateway.listen(0, '127.0.0.1'), 'listening');
  const gatewayUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  open = await openJobs({
    gatewayUrl,
    call: async (_run, path, { method }) => {
      if (method === 'POST') return new Response(null, { status: 201, headers: { location: '/upload' } });
      if (path === '/upload')
        return new Response(null, { status: 204, headers: { 'tributary-file-id': 'file' } });
      around.reads += 1;
      const rows = ['ATL', 'ORD', '=PHX'].map((origin) => ({ origin, delay: around.reads * 10 }));
      return new Response(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    },
  });
  await open.start([job, fitting, many, long, wide, exportQuery], { gatewayUrl }, { graph });
});
afterAll(async () => {
  await open[Symbol.asyncDispose]();
  gateway.closeAllConnections();
  gateway.close();
});
beforeEach(() => {
  failures = 0;
  Object.assign(around, { files: [], told: {}, reads: 0, over: undefined });
});

test.each(['', 'CompleteFile', 'TellRows'])(
  'a report whose source changes between two attempts tells what its file says, and that once (lost answer: "%s")',
  async (failing) => {
    around.failing = failing;
    const retry = { maxAttempts: 3, backoffMs: 1, backoffMaxMs: 1 };
    const id = await open.enqueue('late-report', {}, { queue: 'reports', retry });
    const { output, attempt } = await open.ended(id, 'SUCCEEDED', 40_000);
    expect(attempt).toBe(failing === '' ? 1 : 2);
    expect(kept().toString()).toBe('origin,delay\r\n"\'=PHX",10\r\n"ATL",10\r\n"ORD",10\r\n');
    expect(output).toEqual({ file: 'file', rows: 3, sizeBytes: kept().byteLength, tracked: 3 });
    expect(around.told).toEqual({
      [`${id}/0`]: { origin: '=PHX', delay: 10 },
      [`${id}/1`]: { origin: 'ATL', delay: 10 },
      [`${id}/2`]: { origin: 'ORD', delay: 10 },
    });
    // What is kept is not asked for again.
    expect(around.reads).toBe(failing === 'CompleteFile' ? 2 : 1);
  },
);

test.each(['many', 'long', 'wide'])(
  'a report of more than a process of many runs can hold fails, and no file is kept of it: %s',
  async (name) => {
    const id = await open.enqueue(`${name}-report`, {}, { queue: 'reports' });
    expect(await open.ended(id, 'FAILED', 40_000)).toMatchObject({
      errorCode: 'QUERY_TOO_LARGE',
      attempt: 1,
    });
    expect(around.files).toEqual([]);
  },
);

test('what somebody uploads over the file of a report is not told as what the report says', async () => {
  around.failing = '';
  around.over = Buffer.from('origin,delay\r\n"ZZZ",99\r\n');
  const id = await open.enqueue('late-report', {}, { queue: 'reports' });
  const { output } = await open.ended(id, 'SUCCEEDED', 40_000);
  expect(output).toMatchObject({ rows: 3, tracked: 3 });
  expect(Object.values(around.told).map(({ origin }) => origin)).toEqual(['=PHX', 'ATL', 'ORD']);
});

test('a report whose rows do not fit what is told of them fails by the row, once, tells none of them, and leaves no file', async () => {
  around.failing = 'REFUSED';
  const retry = { maxAttempts: 3, backoffMs: 1, backoffMaxMs: 1 };
  const id = await open.enqueue('late-report', {}, { queue: 'reports', retry });
  const ended = await open.ended(id, 'FAILED', 40_000);
  expect(ended).toMatchObject({ errorCode: 'BAD_USER_INPUT', attempt: 1, output: null });
  expect(discarded).toEqual(['file']);
  expect(around.told).toEqual({});
});

test('a file whose columns are of other types than a report needs is told which, and what they should be', async () => {
  around.files = [Buffer.from('origin,delay,\nATL,late,\nORD,early,\n')];
  const retry = { maxAttempts: 3, backoffMs: 1, backoffMaxMs: 1 };
  const id = await open.enqueue('fit-report', { flights: randomUUID() }, { queue: 'reports', retry });
  expect(await open.ended(id, 'FAILED', 40_000)).toMatchObject({
    errorCode: 'BAD_USER_INPUT',
    attempt: 1,
    errorMessage: 'The file given as flights has STRING in its column delay, where fit-report needs DOUBLE.',
  });
});

test('an export that an attempt before has kept tells how many rows that one has', async () => {
  around.failing = '';
  around.files = [Buffer.from('origin\r\n"ATL"\r\n"ORD"\r\n')];
  const id = await open.enqueue('export-query', { sql: 'SELECT origin FROM flights' }, { queue: 'reports' });
  expect((await open.ended(id, 'SUCCEEDED', 40_000)).output).toEqual({
    file: 'file',
    rows: 2,
    sizeBytes: kept().byteLength,
  });
});

test('rows are told as they are kept, whatever their texts are', () => {
  const text = fc
    .string({ unit: 'grapheme' })
    .filter((value) => !/^'(?:[\s\p{Z}]*[=+\-@]|[\t\r])/u.test(value));
  const cell = fc.record({
    text: fc.option(text),
    whole: fc.option(fc.maxSafeInteger()),
    real: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
    truth: fc.option(fc.boolean()),
    beyond: fc.constantFrom(null, '9007199254740993', '-9007199254740993'),
    day: fc.constantFrom(null, '2001-01-01', '2001-01-01T00:00:00.000Z'),
  });
  const names = ['text', 'whole', 'real', 'truth', 'beyond', 'day'] as const;
  const columns = names.map((name) => ({ name, isText: name === 'text' }));
  fc.assert(
    fc.property(fc.array(cell), (cells) => {
      const rows = cells.map((row) => names.map((name) => row[name]));
      expect(toldRows(csvTable(columns, rows))).toEqual({ names, rows });
    }),
  );
});

test('no cell of a result begins a formula, whatever its column is', () => {
  const columns = [
    { name: 'a', isText: true },
    { name: 'b', isText: false },
  ];
  const rows = ['=1', ' +1', '\n@x', '\u00a0-x', '\ty'].map((text) => [text, text]);
  const lines = parse(csvTable(columns, rows)) as string[][];
  expect(lines.slice(1)).toEqual(rows.map((cells) => cells.map((text) => `'${text}`)));
  expect(
    csvTable(columns, [
      ['x', '-1.5'],
      ['y', '2001-01-01'],
    ]),
  ).toBe('a,b\r\n"x",-1.5\r\n"y",2001-01-01\r\n');
});
