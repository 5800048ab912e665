import { expect, test, vi } from 'vitest';
import { parquetOf, parquetTable } from '../batch-engine/conformance-parquet.ts';
import { answerOf, openSpark } from './provisioned.fixture.ts';

vi.setConfig({ testTimeout: 300_000 });

/**
 * pyarrow: `k` int64, `seen` timestamp[ns], `utc` the same with a zone, `ms` time32, `us` and `ns` time64, `id` uuid, `half` float16, `wide` decimal256(40, 2), `s` a struct with a
 * timestamp[ns], `l` a list of a text and a uint8 each; a second row of nulls.
 */
const odd = Buffer.from(
  'UEFSMRUAFSwVPiwVBBUAFQYVBhwAAAAotS/9IBaxAAACAAAABAEBAAAAAAAAAAIAAAAAAAAAFQAVHBUuLBUEFQAVBhUGHAAAACi1L/0gDnEAAAIAAAADARXBp9W9050NFQAVHBUuLBUEFQAVBhUGHAAAACi1L/0gDnEAAAIAAAADAf//////////FQAVFBUmLBUEFQAVBhUGHAAAACi1L/0gClEAAAIAAAADAVQbhQEVABUcFS4sFQQVABUGFQYcAAAAKLUv/SAOcQAAAgAAAAMBAR/r7wUAAAAVABUcFS4sFQQVABUGFQYcAAAAKLUv/SAOcQAAAgAAAAMBAX0+TDEXAAAVABUsFT4sFQQVABUGFQYcAAAAKLUv/SAWsQAAAgAAAAMBAaIjDlWqgvq/LwxqAAAAARUAFRAVIiwVBBUAFQYVBhwAAAAotS/9IAhBAAACAAAAAwEAPhUAFQwVHiwVBBUAFQYVBhwAAAAotS/9IAYxAAACAAAABAAVABUeFTAsFQQVABUGFQYcAAAAKLUv/SAPeQAAAwAAAAMCAAEAAAAAAAAAFQAVHhUwLBUEFQAVBhUGHAAAACi1L/0gD3kAAAMAAAADAgABAAAAAAAAABUAFSYVOCwVBBUAFQYVBhwAAAAotS/9IBOZAAACAAAABAAEAAAAAwQAAAEAAABhFQAVJBU2LBUEFQAVBhUGHAAAACi1L/0gEpEAAAIAAAAEAAQAAAADBAAAAQAAABUEGfwSNQAYBnNjaGVtYRUWABUEJQIYAWsAFQQlAhgEc2VlbmyMEhw8AAAAAAAVBCUCGAN1dGNsjBEcPAAAAAAAFQIlAhgCbXNsfBIcHAAAAAAAFQQlAhgCdXNsfBIcLAAAAAAAFQQlAhgCbnNsfBIcPAAAAAAAFQ4VIBUCGAJpZGzsAAAAFQ4VBBUCGARoYWxmbPwAAAAVDhUiFQIYBHdpZGUlChUEFVAsXBUEFVAAAAA1AhgBcxUEABUEJQIYBHNlZW5sjBIcPAAAAAAAFQQlAhgBeAA1AhgBbBUCFQZMPAAAADUEGARsaXN0FQIANQIYB2VsZW1lbnQVBAAVDCUCGANza3UlAEwcAAAAFQIlAhgBbiUWTKwTCBIAAAAWBBkcGdwmABwVBBklBgAZGAFrFQwWBBZSFmQmCEkcFQAVABUCADwpBhkmAAQAAAAmABwVBBklBgAZGARzZWVuFQwWBBZCFlQmbEkcFQAVABUCADwpBhkmAgIAAAAmABwVBBklBgAZGAN1dGMVDBYEFkIWVCbAAUkcFQAVABUCADwpBhkmAgIAAAAmABwVAhklBgAZGAJtcxUMFgQWOhZMJpQCSRwVABUAFQIAPCkGGSYCAgAAACYAHBUEGSUGABkYAnVzFQwWBBZCFlQm4AJJHBUAFQAVAgA8KQYZJgICAAAAJgAcFQQZJQYAGRgCbnMVDBYEFkIWVCa0A0kcFQAVABUCADwpBhkmAgIAAAAmABwVDhklBgAZGAJpZBUMFgQWUhZkJogESRwVABUAFQIAPCkGGSYCAgAAACYAHBUOGSUGABkYBGhhbGYVDBYEFjYWSCbsBEkcFQAVABUCADwpBhkmAgIAAAAmABwVDhklBgAZGAR3aWRlFQwWBBYyFkQmtAVJHBUAFQAVAgA8KQYZJgQAAAAAJgAcFQQZJQYAGSgBcwRzZWVuFQwWBBZEFlYm+AVJHBUAFQAVAgA8KQYZNgIAAgAAACYAHBUEGSUGABkoAXMBeBUMFgQWRBZWJs4GSRwVABUAFQIAPCkGGTYCAAIAAAAmABwVDBklBgAZSAFsBGxpc3QHZWxlbWVudANza3UVDBYEFkwWXiakB0kcFQAVABUCADwWAhkmBAAZVgIAAAACAAAAJgAcFQIZJQYAGUgBbARsaXN0B2VsZW1lbnQBbhUMFgQWShZcJoIISRwVABUAFQIAPCkmBAAZVgIAAAACAAAAFuwGFgQmCBbWCAAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjYuMC4xGdwcAAAcAAAcAAAcAAAcAAAcAAAcAAAcAAAcAAAcAAAcAAAcAAAcAAAA7AMAAFBBUjE=',
  'base64',
);

