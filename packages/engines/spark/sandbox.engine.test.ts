import { systemClock } from '@tributary/runtime';
import { expect, onTestFinished, test, vi } from 'vitest';
import { table } from '../batch-engine/conformance-queries.ts';
import { openBatchEngine } from '../batch-engine/open.ts';
import { administrator, answerOf, finished, openSpark } from './provisioned.fixture.ts';

vi.setConfig({ testTimeout: 300_000 });

const tables = [table('flights', 'JSON', '{"origin":"OAK"}\n')];

const replacedBySpark = (name: string): string => `\${${name}}`;

/** To DuckDB these are texts and names; read by Spark's own rules, each would be something else. */
const texts = [
  String.raw`'\'`,
  String.raw`'\'' OR 1=1 --'`,
  String.raw`'\\' || ' /* '`,
  String.raw`'\u0027 x'`,
  `'${replacedBySpark('env:PATH')}'`,
  `'${replacedBySpark('spark.master')}'`,
  "'$' || '{env:PATH}'",
  "'a\nb\tc\rd'",
  `'"' || '\`'`,
  "'--' || '/*+ BROADCAST(flights) */'",
  "E'\\x41'",
  "$$it's$$",
  "'𝒳 ü \u2028'",
];

test('what is a text to whoever wrote it is the same text in Spark, whatever its own reading of it would be', async () => {
  await using spark = await openSpark();
  await using duck = await openBatchEngine('embedded:', { clock: systemClock });
  const picked = texts.map((text, at) => `${text} AS "t \`${at}\`"`).join(', ');
  const query = { sql: `SELECT ${picked} FROM flights`, tables };
  expect(await answerOf(spark, query)).toEqual(await answerOf(duck, query));
});

test('tables of the cluster itself are out of reach, also by a name that a WITH has elsewhere', async () => {
  await administrator(async (session) => {
    const query = "CREATE TABLE default.payroll USING parquet AS SELECT 'the payroll' AS secret";
    await finished(session, { root: { sql: { query } } });
  });
  onTestFinished(() =>
    administrator((session) => finished(session, { root: { sql: { query: 'DROP TABLE default.payroll' } } })),
  );
  await using engine = await openSpark();
  const attempts = [
    'SELECT * FROM payroll',
    'SELECT * FROM "default".payroll',
    'SELECT * FROM spark_catalog."default".payroll',
    'SELECT * FROM (WITH payroll AS (SELECT 1 AS a) SELECT a FROM payroll) AS x, payroll',
    'WITH payroll AS (SELECT * FROM payroll) SELECT * FROM payroll',
    'SELECT (WITH payroll AS (SELECT 1 AS a) SELECT a FROM payroll) FROM payroll',
    'SELECT * FROM raw_1',
    'SELECT * FROM table_1',
    'WITH x AS (SELECT 1) SELECT * FROM with_1',
  ];
  for (const sql of attempts)
    await expect(answerOf(engine, { sql, tables }), sql).rejects.toMatchObject({
      code: 'QUERY_NOT_ALLOWED',
      message: expect.not.stringContaining('the payroll'),
    });
});

test.each([
  ['where a file lies', 'SELECT _metadata FROM flights', 'QUERY_INVALID'],
  ['its path', 'SELECT flights._metadata.file_path FROM flights', 'QUERY_INVALID'],
  ['files by path', 'SELECT * FROM "parquet"."/etc/passwd"', 'QUERY_NOT_ALLOWED'],
  ['text of a file', 'SELECT * FROM text."/etc/passwd"', 'QUERY_NOT_ALLOWED'],
  ['whom the server runs as', 'SELECT current_user', 'QUERY_NOT_ALLOWED'],
  ['a call into Java', "SELECT reflect('java.lang.System', 'getenv')", 'QUERY_NOT_ALLOWED'],
  ['one by its other name', "SELECT java_method('java.lang.System', 'getenv')", 'QUERY_NOT_ALLOWED'],
  ['the file of a row', 'SELECT input_file_name() FROM flights', 'QUERY_NOT_ALLOWED'],
  ['files by a function', "SELECT * FROM read_files('/etc')", 'QUERY_NOT_ALLOWED'],
  ['a setting', 'SET spark.sql.runSQLOnFiles = true', 'QUERY_INVALID|QUERY_NOT_ALLOWED'],
  ['a program', "ADD JAR '/tmp/x.jar'", 'QUERY_INVALID|QUERY_NOT_ALLOWED'],
  ['a script', "SELECT TRANSFORM(origin) USING 'cat' AS x FROM flights", 'QUERY_INVALID|QUERY_NOT_ALLOWED'],
  ['a statement in a text', "SELECT * FROM IDENTIFIER('flights')", 'QUERY_INVALID|QUERY_NOT_ALLOWED'],
  [
    'a name that is replaced',
    `SELECT origin AS "${replacedBySpark('env:PATH')}" FROM flights`,
    'QUERY_NOT_ALLOWED',
  ],
])('Spark has a way to %s, and a query does not', async (_, sql, code) => {
  await using engine = await openSpark();
  await expect(answerOf(engine, { sql, tables })).rejects.toMatchObject({
    code: expect.stringMatching(new RegExp(`^(${code})$`)),
    message: expect.not.stringMatching(/root:|\/tmp|org\.apache/),
  });
});

test('what nests growing texts is refused or bounded, and grows nothing of ours', async () => {
  await using engine = await openSpark();
  const nest = (depth: number): string => (depth === 0 ? "'x'" : `repeat(${nest(depth - 1)}, 90)`);
  const query = { sql: `SELECT length(${nest(12)}) AS n`, tables };
  await expect(answerOf(engine, query)).rejects.toMatchObject({ code: 'QUERY_TOO_LARGE' });
  expect((await answerOf(engine, { sql: 'SELECT 1', tables })).rows).toEqual([[1]]);
});
