import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { answer, flights, type OpenBatch, table, take } from './conformance-queries.ts';

/** What reads anything but the tables of a query. */
export const outside: readonly string[] = [
  "SELECT * FROM read_csv('/etc/passwd')",
  "SELECT * FROM read_csv_auto('/etc/passwd')",
  "SELECT * FROM read_text('/etc/passwd')",
  "SELECT * FROM read_blob('/proc/self/environ')",
  "SELECT * FROM read_json('http://127.0.0.1:1/')",
  "SELECT * FROM read_parquet('s3://bucket/key')",
  "SELECT * FROM parquet_metadata('x.parquet')",
  "SELECT * FROM glob('/*')",
  "SELECT * FROM sniff_csv('/etc/passwd')",
  "SELECT * FROM '/etc/passwd'",
  "SELECT * FROM 'https://example.org/x.csv'",
  'SELECT * FROM "/etc/passwd"',
  "SELECT * FROM query('SELECT 1')",
  "SELECT * FROM query_table('flights')",
  "SELECT * FROM json_execute_serialized_sql('{}')",
  'SELECT * FROM duckdb_settings()',
  'SELECT * FROM duckdb_secrets()',
  'SELECT * FROM duckdb_views()',
  'SELECT * FROM duckdb_temporary_files()',
  'SELECT * FROM pragma_database_size()',
  'SELECT * FROM information_schema.tables',
  'SELECT * FROM pg_catalog.pg_class',
  'SELECT * FROM sqlite_master',
  'SELECT * FROM main.flights',
  'SELECT * FROM memory.main.flights',
  "SELECT getenv('PATH')",
  "SELECT current_setting('temp_directory')",
  "SELECT getvariable('x')",
  'SELECT version()',
  'SELECT current_query()',
  "SELECT write_log('x')",
  'SELECT sleep_ms(1000000)',
  'SELECT pg_sleep(1000)',
  "SELECT json_serialize_sql('SELECT 1')",
  "SELECT nextval('s')",
  'SELECT system.main.upper(origin) FROM flights',
  "SELECT * FROM (SELECT 1), LATERAL (SELECT * FROM read_text('/etc/passwd'))",
  "SELECT (SELECT content FROM read_text('/etc/passwd'))",
  "WITH x AS (SELECT * FROM read_text('/etc/passwd')) SELECT 1",
  // A name that is a WITH in one place must not open the engine's own view of that name in another.
  'SELECT * FROM (WITH duckdb_tables AS (SELECT 1) SELECT * FROM duckdb_tables) AS x, duckdb_tables',
  'SELECT * FROM (WITH pg_class AS (SELECT 1 AS a) SELECT a FROM pg_class) AS x, pg_class',
  "SELECT COLUMNS('.*') FROM flights",
  'SELECT count(*) FROM flights TABLESAMPLE 10',
  'SELECT count(*) FROM flights USING SAMPLE 5 ROWS',
  'SELECT * FROM (SELECT 1) AS x TABLESAMPLE 10 PERCENT',
  'SELECT ?',
  'SELECT $1',
];

/** What is no SELECT, or not one alone. */
export const otherStatements: readonly string[] = [
  "COPY flights TO '/tmp/stolen.csv'",
  "COPY (SELECT 1) TO 'stolen.csv'",
  "ATTACH '/tmp/other.db' AS other",
  'INSTALL httpfs',
  'LOAD httpfs',
  'PRAGMA version',
  'PRAGMA database_list',
  "SET memory_limit = '64GB'",
  'RESET memory_limit',
  'CREATE TABLE t AS SELECT 1',
  'CREATE VIEW v AS SELECT 1',
  'DROP VIEW flights',
  'INSERT INTO flights VALUES (1)',
  'DELETE FROM flights',
  'EXPLAIN SELECT 1',
  'EXPLAIN ANALYZE SELECT 1',
  'DESCRIBE flights',
  'SHOW ALL TABLES',
  'SUMMARIZE flights',
  "EXPORT DATABASE '/tmp/x'",
  'CALL pragma_version()',
  'BEGIN',
  'CHECKPOINT',
  'SELECT 1; SELECT 2',
  'SELECT 1; DROP VIEW flights',
  "SELECT 1;\nCOPY (SELECT 1) TO '/tmp/stolen.csv'",
  'PREPARE p AS SELECT 1',
];

/**
 * An engine may start a process for each, so a change asks it every eighth; the check they all come to is asked all of them
 * (`refused-statements.test.ts`), and so is the engine at night (`NIGHTLY=1`, .ci/nightly).
 */
const asked = (all: readonly string[]): readonly string[] =>
  all.filter((_, at) => process.env['NIGHTLY'] !== undefined || at % 8 === 0);

