import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { eventually, type GraphCaller, signedIn } from '@tributary/test-kit';
import { beforeAll, expect, inject, test, vi } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
import { endedRun, enqueued } from './runs.ts';

vi.setConfig({ testTimeout: 120_000 });

const data = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data');

let url = '';
let editor: GraphCaller;
let viewer: GraphCaller;
beforeAll(async () => {
  ({ url } = inject('product'));
  editor = await signedIn(url, 'editor@demo.local');
  viewer = await signedIn(url, 'viewer@demo.local');
});

async function upload(name: string, bytes: Uint8Array, as = editor): Promise<string> {
  const form = new FormData();
  form.set('file', new Blob([Buffer.from(bytes)]), name);
  const headers = { authorization: as.authorization ?? '' };
  const answer = await fetch(`${url}/files/form`, { method: 'POST', headers, body: form });
  const { files } = (await answer.json()) as { files: { id: string }[] };
  return files[0]?.id ?? '';
}

const enqueue = (job: string, input: object, as = editor): Promise<string> => enqueued(as, job, input);
const ended = (id: string, as = editor) => endedRun(as, id);

async function textOf(fileId: string | undefined): Promise<string> {
  const { data: answer } = await viewer<{ file: { downloadUrl: string } }>(
    'query ($id: ID!) { file(id: $id) { downloadUrl } }',
    { id: fileId },
  );
  return (await fetch(new URL(answer.file.downloadUrl, url))).text();
}

interface Asked {
  readonly analyticsQuery: { readonly columns: readonly { type: string }[]; readonly rows: unknown[][] };
}

const ask = (sql: string, as = editor) =>
  as<Asked>('query ($sql: String!) { analyticsQuery(sql: $sql) { columns { name type } rows } }', { sql });

/** Asked again where a busy machine took its four seconds to start a process. */
const answered = (sql: string): Promise<Asked> =>
  eventually(
    async () => {
      const { data: answer, errors } = await ask(sql);
      expect(errors).toEqual([]);
      return answer;
    },
    { timeoutMs: 60_000 },
  );

test('models are tables beside events, typed, joined by their ids', async () => {
  const sql = `SELECT a.iata, count(*) AS flights, avg(f.delayMinutes) AS mean, min(f.scheduledAt) AS earliest
    FROM flight f JOIN airport a ON a.id = f.origin GROUP BY a.iata ORDER BY flights DESC, a.iata LIMIT 3`;
  const answer = await answered(sql);
  expect(answer.analyticsQuery.columns.map(({ type }) => type)).toEqual([
    'STRING',
    'BIGINT',
    'DOUBLE',
    'TIMESTAMP',
  ]);
  expect(answer.analyticsQuery.rows[0]?.[0]).toMatch(/^[A-Z]{3}$/);
  expect(answer.analyticsQuery.rows[0]?.[3]).toMatch(/^2001-/);
  // Other journeys share the workspace; the demo's own flights are there whatever they do.
  const counted = await answered(
    `SELECT count(*), count(DISTINCT flightKey) FROM flight WHERE flightKey LIKE 'flights-20k/%'`,
  );
  expect(counted.analyticsQuery.rows).toEqual([[20_000, 20_000]]);
});

test('what one may not ask for is refused at every way to rows', async () => {
  expect((await ask('SELECT 1', viewer)).errors[0]?.extensions['code']).toBe('FORBIDDEN');
  const rows = (path: string, authorization?: string) =>
    fetch(`${url}${path}`, authorization === undefined ? {} : { headers: { authorization } });
  expect((await rows('/data/rows/Flight')).status).toBe(401);
  expect((await rows('/analytics/rows/events', viewer.authorization)).status).toBe(403);
  expect((await rows('/data/rows/Nothing', editor.authorization)).status).toBe(404);
  const airports = await rows('/data/rows/Airport', viewer.authorization);
  expect((await airports.text()).trim().split('\n').length).toBeGreaterThanOrEqual(3_376);
});

