import { systemClock } from '@tributary/runtime';
import { expect, inject, test, vi } from 'vitest';
import { openSealed } from '../object-store/sealed.fixture.ts';
import { describeBatchEngine } from './conformance.ts';
import { allRows, type OpenBatch, wide } from './conformance-queries.ts';
import { describeStoredTables } from './conformance-stored.ts';
import { openBatchEngine } from './open.ts';

vi.setConfig({ testTimeout: 120_000 });

const url = inject('engines')['SPARK_URL'] ?? 'missing: run npm run test:engines -- spark';

const open: OpenBatch = async () => {
  const engine = await openBatchEngine(url, { clock: systemClock });
  return { engine, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() };
};

describeBatchEngine('Spark', open);
describeStoredTables('Spark', open, openSealed);

test('what differs from the embedded engine is what the README says', async () => {
  await using engine = await openBatchEngine(url, { clock: systemClock });
  const sql = `SELECT CAST(1.7 AS INT) AS cut, floor(7) AS whole, DATE '2001-01-31' + INTERVAL 1 MONTH AS day,
    CAST(9223372036854775807 AS DECIMAL(38,0)) + 1 AS beyond, NULL IN (SELECT n FROM range(0) t(n)) AS among, levenshtein('ä', '') AS characters, 1 / 0 AS divided`;
  await using rows = await engine.query({ sql, tables: [] }, wide);
  expect(Object.fromEntries(rows.columns.map(({ name, type }) => [name, type]))).toMatchObject({
    whole: 'DOUBLE',
    day: 'DATE',
    beyond: 'DECIMAL',
  });
  expect(await allRows(rows)).toEqual([[1, 7, '2001-02-28', '9223372036854775808', false, 1n, null]]);
});
