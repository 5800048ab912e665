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

  test('codes and numbers of a CSV keep what is written: a column has the first type that says all that each of its cells does', async () => {
    await using under = await open();
    const rows = Array.from(
      { length: 300 },
      (_, n) => `${n},${n},${n}.5,1,true,2001-02-03,2001-02-03 04:05:06,`,
    );
    const last = '00042,+7,12345678901234567.5,1.5,F,2001-02-04,2001-02-04,""';
    const text = `zip,tel,amount,ratio,flag,day,at,none\n${[...rows, last].join('\n')}\n`;
    const tables = [table('t', 'CSV', text)];
    await using found = await under.engine.query(
      { sql: "SELECT * FROM t WHERE zip = '00042' OR zip = '7' ORDER BY zip", tables },
      wide,
    );
    expect(found.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      ...['zip STRING', 'tel STRING', 'amount STRING', 'ratio DOUBLE', 'flag BOOLEAN', 'day DATE'],
      ...['at TIMESTAMP', 'none STRING'],
    ]);
    expect(await allRows(found)).toEqual([
      ['00042', '+7', '12345678901234567.5', 1.5, false, '2001-02-04', '2001-02-04T00:00:00Z', null],
      ['7', '7', '7.5', 1, true, '2001-02-03', '2001-02-03T04:05:06Z', null],
    ]);
  });

  test('a column of a CSV whose first cell comes after thousands of rows has the type of its cells, and a moment with more digits than microseconds is text', async () => {
    await using under = await open();
    const text = `k,late,fine\n${'1,,\n'.repeat(5_000)}2,7,2001-02-03 04:05:06.123456789\n`;
    const tables = [table('t', 'CSV', text)];
    expect(await answer(under.engine, 'SELECT late, fine FROM t WHERE k = 2', { tables })).toEqual([
      [7n, '2001-02-03 04:05:06.123456789'],
    ]);
  });

  test('a first line for Excel says what divides the cells of a CSV, and is no row of it', async () => {
    await using under = await open();
    for (const mark of ['sep=|\r\n', '\ufeff"sep=|"\r\n']) {
      const tables = [table('t', 'CSV', `${mark}a,b|c\r\n01|2\r\n`)];
      expect(await answer(under.engine, 'SELECT "a,b", c FROM t', { tables })).toEqual([['01', 2n]]);
    }
    const declared = {
      ...table('t', 'CSV', 'sep=;\na;b\n1;x,y\n'),
      columns: [
        { name: 'a', type: 'STRING' as const },
        { name: 'b', type: 'STRING' as const },
      ],
    };
    expect(await answer(under.engine, 'SELECT a, b FROM t', { tables: [declared] })).toEqual([['1', 'x,y']]);
  });

  test('what is nested is JSON in a CSV, as it is among rows', async () => {
    await using under = await open();
    const lines = table(
      't',
      'JSON',
      '{"n":1,"tags":["a","b\\"c"],"place":{"x":1.5,"y":"=1+1"}}\n{"n":2,"place":{"x":2.5}}\n',
    );
    let text = '';
    const sink = async (bytes: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const piece of bytes) text += Buffer.from(piece).toString();
    };
    for (const csvFormulas of ['NEUTRALISE', 'KEEP'] as const) {
      text = '';
      await under.engine.exportTo(
        { sql: 'SELECT tags, place, n FROM t ORDER BY n', tables: [lines] },
        { format: 'CSV', maxBytes: 1e6, csvFormulas, sink },
      );
      expect(text).toBe(
        `tags,place,n\n"[""a"",""b\\""c""]","{""x"":1.5,""y"":""=1+1""}",1\n,"{""x"":2.5,""y"":null}",2\n`,
      );
    }
  });
}
