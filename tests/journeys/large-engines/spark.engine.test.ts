import { eventually, type RunningProduct, startProduct } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { newMember, newWorkspace } from '../../security/newcomers.ts';
import { makeAirport } from '../../security/tenant-data.ts';
import { endedRun, enqueued } from '../runs.ts';
import { jobsAtWork, reportIn, reportOfDuckDb, uploadedFlights } from './spark/monthly-report.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

let product: RunningProduct;

beforeAll(async () => {
  const env = { ...inject('engines'), DEMO: 'off', LOG_LEVEL: 'error' };
  product = await startProduct({ form: 'one', env });
});
afterAll(() => product?.[Symbol.asyncDispose]());

test('a question in SQL about the rows of a workspace is answered by Spark, and a refused one says where it is wrong', async () => {
  const figures = await (await fetch(`${product.url}/metrics`)).text();
  const objects = inject('engines')['S3_URL'] === undefined ? 'embedded' : 's3';
  for (const [port, engine] of Object.entries({ 'batch-engine': 'spark', 'object-store': objects }))
    expect(figures).toContain(`tributary_engine_info{port="${port}",engine="${engine}"} 1`);
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

test('the whole report over three million flights in the object store is line by line what DuckDB makes of them, and one that is cancelled ends in Spark', async () => {
  const { ask } = await newMember(product.url, await newWorkspace(product.url), 'EDITOR');
  const flights = await uploadedFlights(product.url, ask);
  const run = await endedRun(ask, await enqueued(ask, 'monthly-delay-report', { flights }));
  expect(run).toMatchObject({ state: 'SUCCEEDED', error: null });
  const [heading, ...lines] = await reportIn(run.output?.file, { url: product.url, ask });
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
