import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import { systemClock as clock } from '@tributary/runtime';
import { eventually, type RunningProduct, startProduct } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { newMember, newWorkspace } from '../../security/newcomers.ts';
import { makeAirport } from '../../security/tenant-data.ts';
import { endedRun, enqueued } from '../runs.ts';
import { vegaFile, vegaFolder } from '../vega-files.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

let product: RunningProduct;

beforeAll(async () => {
  const env = { ...inject('engines'), DEMO: 'off', LOG_LEVEL: 'error' };
  product = await startProduct({ form: 'one', env });
});
afterAll(() => product?.[Symbol.asyncDispose]());

test('a question in SQL about the rows of a workspace is answered by Spark, and a refused one says where it is wrong', async () => {
  const figures = await (await fetch(`${product.url}/metrics`)).text();
  expect(figures).toContain('tributary_engine_info{port="batch-engine",engine="spark"} 1');
  const { ask } = await newMember(product.url, await newWorkspace(product.url), 'EDITOR');
  for (let airport = 0; airport < 3; airport += 1) await makeAirport(ask);
  const question = (sql: string) =>
    ask<{ analyticsQuery: { columns: { name: string; type: string }[]; rows: unknown[][] } }>(
      'query ($sql: String!) { analyticsQuery(sql: $sql) { columns { name type } rows } }',
      { sql },
    );
  // A first session takes Spark longer than a request may last.
  await eventually(
    async () => {
      const { data, errors } = await question(
        'SELECT country, count(*) AS airports, min(latitude) AS south FROM airport GROUP BY country',
      );
      expect(errors).toEqual([]);
      expect(data.analyticsQuery).toEqual({
        columns: [
          { name: 'country', type: 'STRING' },
          { name: 'airports', type: 'BIGINT' },
          { name: 'south', type: 'DOUBLE' },
        ],
        rows: [['USA', 3, 39.5]],
      });
    },
    { timeoutMs: 90_000 },
  );
  await eventually(
    async () => {
      const { errors } = await question('SELECT nothing FROM airport');
      expect(errors[0]?.extensions).toMatchObject({ code: 'QUERY_INVALID' });
    },
    { timeoutMs: 90_000 },
  );
});

/** The lines of the report by DuckDB, which reads the file where it lies. */
async function reportOfDuckDb(): Promise<readonly string[]> {
  const root = join(import.meta.dirname, '../../..');
  const sql = await readFile(join(root, 'workers/batch/monthly-delay-report/report.sql'), 'utf8');
  const files = [{ path: join(vegaFolder, 'flights-3m.parquet') }];
  await using duck = await openBatchEngine('embedded:', { clock });
  const tables = [{ name: 'flights', format: 'PARQUET' as const, files }];
  await using found = await duck.query({ sql, tables }, { maxRows: 100_000, maxBytes: 50_000_000 });
  const lines: string[] = [];
  for await (const page of found.pages())
    for (const [month, origin, ...numbers] of page)
      lines.push([month, JSON.stringify(origin), ...numbers].join(','));
  return lines;
}

test('the whole report over three million flights in the embedded object store is line by line what DuckDB makes of them, and one that is cancelled ends in Spark', async () => {
  const { ask } = await newMember(product.url, await newWorkspace(product.url), 'EDITOR');
  const { name, bytes } = await vegaFile('flights-3m.parquet');
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(bytes)]), name);
  const headers = { authorization: ask.authorization ?? '' };
  const kept = await fetch(`${product.url}/files/form`, { method: 'POST', headers, body: form });
  const { files } = (await kept.json()) as { files: { id: string }[] };
  const run = await endedRun(ask, await enqueued(ask, 'monthly-delay-report', { flights: files[0]?.id }));
  expect(run).toMatchObject({ state: 'SUCCEEDED', error: null });
  // Asked again where a busy machine took longer than a request may.
  const downloadUrl = await eventually(
    async () => {
      const { data, errors } = await ask<{ file: { downloadUrl: string } }>(
        'query ($id: ID!) { file(id: $id) { downloadUrl } }',
        { id: run.output?.file },
      );
      expect(errors).toEqual([]);
      return data.file.downloadUrl;
    },
    { timeoutMs: 60_000 },
  );
  const report = await (await fetch(new URL(downloadUrl, product.url))).text();
  const [heading, ...lines] = report.trim().split('\r\n');
  expect(heading).toBe('month,origin,flights,mean_delay_minutes,p90_delay_minutes,late_share,place_by_delay');
  expect(lines.reduce((sum, line) => sum + Number(line.split(',')[2]), 0)).toBe(3_000_000);
  expect(lines).toEqual(await reportOfDuckDb());

  const endless =
    'SELECT count(*) AS n FROM range(10000000) a(i) CROSS JOIN range(10000000) b(j) WHERE i <> j';
  const cancelled = await enqueued(ask, 'export-query', { sql: endless });
  await eventually(async () => expect(await jobsAtWork()).toBeGreaterThan(0), { timeoutMs: 90_000 });
  await ask('mutation ($id: ID!) { cancelRun(id: $id) { id } }', { id: cancelled });
  expect(await endedRun(ask, cancelled)).toMatchObject({ state: 'CANCELLED', output: null });
  await eventually(async () => expect(await jobsAtWork()).toBe(0), { timeoutMs: 90_000 });
});

/** As Spark's own monitoring has it. */
async function jobsAtWork(): Promise<number> {
  const applications = `${inject('engines')['SPARK_UI_URL']}/api/v1/applications`;
  const [application] = (await (await fetch(applications)).json()) as readonly { readonly id: string }[];
  const answer = await fetch(`${applications}/${application?.id}/jobs?status=running`);
  return ((await answer.json()) as readonly unknown[]).length;
}
