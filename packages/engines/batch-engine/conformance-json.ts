import { expect, test } from 'vitest';
import { allRows, answer, type OpenBatch, table, wide } from './conformance-queries.ts';

const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** More rows than an engine looks at to find types, if it does not look at all of them. */
const many = 25_000;

/** What the port promises of JSON Lines without declared columns, whatever engine reads them. */
export function describeJson(open: OpenBatch): void {
  /** The table `z` of these lines, as types by column, and as rows. */
  async function read(text: string, sql: string) {
    await using under = await open();
    await using rows = await under.engine.query({ sql, tables: [table('z', 'JSON', text)] }, wide);
    const types = rows.columns.map(({ name, type }) => `${name} ${type}`);
    return { types, rows: await allRows(rows) };
  }

  test('columns of JSON Lines are typed by all rows: the last one is neither rounded nor refused', async () => {
    const before = { id: 0, price: 10, flag: true, time: '07:05:00', code: 1, in: { a: { p: 1 }, l: [1] } };
    const last = { price: 10.49, flag: 1, time: '7:5', code: 'x', in: { a: { p: 1.5 }, l: [1.5] }, late: 2 };
    const text = lines([...Array.from({ length: many }, () => before), { id: 1, ...last }]);
    const picked = 'SELECT price, flag, time, code, late FROM z WHERE id = 1';
    expect(await read(text, picked)).toEqual({
      types: ['price DOUBLE', 'flag STRING', 'time STRING', 'code STRING', 'late BIGINT'],
      rows: [[10.49, '1', '7:5', 'x', 2n]],
    });
    expect((await read(text, 'SELECT price, count(*) AS n FROM z GROUP BY price ORDER BY n')).rows).toEqual([
      [10.49, 1n],
      [10, BigInt(many)],
    ]);
    expect((await read(text, 'SELECT "in" FROM z WHERE id = 1')).rows).toEqual([
      ['{"a":{"p":1.5},"l":[1.5]}'],
    ]);
  });

  test('what is nested in JSON Lines keeps its fields, numbers with all their digits and texts as they are', async () => {
    const values = [
      '{"list":[{"n":12345678901234567890,"ok":true,"t":"2001-02-03","x":1.5}]}',
      '{"list":[{"n":1,"ok":false,"t":"7:05:00","x":2.5}]}',
    ];
    const text = values.map((value, id) => `{"id":${id},"value":${value}}\n`).join('');
    expect((await read(text, 'SELECT "value" FROM z ORDER BY id')).rows).toEqual(
      values.map((value) => [value]),
    );
  });

  test('texts of JSON Lines stay what they are, and can be compared where others of the column are numbers', async () => {
    const [lower, upper] = ['01a2230e-55aa-82fa-bf2f-0c6a00000001', '01A2230E-55AA-82FA-BF2F-0C6A00000001'];
    const text = lines([
      { id: lower, time: '7:05:00', digits: '042', day: '01-02-2026', mixed: 0, late: null, truth: 'true' },
      { id: upper, time: '17:05:00', digits: '42', day: '13-02-2026', mixed: 'x', late: 'x', truth: 'false' },
    ]);
    expect(
      await read(
        text,
        "SELECT * FROM (SELECT id, time, digits, day, truth FROM z WHERE mixed = 'x' AND late = 'x') t",
      ),
    ).toEqual({
      types: ['id STRING', 'time STRING', 'digits STRING', 'day STRING', 'truth STRING'],
      rows: [[upper, '17:05:00', '42', '13-02-2026', 'false']],
    });
    expect((await read(text, 'SELECT count(DISTINCT id), max(late) FROM z')).rows).toEqual([[2n, 'x']]);
  });

  test('days and moments of JSON Lines that begin with the year are such, where all texts of the column are and hold no more than microseconds', async () => {
    const text = lines([
      {
        day: '2001-02-03',
        seen: '2001-02-03T04:05:06.5Z',
        zoned: '2001-02-03T04:05:06+02:00',
        fine: '2001-02-03T04:05:06.123456789Z',
      },
      {
        day: '2001-02-04',
        seen: '2001-02-03T04:05:07Z',
        zoned: null,
        fine: '2001-02-03T04:05:06.123456788Z',
      },
      { seen: '2001-02-03T04:05:08.123456Z' },
    ]);
    expect(await read(text, 'SELECT day, seen, zoned, fine FROM z ORDER BY seen')).toEqual({
      types: ['day DATE', 'seen TIMESTAMP', 'zoned TIMESTAMP', 'fine STRING'],
      rows: [
        ['2001-02-03', '2001-02-03T04:05:06.5Z', '2001-02-03T02:05:06Z', '2001-02-03T04:05:06.123456789Z'],
        ['2001-02-04', '2001-02-03T04:05:07Z', null, '2001-02-03T04:05:06.123456788Z'],
        [null, '2001-02-03T04:05:08.123456Z', null, null],
      ],
    });
  });

  test('whole numbers of JSON Lines that neither BIGINT nor a double holds are texts', async () => {
    const forty = `1${'0'.repeat(38)}1`;
    const text = `{"k":1,"n":${forty},"twenty":12345678901234567890,"mixed":9007199254740993}\n{"k":2,"n":1,"twenty":1,"mixed":0.5}\n`;
    expect(await read(text, 'SELECT n, twenty, mixed FROM z ORDER BY k')).toEqual({
      types: ['n STRING', 'twenty STRING', 'mixed STRING'],
      rows: [
        [forty, '12345678901234567890', '9007199254740993'],
        ['1', '1', '0.5'],
      ],
    });
  });

  test('rows of more keys in all than a table has columns are one column, and so are rows without a key', async () => {
    const text = Array.from({ length: 2_100 }, (_, n) => `{"user${n}":{"name":"n${n}"}}\n`).join('');
    const picked = `SELECT count(*) AS n, min(get_json_object(json, '$.user2099.name')) AS last FROM z`;
    expect((await read(text, picked)).rows).toEqual([[2_100n, 'n2099']]);
    const sorted = 'SELECT CAST(json AS VARCHAR) AS json FROM z ORDER BY 1';
    expect((await read(' {"user0":1} \r\n\n'.repeat(2) + text, `${sorted} LIMIT 1`)).rows).toEqual([
      ['{"user0":1}'],
    ]);
    expect((await read('{}\n{}\n', sorted)).rows).toEqual([['{}'], ['{}']]);
  });

  test('a line of JSON Lines that is no object fails the query, whichever columns it asks for, and a mark of the byte order does not', async () => {
    await using under = await open();
    for (const line of ['[1,2]', 'null', '7', '[{"a":5}]', '{"a":'])
      for (const sql of ['SELECT * FROM t', 'SELECT count(*) FROM t'])
        await expect(
          answer(under.engine, sql, { tables: [table('t', 'JSON', `{"a":1}\n\n${line}\n{"a":3}\n`)] }),
        ).rejects.toMatchObject({ code: 'QUERY_INVALID', message: expect.stringContaining('at line 3') });
    const marked = [table('t', 'JSON', '\ufeff{"a":1}\n{"a":2}\n')];
    expect(await answer(under.engine, 'SELECT sum(a) FROM t', { tables: marked })).toEqual([[3n]]);
    expect(
      await answer(under.engine, 'SELECT count(*) FROM t', { tables: [table('t', 'JSON', '\ufeff')] }),
    ).toEqual([[0n]]);
  });
}
