import { afterAll, expect, onTestFinished, test } from 'vitest';
import { nodeAt, type TreeNode } from './parse-tree.ts';
import { sparkSqlOf } from './spark-sql.ts';
import { SubsetParser } from './subset-parser.ts';

const parser = new SubsetParser();
afterAll(() => parser[Symbol.asyncDispose]());

async function written(sql: string): Promise<string> {
  const tree = await parser.parse(sql, ['Flights']);
  const views = new Map([['flights', 'table_1']]);
  const statement = nodeAt(tree, 'node') ?? {};
  return sparkSqlOf(statement, { sql, views, columns: new Set(['origin', 'delay']), nested: new Set() })
    .query;
}

test('what Spark gets is written from the tree: names of ours, quotes round all others, literals by number', async () => {
  const sql = `SELECT origin AS "a\`b", '\\' || '$''x' FROM FLIGHTS -- '`;
  const literals = String.raw`('\u005c' || '\u0024\u0027x')`;
  expect(await written(sql)).toBe(
    `SELECT \`origin\` AS \`a\`\`b\`, ${literals} FROM \`table_1\` AS \`FLIGHTS\``,
  );
  expect(await written('SELECT delay FROM flights ORDER BY delay DESC LIMIT 3')).toBe(
    'SELECT `delay` FROM `table_1` AS `flights` ORDER BY `delay` DESC NULLS LAST LIMIT 3',
  );
});

test('a name in FROM is a table, or a WITH where that is known; elsewhere there is no such table', async () => {
  expect(await written('WITH flights AS (SELECT * FROM flights) SELECT * FROM flights')).toBe(
    'WITH `with_1` AS (SELECT * FROM `table_1` AS `flights`) SELECT * FROM `with_1` AS `flights`',
  );
  const outside = 'SELECT * FROM (WITH x AS (SELECT 1 AS a) SELECT a FROM x) AS y, x';
  await expect(written(outside)).rejects.toMatchObject({
    code: 'QUERY_NOT_ALLOWED',
    details: { line: 1, column: 65, tables: ['flights'] },
  });
});

test.each([
  ['ORDER BY in first', 'SELECT first(origin ORDER BY delay) FROM flights'],
  ['What follows the *', 'SELECT * EXCLUDE (origin) FROM flights'],
  ['GROUPS', 'SELECT sum(delay) OVER (ORDER BY delay GROUPS 1 PRECEDING) FROM flights'],
  ['A frame that is no literal', 'SELECT sum(delay) OVER (ORDER BY delay ROWS delay PRECEDING) FROM flights'],
  [
    'A recursion by UNION without ALL',
    'WITH RECURSIVE r AS (SELECT 1 AS n UNION SELECT n + 1 FROM r) SELECT n FROM r',
  ],
  ['UNION BY NAME', 'SELECT origin FROM flights UNION BY NAME SELECT origin FROM flights'],
  ['ANY and ALL', 'SELECT delay > ALL (SELECT delay FROM flights) FROM flights'],
  ['The part "millennium" of a time', 'SELECT extract(millennium FROM delay) FROM flights'],
])('%s is what Spark cannot do, and is said to be', async (what, sql) => {
  await expect(written(sql)).rejects.toMatchObject({
    code: 'QUERY_NOT_ALLOWED',
    message: `${what} is not part of the SQL that can be used here.`,
  });
});

test('nesting does not multiply: no argument is written twice', async () => {
  const nest = (depth: number): string =>
    depth === 0
      ? 'origin'
      : `isnan(trunc(repeat(replace(lpad(${nest(depth - 1)}, 3, 'x'), 'a', 'bc'), 2) / 2))`;
  const [one, ten] = [
    (await written(`SELECT ${nest(1)} FROM flights`)).length,
    (await written(`SELECT ${nest(10)} FROM flights`)).length,
  ];
  expect(ten).toBeLessThan(one * 11);
});

const nestedMin = (depth: number): string =>
  Array.from({ length: depth }).reduce<string>((e) => `min_by((SELECT ${e} FROM flights), 1)`, 'delay');

test.each([
  ['an argument that is written twice, within itself', `SELECT ${nestedMin(22)} FROM flights`],
  ['as many sets as a CUBE has', `SELECT 1 FROM flights GROUP BY CUBE (${cubeOf(15)})`],
  [
    'many that are long each',
    Array.from({ length: 40 }, () => `SELECT ${nestedMin(13)} FROM flights`).join(' UNION ALL '),
  ],
])('SQL that would become much longer is refused before it is: %s', async (_, sql) => {
  const tree = nodeAt(await parser.parse(sql, ['flights']), 'node') ?? {};
  const heldBefore = process.memoryUsage().rss;
  const views = new Map([['flights', 'table_1']]);
  expect(() =>
    sparkSqlOf(tree, { sql, views, columns: new Set(['origin', 'delay']), nested: new Set() }),
  ).toThrow(expect.objectContaining({ code: 'QUERY_TOO_LARGE' }));
  expect(process.memoryUsage().rss - heldBefore).toBeLessThan(150_000_000);
});

function cubeOf(size: number): string {
  return Array.from({ length: size }, (_, at) => `substring(origin, ${at}, ${'1 + '.repeat(40)}1)`).join(
    ', ',
  );
}

test('an interval within an interval is written once, however deep', async () => {
  const nest = (depth: number): string =>
    Array.from({ length: depth }).reduce<string>(
      (e) => `INTERVAL (date_part('day', DATE '2001-01-01' + ${e})) DAY`,
      'INTERVAL (delay) DAY',
    );
  const tree = nodeAt(
    await parser.parse(`SELECT DATE '2001-01-01' + ${nest(12)} FROM flights`, ['flights']),
    'node',
  );
  let reads = 0;
  const counting = (node: TreeNode): void => {
    for (const value of Object.values(node))
      if (value !== null && typeof value === 'object') counting(value as TreeNode);
    if (!String(node['column_names']).includes('delay')) return;
    const names = node['column_names'];
    Object.defineProperty(node, 'column_names', {
      get: () => {
        reads += 1;
        return names;
      },
    });
  };
  counting(tree ?? {});
  const views = new Map([['flights', 'table_1']]);
  sparkSqlOf(tree ?? {}, { sql: '', views, columns: new Set(['delay']), nested: new Set() });
  expect(reads).toBeLessThan(5);
});

test('a parser goes on after what it refused, and one that is closed starts no more', async () => {
  const own = new SubsetParser();
  onTestFinished(() => own[Symbol.asyncDispose]());
  await expect(own.parse('SELECT 1; SELECT 2', [])).rejects.toMatchObject({ code: 'QUERY_NOT_ALLOWED' });
  await expect(own.parse('SELEC 1', [])).rejects.toMatchObject({ code: 'QUERY_INVALID' });
  expect(await own.parse('SELECT 9007199254740993', [])).toMatchObject({ node: { type: 'SELECT_NODE' } });
  await own[Symbol.asyncDispose]();
  await expect(own.parse('SELECT 1', [])).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
});
