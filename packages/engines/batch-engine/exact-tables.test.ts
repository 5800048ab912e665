import { systemClock } from '@tributary/runtime';
import { afterAll, expect, test } from 'vitest';
import { allRows, table, wide } from './conformance-queries.ts';
import { openBatchEngine } from './open.ts';
import type { BatchFormat } from './port.ts';

const engine = await openBatchEngine('embedded:', { clock: systemClock });
afterAll(() => engine[Symbol.asyncDispose]());

/** The table `z` of this text, as types by column, and as rows. */
async function read(text: string, sql = 'SELECT * FROM z', format: BatchFormat = 'CSV') {
  await using rows = await engine.query({ sql, tables: [table('z', format, text)] }, wide);
  const types = Object.fromEntries(rows.columns.map(({ name, type }) => [name, type]));
  return { types, rows: await allRows(rows) };
}

const goodRows = Array.from({ length: 999 }, (_, at) => `${at + 1},n,c\n`);

test.each([
  ['the last row', [...goodRows, '1000,n,Paris, Texas\n'], 1_001],
  ['a row in the middle', [...goodRows.slice(0, 500), '500,n,c,extra\n', ...goodRows.slice(500)], 502],
  ['a total without the other cells', [...goodRows, 'Total: 11\n'], 1_001],
])(
  '%s with another number of cells is told by its line, and no row is left out for it',
  async (_name, rows, line) => {
    const text = `id,name,city\n${rows.join('')}`;
    for (const sql of ['SELECT * FROM z', 'SELECT count(*) AS n FROM z'])
      await expect(read(text, sql)).rejects.toMatchObject({
        code: 'QUERY_INVALID',
        message: expect.stringMatching(
          new RegExp(`^The table z cannot be read at line ${line}: it has . cells`),
        ),
      });
  },
);

test('a file of thousands of columns is read within the memory of a query', async () => {
  const columns = Array.from({ length: 2_000 }, (_, at) => `c${at}`);
  const rows = Array.from({ length: 50 }, (_, n) =>
    columns.map((_c, at) => (at % 3 === 0 ? `t${n}` : n)).join(),
  );
  const text = [columns.join(), ...rows].join('\n');
  expect(await read(text, 'SELECT count(c0), sum(c1), sum(c1999) FROM z')).toMatchObject({
    rows: [[50n, 1225n, 1225n]],
  });
}, 60_000);

test('a quoted cell that the beginning of the file cuts has its own ends of lines', async () => {
  const cell = 'x\n'.repeat(600_000);
  const { rows } = await read(`a,b\r\n1,"${cell}"\r\n2,y\r\n`, 'SELECT a, length(b) FROM z');
  expect(rows).toEqual([
    [1n, 1_200_000n],
    [2n, 1n],
  ]);
});

test('apostrophes are no quotes, and a line that begins with # is a row', async () => {
  const { rows } = await read("id,name\n#1,'z'\n2,O'Neil\n");
  expect(rows).toEqual([
    ['#1', "'z'"],
    ['2', "O'Neil"],
  ]);
});

test('what divides the cells is what divides the head line', async () => {
  for (const mark of [',', ';', '\t'])
    expect(await read(['a', 'b\n1', '"x y"\n'].join(mark))).toEqual({
      types: { a: 'BIGINT', b: 'STRING' },
      rows: [[1n, 'x y']],
    });
});

test('names, empty lines, quoted line ends and a mark of the byte order are as the head has them', async () => {
  const text = '\ufeff\r\n\r\n"a ""q""",,a,A,"x\r\ny"\r\n1,2,"p\r\nq",,5\r\n\r\n6,,,,7\r\n';
  expect(await read(text)).toEqual({
    types: { 'a "q"': 'BIGINT', column1: 'BIGINT', a: 'STRING', A_1: 'STRING', 'x\r\ny': 'BIGINT' },
    rows: [
      [1n, 2n, 'p\r\nq', null, 5n],
      [6n, null, null, null, 7n],
    ],
  });
});

test.each([
  ['an empty file', '', /^The table z is an empty file: it has no columns\.$/],
  [
    'two ways of ending lines',
    'a,b\r\n1,2\n',
    /^The lines of the table z end in different ways \(CRLF and LF\)/,
  ],
  ['two ways around empty lines', '\n\na,b\r\n1,2\r\n', /^The lines of the table z end in different ways/],
  [
    'another end far down',
    `a,b\n${'1,2\n'.repeat(300_000)}3,4\r\n5,6\r\n`,
    /^The table z cannot be read.*: its lines end/,
  ],
  ['a quote left open', 'a,b\n1,"x\n2,3\n', /^The table z cannot be read at line 2: a quote is not closed/],
  [
    'a text beside a quoted one',
    'a,b\n1,"x"y\n',
    /^The table z cannot be read at line 2: a quote is not closed/,
  ],
  ['UTF-16', 'a\0,\0b\0\n\0', /^The table z is not UTF-8/],
])('%s is refused, and the message says why', async (_name, text, message) => {
  await expect(read(text)).rejects.toMatchObject({
    code: 'QUERY_INVALID',
    message: expect.stringMatching(message),
  });
});

test('a text beyond the first thousands of rows makes a column of texts', async () => {
  const rows = Array.from({ length: 29_999 }, (_, at) => `${at + 1},${at / 4},2001-01-01\n`);
  const text = `k,d,day\n${rows.join('')}00042,late,never\n`;
  const { types } = await read(text, 'SELECT * FROM z LIMIT 1');
  expect(types).toEqual({ k: 'STRING', d: 'STRING', day: 'STRING' });
  expect((await read(text, "SELECT d FROM z WHERE k = '00042'")).rows).toEqual([['late']]);
});

