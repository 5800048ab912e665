import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { BatchRow, BatchTable } from '@tributary/engines/batch-engine';
import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import { systemClock } from '@tributary/runtime';
import { expect, test } from 'vitest';

const here = import.meta.dirname;
const sql = await readFile(join(here, 'report.sql'), 'utf8');
const dataset = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data');

async function report(flights: Omit<BatchTable, 'name'>): Promise<readonly BatchRow[]> {
  await using engine = await openBatchEngine('embedded:', { clock: systemClock });
  await using rows = await engine.query(
    { sql, tables: [{ name: 'flights', ...flights }] },
    { maxRows: 10_000, maxBytes: 10_000_000 },
  );
  expect(rows.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'month DATE',
    'origin STRING',
    'flights BIGINT',
    'mean_delay_minutes DOUBLE',
    'p90_delay_minutes DOUBLE',
    'late_share DOUBLE',
    'place_by_delay BIGINT',
  ]);
  const all: BatchRow[] = [];
  for await (const page of rows.pages()) all.push(...page);
  return all.map((row) => row.map((cell) => (typeof cell === 'bigint' ? Number(cell) : cell)));
}

test('months end at midnight, an unknown delay does not count, late begins at 15 minutes, and equal delays share a place', async () => {
  const expected = JSON.parse(await readFile(join(here, 'expected.fixture.json'), 'utf8'));
  expect(await report({ format: 'CSV', files: [{ path: join(here, 'flights.fixture.csv') }] })).toEqual(
    expected,
  );
});

test('three million real flights are reported, each once, and the busiest airport as counted by other means', async () => {
  const rows = await report({ format: 'PARQUET', files: [{ path: join(dataset, 'flights-3m.parquet') }] });
  expect(rows.reduce((sum, [, , flights]) => sum + Number(flights), 0)).toBe(3_000_000);
  const january = rows.filter(([month]) => month === '2001-01-01');
  expect(january.filter(([, origin]) => origin === 'ORD')).toEqual([
    ['2001-01-01', 'ORD', 27_692, 4.96, 40, 0.2284, 118],
  ]);
});