test('what Spark has no type for in a file of another writer is read as what it says, microseconds of nanoseconds', async () => {
  await using spark = await openSpark();
  const tables = [parquetTable('z', odd)];
  const sql = 'SELECT k, seen, utc, ms, us, ns, id, l FROM z ORDER BY k';
  expect(await answerOf(spark, { sql, tables })).toEqual({
    types: ['BIGINT', 'TIMESTAMP', 'TIMESTAMP', 'STRING', 'STRING', 'STRING', 'STRING', 'JSON'],
    rows: [
      [
        1n,
        '2001-02-03T04:05:06.123456Z',
        '1969-12-31T23:59:59.999999Z',
        ...['07:05:00.5', '07:05:00.000001', '07:05:00.5', '01a2230e-55aa-82fa-bf2f-0c6a00000001'],
        '[{"sku":"a","n":1}]',
      ],
      [2n, ...Array.from({ length: 7 }, () => null)],
    ],
  });
});

test.each([
  ['SELECT half FROM z', 'The column half of the table z has floating-point numbers of 16 bits,'],
  ['SELECT * FROM z', 'The column'],
  ['SELECT count(wide) FROM z', 'The column wide of the table z has decimals of more than 38 digits,'],
  ['SELECT s FROM z', 'The column s of the table z has moments in nanoseconds inside of a nested value,'],
])('a column that Spark cannot read fails whoever asks for it, by its name: %s', async (sql, message) => {
  await using spark = await openSpark();
  await expect(answerOf(spark, { sql, tables: [parquetTable('z', odd)] })).rejects.toMatchObject({
    code: 'QUERY_INVALID',
    message: expect.stringContaining(message),
  });
});

test('an INTERVAL of DuckDB keeps nobody from the other columns, and fails by its name', async () => {
  await using spark = await openSpark();
  const tables = [await parquetOf('z', 'SELECT 1 AS k, INTERVAL 1 MONTH AS i UNION ALL SELECT 2, NULL')];
  expect((await answerOf(spark, { sql: 'SELECT count(*), sum(k) FROM z', tables })).rows).toEqual([[2n, 3n]]);
  await expect(answerOf(spark, { sql: 'SELECT k, i FROM z', tables })).rejects.toMatchObject({
    code: 'QUERY_INVALID',
    message:
      'The column i of the table z has intervals, which cannot be read: write them as numbers or as texts.',
  });
});

test('a column in nanoseconds in one file of a table and in microseconds in the next is no column that is read wrongly', async () => {
  await using spark = await openSpark();
  const parts = await Promise.all(
    ['TIMESTAMP_NS', 'TIMESTAMP'].map((type, k) =>
      parquetOf('z', `SELECT ${k} AS k, CAST('2001-02-03 04:05:06' AS ${type}) AS seen`),
    ),
  );
  for (const files of [parts, parts.toReversed()]) {
    const tables = [{ name: 'z', format: 'PARQUET' as const, files: files.flatMap((part) => part.files) }];
    await expect(answerOf(spark, { sql: 'SELECT seen FROM z', tables })).rejects.toMatchObject({
      code: 'QUERY_INVALID',
    });
    expect((await answerOf(spark, { sql: 'SELECT sum(k) FROM z', tables })).rows).toEqual([[1n]]);
  }
});
