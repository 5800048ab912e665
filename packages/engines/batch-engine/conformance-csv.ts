import { expect, test } from 'vitest';
import { allRows, answer, type OpenBatch, table, wide } from './conformance-queries.ts';

/** What the port promises of a CSV, whatever engine reads it. */
export function describeCsv(open: OpenBatch): void {
  test('CSV with a header and JSON Lines are read with the types found or declared', async () => {
    await using under = await open();
    const airports = table(
      'airports',
      'CSV',
      'iata,"the name",elevation\nOAK,"Oakland, ""CA""",9\nABQ,,5355\n',
    );
    const lines = '{"iata":"OAK","stars":4.5,"tags":["a","b"]}\n{"iata":"ABQ","extra":true}\n';
    const columns = [
      { name: 'iata', type: 'STRING' as const },
      { name: 'stars', type: 'DOUBLE' as const },
      { name: 'tags', type: 'JSON' as const },
    ];
    const notes = { ...table('notes', 'JSON', lines), columns };
    const sql = `SELECT iata, "the name", elevation, stars, get_json_object(tags, '$[1]') FROM airports JOIN notes USING (iata) ORDER BY 1`;
    expect(await answer(under.engine, sql, { tables: [airports, notes] })).toEqual([
      ['ABQ', null, 5355n, null, null],
      ['OAK', 'Oakland, "CA"', 9n, 4.5, 'b'],
    ]);
  });

  test('what divides the cells of a CSV is what divides its head line', async () => {
    await using under = await open();
    for (const mark of [',', ';', '\t']) {
      const tables = [table('t', 'CSV', ['a', 'b\n1', '"x y"\n'].join(mark))];
      expect(await answer(under.engine, 'SELECT a, b FROM t', { tables })).toEqual([[1n, 'x y']]);
    }
  });

  test('a row of a CSV with a cell too many or too few fails the query, whichever columns it asks for', async () => {
    await using under = await open();
    for (const row of ['3,n,Paris, Texas', '3,n'])
      for (const sql of ['SELECT * FROM t', 'SELECT id FROM t']) {
        const tables = [table('t', 'CSV', `id,name,city\n1,a,b\n2,c,d\n${row}\n`)];
        await expect(answer(under.engine, sql, { tables })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
      }
  });

  test('whole numbers of a CSV with more digits than BIGINT has are texts', async () => {
    await using under = await open();
    const [first, second] = ['12345678901234567890', '12345678901234567891'];
    const tables = [table('t', 'CSV', `acct,n\n${first},1\n${second},2\n`)];
    await using rows = await under.engine.query({ sql: 'SELECT * FROM t ORDER BY n', tables }, wide);
    expect(rows.columns.map(({ type }) => type)).toEqual(['STRING', 'BIGINT']);
    expect(await allRows(rows)).toEqual([
      [first, 1n],
      [second, 2n],
    ]);
  });
}