/** The sandbox of the batch-engine port: a query reads its tables and nothing else. */
export function describeSandbox(open: OpenBatch): void {
  test('what reads anything but the tables is refused with a code', async () => {
    await using under = await open();
    const attempts = asked(outside);
    const outcomes = await refusals(attempts, (sql) => answer(under.engine, sql));
    expect(outcomes).toEqual(attempts.map((sql) => ({ sql, code: 'QUERY_NOT_ALLOWED' })));
  }, 90_000);

  test('every statement but one SELECT is refused with a code, and leaves nothing behind', async () => {
    await using under = await open();
    const outcomes = await refusals(asked(otherStatements), (sql) => answer(under.engine, sql));
    expect(outcomes.filter(({ code }) => !/^QUERY_(NOT_ALLOWED|INVALID)$/.test(code))).toEqual([]);
    expect(['/tmp/stolen.csv', 'stolen.csv'].some((path) => existsSync(path))).toBe(false);
  }, 90_000);

  test('an export is held to the same', async () => {
    await using under = await open();
    const target = { format: 'CSV' as const, maxBytes: 1e6, sink: take().sink };
    const attempts = [
      "SELECT * FROM read_text('/etc/passwd')",
      "SELECT 1) TO '/tmp/stolen.csv' --",
      'SELECT 1; SELECT 2',
      'SELECT * FROM __tributary_result',
    ];
    const outcomes = await refusals(attempts, (sql) =>
      under.engine.exportTo({ sql, tables: [flights] }, target),
    );
    expect(outcomes.filter(({ code }) => !/^QUERY_(NOT_ALLOWED|INVALID)$/.test(code))).toEqual([]);
    expect(existsSync('/tmp/stolen.csv')).toBe(false);
  });

  test('a secret in another file is not read by any spelling of its path', async () => {
    await using under = await open();
    const dir = await mkdtemp(join(tmpdir(), 'tributary-secret-'));
    onTestFinished(() => rm(dir, { recursive: true }));
    const secret = randomUUID();
    const path = join(dir, 'secret.csv');
    await writeFile(path, `a\n${secret}\n`);
    const spellings = [
      `SELECT * FROM '${path}'`,
      `FROM '${path}'`,
      `TABLE "${path}"`,
      `SELECT * FROM read_csv(['${path}'])`,
      `SELECT * FROM "${dir}"."secret.csv"`,
    ];
    const outcomes = await refusals(spellings, (sql) => answer(under.engine, sql));
    expect(JSON.stringify(outcomes)).not.toContain(secret);
    expect(outcomes.map(({ code }) => code)).toEqual(spellings.map(() => 'QUERY_NOT_ALLOWED'));
  });

  test('a query does not see the tables of another', async () => {
    await using under = await open();
    await answer(under.engine, 'SELECT * FROM mine', { tables: [table('mine', 'JSON', '{"a":1}')] });
    await expect(answer(under.engine, 'SELECT * FROM mine')).rejects.toMatchObject({
      code: 'QUERY_NOT_ALLOWED',
      details: { tables: ['flights'] },
    });
  });

  test('deep nesting is answered or refused, and the engine goes on', async () => {
    await using under = await open();
    const deep = [
      `SELECT ${'('.repeat(9_000)}1${')'.repeat(9_000)}`,
      `SELECT ${'-'.repeat(1)}${' - '.repeat(6_000)}1`,
      `SELECT 1${'+1'.repeat(9_000)}`,
      `SELECT ${'NOT '.repeat(4_000)}true`,
    ];
    for (const sql of deep) {
      const outcome = await answer(under.engine, sql).then(
        () => 'answered',
        (error: { code: string }) => error.code,
      );
      expect(['answered', 'QUERY_INVALID', 'QUERY_TOO_LARGE', 'QUERY_NOT_ALLOWED']).toContain(outcome);
    }
    expect(await answer(under.engine, 'SELECT 1')).toEqual([[1]]);
  });
}

async function refusals(
  attempts: readonly string[],
  run: (sql: string) => Promise<unknown>,
): Promise<{ sql: string; code: string }[]> {
  const outcomes: { sql: string; code: string }[] = [];
  for (const [at, sql] of attempts.entries()) {
    if (at % 2 === 1) continue;
    // Two at a time, which is what an engine lets work together.
    const pair = [sql, ...attempts.slice(at + 1, at + 2)].map(async (each) => {
      const code = await run(each).then(
        (rows) => `answered ${JSON.stringify(rows)}`,
        (error: { code?: string; message: string }) => error.code ?? error.message,
      );
      return { sql: each, code };
    });
    outcomes.push(...(await Promise.all(pair)));
  }
  return outcomes;
}