test('a column of numbers that a double does not give back is text', async () => {
  const [first, second] = ['12345678901234567890', '12345678901234567891'];
  const text = `zip,acct,n,wide,amount,ratio,seventeen,tel\n01234,${first},1,1,${first}.5,0.1,0.10000000000000001,+39055\n501,${second},9007199254740993,2.5e3,1,${1 / 3},12345.678,5\n`;
  expect(await read(text)).toEqual({
    types: {
      zip: 'STRING',
      acct: 'STRING',
      n: 'BIGINT',
      wide: 'DOUBLE',
      amount: 'STRING',
      ratio: 'DOUBLE',
      seventeen: 'DOUBLE',
      tel: 'STRING',
    },
    rows: [
      ['01234', first, 1n, 1, `${first}.5`, 0.1, 0.1, '+39055'],
      ['501', second, 9007199254740993n, 2500, '1', 1 / 3, 12345.678, '5'],
    ],
  });
  expect((await read(text, 'SELECT count(DISTINCT acct) FROM z')).rows).toEqual([[2n]]);
});

test('truths, days, moments with and without a zone, and missing cells have their types', async () => {
  const text =
    'flag,day,at,zoned,time,none\nT,2001-02-03,2001-02-03 04:05:06.5,2001-02-03T04:05:06+02:00,10:00,\n,2001-02-04,2001-02-04,2001-02-03 04:05:06 Europe/Berlin,09:30,""\n';
  expect(await read(text)).toEqual({
    types: {
      flag: 'BOOLEAN',
      day: 'DATE',
      at: 'TIMESTAMP',
      zoned: 'TIMESTAMP',
      time: 'STRING',
      none: 'STRING',
    },
    rows: [
      [true, '2001-02-03', '2001-02-03T04:05:06.5Z', '2001-02-03T02:05:06Z', '10:00:00', null],
      [null, '2001-02-04', '2001-02-04T00:00:00Z', '2001-02-03T03:05:06Z', '09:30:00', null],
    ],
  });
});

/** pyarrow: `k` int64, `x` decimal256(40, 2), `s` a struct with a decimal256(40, 2), `n` decimal128(38, 2); 1, 1.5, 1.5, 2.5. */
const wideDecimals =
  'UEFSMRUAFRwVHCwVAhUAFQYVBhwAAAACAAAAAgEBAAAAAAAAABUAFS4VLiwVAhUAFQYVBhwAAAACAAAAAgEAAAAAAAAAAAAAAAAAAAAAlhUAFS4VLiwVAhUAFQYVBhwAAAACAAAAAgIAAAAAAAAAAAAAAAAAAAAAlhUAFSwVLCwVAhUAFQYVBhwAAAACAAAAAgEAAAAAAAAAAAAAAAAAAAD6FQQZbDUAGAZzY2hlbWEVCAAVBCUCGAFrABUOFSIVAhgBeCUKFQQVUCxcFQQVUAAAADUCGAFzFQIAFQ4VIhUCGAFkJQoVBBVQLFwVBBVQAAAAFQ4VIBUCGAFuJQoVBBVMLFwVBBVMAAAAFgIZHBlMJgAcFQQZJQYAGRgBaxUAFgIWQhZCJghJHBUAFQAVAgA8KQYZJgACAAAAJgAcFQ4ZJQYAGRgBeBUAFgIWVBZUJkpJHBUAFQAVAgA8KQYZJgACAAAAJgAcFQ4ZJQYAGSgBcwFkFQAWAhZUFlQmngFJHBUAFQAVAgA8KQYZNgAAAgAAACYAHBUOGSUGABkYAW4VABYCFlIWUibyAUkcFQAVABUCADwpBhkmAAIAAAAWvAIWAiYIFrwCACggcGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAyNi4wLjEZTBwAABwAABwAABwAAABYAQAAUEFSMQ==';

test('decimals of more than 38 digits in Parquet are refused by the name of their column, which is the only one that cannot be read', async () => {
  const tables = [
    {
      name: 'z',
      format: 'PARQUET' as const,
      files: [
        {
          read: async function* () {
            yield Buffer.from(wideDecimals, 'base64');
          },
        },
      ],
    },
  ];
  const answer = async (sql: string) => {
    await using rows = await engine.query({ sql, tables }, wide);
    return await allRows(rows);
  };
  expect(await answer('SELECT k, n FROM z')).toEqual([[1n, '2.50']]);
  expect(await answer('SELECT count(*) FROM z')).toEqual([[1n]]);
  for (const [sql, column] of [
    ['SELECT * FROM z', 'x'],
    ['SELECT sum(CAST(x AS DOUBLE)) FROM z', 'x'],
    ['SELECT s FROM z', 's'],
  ] as const)
    await expect(answer(sql)).rejects.toMatchObject({
      code: 'QUERY_INVALID',
      message: expect.stringMatching(
        new RegExp(`^The column ${column} of the table z has decimals of more than 38 digits`),
      ),
    });
});

test('a number of the SQL that no double holds is a fault of the query', async () => {
  for (const sql of ['SELECT 1e400 AS n FROM z', 'SELECT -1e400 AS n FROM z'])
    await expect(read('a\n1\n', sql)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
  expect((await read('a\n1\n', "SELECT ': inf' AS t, 1e300 AS n FROM z")).rows).toEqual([[': inf', 1e300]]);
});
