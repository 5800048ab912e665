import { expect, test } from 'vitest';
import { parquetTable } from './conformance-parquet.ts';
import { answer, type OpenBatch, table } from './conformance-queries.ts';

const people = table(
  'p',
  'JSON',
  [
    '{"id":1,"addr":{"city":"Oslo","geo":{"x":1}},"tags":["a","b"],"items":[{"sku":"s1"},{"sku":"s2"}]}',
    '{"id":2,"addr":{"city":"Rome"},"tags":[],"items":[]}',
    '{"id":3,"note":"none"}',
  ].join('\n'),
);

/** pyarrow: `k` int64, `m` a map of a text to an int64; 1 with a: 1 and b: 2, 2 with null. */
const map = parquetTable(
  'q',
  Buffer.from(
    'UEFSMRUAFSwVPiwVBBUAFQYVBhwAAAAotS/9IBaxAAACAAAABAEBAAAAAAAAAAIAAAAAAAAAFQAVLhVALBUGFQAVBhUGHAAAACi1L/0gF7kAAAIAAAADAgMAAAADCgABAAAAYQEAAABiFQAVOhVMLBUGFQAVBhUGHAAAACi1L/0gHekAAAIAAAADAgMAAAADDwABAAAAAAAAAAIAAAAAAAAAFQQZbDUAGAZzY2hlbWEVBAAVBCUCGAFrADUCGAFtFQIVAkwsAAAANQQYCWtleV92YWx1ZRUEABUMJQAYA2tleSUATBwAAAAVBCUCGAV2YWx1ZQAWBBkcGTwmABwVBBklBgAZGAFrFQwWBBZSFmQmCEkcFQAVABUCADwpBhkmAAQAAAAmABwVDBklBgAZOAFtCWtleV92YWx1ZQNrZXkVDBYGFlQWZiZsSRwVABUAFQIAPBYEGSYEAhk2AgAEAAAAJgAcFQQZJQYAGTgBbQlrZXlfdmFsdWUFdmFsdWUVDBYGFmAWcibSAUkcFQAVABUCADwpJgQCGUYCAAAEAAAAFoYCFgQmCBa8AgAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjYuMC4xGTwcAAAcAAAcAAAAOAEAAFBBUjE=',
    'base64',
  ),
);

/** What the port promises of objects, lists and maps in SQL, whatever engine reads them. */
export function describeNested(open: OpenBatch): void {
  test('get_json_object reaches into what is nested, and so do names behind an element', async () => {
    await using under = await open();
    const sql = `SELECT get_json_object(addr, '$.city'), get_json_object(addr, '$.geo.x'), get_json_object(tags, '$[0]'), get_json_object(items, '$[1].sku'),
      items[1].sku, addr['city'], (p.addr).geo.x, get_json_object(CAST(addr AS VARCHAR), '$.city') FROM p ORDER BY id`;
    expect(await answer(under.engine, sql, { tables: [people] })).toEqual([
      ['Oslo', '1', 'a', 's2', 's1', 'Oslo', 1n, 'Oslo'],
      ['Rome', null, null, null, null, 'Rome', null, 'Rome'],
      Array.from({ length: 8 }, () => null),
    ]);
    const inMap = "SELECT get_json_object(m, '$.b'), m['a'], CAST(m AS VARCHAR) FROM q ORDER BY k";
    expect(await answer(under.engine, inMap, { tables: [map] })).toEqual([
      ['2', 1n, '{"a":1,"b":2}'],
      [null, null, null],
    ]);
  });

  test('what is nested is JSON where it is made a text, wherever it came from', async () => {
    await using under = await open();
    const texts = `SELECT CAST(addr AS VARCHAR) AS addr, TRY_CAST(tags AS VARCHAR), concat_ws('-', id, items), note, CAST(id AS VARCHAR) || '!' FROM p ORDER BY id`;
    expect(await answer(under.engine, texts, { tables: [people] })).toEqual([
      ['{"city":"Oslo","geo":{"x":1}}', '["a","b"]', '1-[{"sku":"s1"},{"sku":"s2"}]', null, '1!'],
      ['{"city":"Rome","geo":null}', '[]', '2-[]', null, '2!'],
      [null, null, '3', 'none', '3!'],
    ]);
    const handedOn = `WITH last AS (SELECT max_by(addr, id) AS place, count(*) AS n FROM p)
      SELECT CAST(place AS VARCHAR), CAST(n AS VARCHAR), CAST((SELECT addr FROM p WHERE id = 1) AS VARCHAR),
        CAST(CASE WHEN n = 0 THEN NULL ELSE place END AS VARCHAR), CAST(coalesce(place, place) AS VARCHAR) FROM last`;
    const rome = '{"city":"Rome","geo":null}';
    expect(await answer(under.engine, handedOn, { tables: [people] })).toEqual([
      [rome, '3', '{"city":"Oslo","geo":{"x":1}}', rome, rome],
    ]);
    const grouped =
      'SELECT CAST(tags AS VARCHAR) AS t, count(*) AS n FROM p GROUP BY CAST(tags AS VARCHAR) ORDER BY t';
    expect(await answer(under.engine, grouped, { tables: [people] })).toEqual([
      ['["a","b"]', 1n],
      ['[]', 1n],
      [null, 1n],
    ]);
  });

  test('a fault beside a nested value that is made a text is told as ever', async () => {
    await using under = await open();
    const missing = 'SELECT CAST(addr AS VARCHAR),\n  nothere FROM p';
    await expect(answer(under.engine, missing, { tables: [people] })).rejects.toMatchObject({
      code: 'QUERY_INVALID',
      details: { line: 2, column: 3 },
    });
    const unfit = 'SELECT CAST(CAST(addr AS VARCHAR) AS INT) FROM p';
    await expect(answer(under.engine, unfit, { tables: [people] })).rejects.toMatchObject({
      code: 'QUERY_INVALID',
    });
  });
}
