import { systemClock } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { allRows, answer, type OpenBatch, take, wide } from './conformance-queries.ts';
import { openBatchEngine } from './open.ts';
import type { BatchTable } from './port.ts';

/** A Parquet file of these bytes, as a table. */
export function parquetTable(name: string, bytes: Uint8Array): BatchTable {
  const read = async function* (): AsyncIterable<Uint8Array> {
    yield bytes;
  };
  return { name, format: 'PARQUET', files: [{ read }] };
}

/** A Parquet file that DuckDB writes, with types of its own. */
export async function parquetOf(name: string, sql: string): Promise<BatchTable> {
  await using duck = await openBatchEngine('embedded:', { clock: systemClock });
  const taken = take();
  await duck.exportTo({ sql, tables: [] }, { format: 'PARQUET', maxBytes: 1e6, sink: taken.sink });
  return parquetTable(name, taken.bytes());
}

/** What the port promises of Parquet files, whatever engine reads them. */
export function describeParquet(open: OpenBatch): void {
  test('moments in nanoseconds, times of day and UUIDs of a Parquet file are read, and keep nobody from its other columns', async () => {
    await using under = await open();
    const id = '01a2230e-55aa-82fa-bf2f-0c6a00000001';
    const file = await parquetOf(
      'z',
      `SELECT 'Oslo' AS city, CAST('2001-02-03 04:05:06.123456' AS TIMESTAMP_NS) AS seen, CAST('07:05:00.5' AS TIME) AS t, CAST('${id}' AS UUID) AS id
        UNION ALL SELECT 'Rome', NULL, NULL, NULL UNION ALL SELECT 'Nice', CAST('1969-12-31 23:59:59.5' AS TIMESTAMP_NS), CAST('00:00:00' AS TIME), NULL`,
    );
    const tables = [file];
    await using rows = await under.engine.query({ sql: 'SELECT * FROM z ORDER BY city', tables }, wide);
    expect(rows.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      ...['city STRING', 'seen TIMESTAMP', 't STRING', 'id STRING'],
    ]);
    expect(await allRows(rows)).toEqual([
      ['Nice', '1969-12-31T23:59:59.5Z', '00:00:00', null],
      ['Oslo', '2001-02-03T04:05:06.123456Z', '07:05:00.5', id],
      ['Rome', null, null, null],
    ]);
    const later = `SELECT city, year(seen) FROM z WHERE seen > '2000-01-01' AND t > '07:00:00' AND id = '${id}'`;
    expect(await answer(under.engine, later, { tables })).toEqual([['Oslo', 2001n]]);
    const columns = [{ name: 'SEEN', type: 'DATE' as const }];
    const declared = [{ ...file, columns }];
    expect(await answer(under.engine, 'SELECT max(seen) FROM z', { tables: declared })).toEqual([
      ['2001-02-03'],
    ]);
  });
}
