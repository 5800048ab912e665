import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { systemClock } from '@tributary/runtime';
import { expect, test, vi } from 'vitest';
import { openBatchEngine } from '../batch-engine/open.ts';
import { answerOf, openSpark } from './provisioned.fixture.ts';

vi.setConfig({ testTimeout: 300_000 });

const root = join(import.meta.dirname, '../../..');
const dataset = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data');

test('the monthly report over three million flights is the same on DuckDB and on Spark, cell by cell', async () => {
  const sql = await readFile(join(root, 'workers/batch/monthly-delay-report/report.sql'), 'utf8');
  const files = [{ path: join(dataset, 'flights-3m.parquet') }];
  const query = { sql, tables: [{ name: 'flights', format: 'PARQUET' as const, files }] };
  await using spark = await openSpark();
  await using duck = await openBatchEngine('embedded:', { clock: systemClock });
  const report = await answerOf(spark, query);
  expect(report.rows.reduce((sum, [, , flights]) => sum + Number(flights), 0)).toBe(3_000_000);
  expect(report).toEqual(await answerOf(duck, query));
  const csv = async (engine: typeof spark): Promise<string> => {
    const taken: Uint8Array[] = [];
    const sink = async (bytes: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const chunk of bytes) taken.push(chunk);
    };
    await engine.exportTo(query, { format: 'CSV', maxBytes: 10_000_000, sink });
    return Buffer.concat(taken).toString();
  };
  expect(await csv(spark)).toBe(await csv(duck));
});
