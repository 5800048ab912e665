import { eventually, type RunningProduct, startProduct } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { newMember, newWorkspace } from '../../security/newcomers.ts';
import { makeAirport } from '../../security/tenant-data.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

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