test('the whole answer of a query becomes a file: CSV that spreadsheets do not run, and Parquet that is a table again', async () => {
  const sql = `SELECT f.flightKey, '=' || a.iata AS origin, f.delayMinutes FROM flight f JOIN airport a ON a.id = f.origin
    WHERE f.flightKey LIKE 'flights-20k/%'`;
  const csv = await ended(await enqueue('export-query', { sql, name: 'all flights.csv' }));
  expect(csv).toMatchObject({ state: 'SUCCEEDED', output: { rows: 20_000 } });
  const lines = (await textOf(csv.output?.file)).trim().split(/\r?\n/);
  expect(lines).toHaveLength(20_001);
  expect(lines[1]).toMatch(/^flights-20k\/\d+,'=[A-Z0-9]{3},-?\d+$/);
  const parquet = await ended(await enqueue('export-query', { sql, format: 'PARQUET' }));
  const again = await ended(
    await enqueue('export-query', {
      sql: 'SELECT count(*) AS n, sum(delayMinutes) AS late FROM mine',
      files: { mine: parquet.output?.file },
    }),
  );
  expect(await textOf(again.output?.file)).toMatch(/^n,late\r?\n20000,\d+\r?\n$/);
});

test('a report over a file without a column it needs says which, and for which input', async () => {
  const file = await upload('flights.csv', Buffer.from('date,origin\n2001-01-01,MSP\n'));
  const { state, error } = await ended(await enqueue('monthly-delay-report', { flights: file }));
  expect({ state, error }).toEqual({
    state: 'FAILED',
    error: {
      code: 'BAD_USER_INPUT',
      message: 'The file given as flights has no column delay, which monthly-delay-report needs.',
    },
  });
});

test('a Parquet file is imported row by row, and what does not fit is told by its row', async () => {
  const { ask: owner } = (await newWorkspace(url)).owner;
  const csv = await upload('airports.csv', await readFile(join(data, 'airports.csv')), owner);
  const sql = `SELECT iata, name, city, state, country, longitude,
    CASE WHEN iata = '00M' THEN 999 ELSE latitude END AS latitude FROM a ORDER BY iata`;
  const made = await enqueue('export-query', { sql, format: 'PARQUET', files: { a: csv } }, owner);
  const { output } = await ended(made, owner);
  const wrong = { file: output?.file, model: 'Airport', mapping: { iata: 'code' } };
  expect((await ended(await enqueue('import-dataset', wrong, owner), owner)).error?.message).toContain(
    'no column code',
  );
  const run = await ended(
    await enqueue('import-dataset', { file: output?.file, model: 'Airport' }, owner),
    owner,
  );
  expect(run).toMatchObject({
    state: 'SUCCEEDED',
    output: { rows: 3_376, created: 3_375, refused: 1, errors: [{ row: 1, code: 'BAD_USER_INPUT' }] },
  });
  const { data: counted } = await owner<{ airports: { totalCount: number } }>(
    '{ airports(first: 1) { totalCount } }',
  );
  expect(counted.airports.totalCount).toBe(3_375);
});

test('an import of a Parquet file of kilobytes whose rows are gigabytes ends with a code, once', async () => {
  const sql = `SELECT 'Q' || CAST(n AS VARCHAR) AS iata, repeat('x', 1000000) AS name, 'USA' AS country, 1.0 AS latitude, 2.0 AS longitude
    FROM range(3000) t(n)`;
  const bomb = await ended(await enqueue('export-query', { sql, format: 'PARQUET' }));
  expect(bomb).toMatchObject({ state: 'SUCCEEDED', output: { rows: 3_000 } });
  const run = await ended(await enqueue('import-dataset', { file: bomb.output?.file, model: 'Airport' }));
  expect(run).toMatchObject({ state: 'FAILED', attempt: 1, error: { code: 'QUERY_TOO_LARGE' } });
});

test('without a file the report is of the workspace’s own flights', async () => {
  const run = await ended(await enqueue('monthly-delay-report', {}));
  expect(run).toMatchObject({ state: 'SUCCEEDED', error: null });
  const lines = (await textOf(run.output?.file)).trim().split('\r\n').slice(1);
  expect(lines.reduce((sum, line) => sum + Number(line.split(',')[2]), 0)).toBeGreaterThanOrEqual(20_000);
});

test('viewers start none of it, and a file that is not there is named', async () => {
  const { errors } = await viewer(
    'mutation ($input: EnqueueJobInput!) { enqueueJob(input: $input) { run { id } } }',
    {
      input: { job: 'export-query', input: { sql: 'SELECT 1' } },
    },
  );
  expect(errors[0]?.extensions['code']).toBe('FORBIDDEN');
  const flights = '018f5e1c-0000-7000-8000-000000000000';
  const missing = await ended(await enqueue('monthly-delay-report', { flights }));
  expect(missing).toMatchObject({ state: 'FAILED', error: { code: 'NOT_FOUND' } });
});
