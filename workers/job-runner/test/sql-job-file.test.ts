import { builtInJobs } from '@tributary/job-runner';
import { expect, test } from 'vitest';
import { jobsByName } from '../src/define-job.ts';
import { sqlJobs } from '../src/sql-jobs/read-sql-jobs.ts';
import { parseSqlJob } from '../src/sql-jobs/sql-job-file.ts';
import { withFirst } from '../src/sql-jobs/with-first.ts';

const whole = `-- @job late-flights
-- @description Which flights were late.
-- @file flights
-- @otherwise flights SELECT delayMinutes AS delay
--   FROM flight
-- @file airports
-- @column flights.delay DOUBLE
-- @param least INT!
-- @param since DATE
-- @output late.parquet
-- @limit 2h

-- Not of the declaration: @job is spoken of here.
SELECT * FROM flights WHERE delay > (SELECT least FROM params)
`;

test('a file of SQL declares its job: input, stand-ins, output and time', () => {
  expect(parseSqlJob('late.sql', whole)).toEqual({
    name: 'late-flights',
    description: 'Which flights were late.',
    files: [
      { table: 'flights', otherwise: 'SELECT delayMinutes AS delay\nFROM flight' },
      { table: 'airports', otherwise: undefined },
    ],
    columns: [{ table: 'flights', name: 'delay', type: 'DOUBLE' }],
    params: [
      { name: 'least', type: 'INT', required: true },
      { name: 'since', type: 'DATE', required: false },
    ],
    output: { name: 'late.parquet', format: 'PARQUET' },
    track: undefined,
    timeLimitMs: 7_200_000,
    sql: whole,
  });
});

test.each([
  ['-- @job x\nSELECT 1', /x\.sql: @description is missing; @output is missing/],
  [whole.replace('@job late-flights', '@job Late flights'), /@job Late flights is no name like late-flights/],
  [`${whole}\n-- @job again`, /@job stands there twice/],
  [whole.replace('@limit 2h', '@limit soon'), /@limit soon is no time/],
  [whole.replace('@limit 2h', '@limit 0s'), /@limit 0s is no time like 90s, 10m, 2h, up to 4h/],
  [whole.replace('@limit 2h', '@limit 5h'), /@limit 5h is no time/],
  [whole.replace('@limit', '@cost'), /there is no @cost/],
  [
    whole.replace('flights.delay', 'routes.delay'),
    /@column routes\.delay DOUBLE is not like "flights\.delay DOUBLE"/,
  ],
  [whole.replace('flights.delay DOUBLE', 'flights.delay REAL'), /@column flights\.delay REAL is not like/],
  [whole.replace('since DATE', 'Least DATE'), /two inputs are called least/],
  [whole.replace('@file airports', '@file flights'), /two inputs are called flights/],
  [whole.replace('least INT!', 'flights INT!'), /two inputs are called flights/],
  [
    whole.replace('@param least INT!', '@otherwise flights SELECT 1'),
    /@otherwise flights stands there twice/,
  ],
  [whole.replace('late.parquet', '../late.csv'), /is no name that ends in/],
  [whole.replace('least INT!', 'least NUMBER'), /@param least NUMBER is not like/],
  [whole.replace('@file flights', '@file Flights-2'), /@file Flights-2 is no name; @otherwise flights/],
  [`${whole}\n-- @track page.viewed`, /@track goes with a CSV output/],
])('a declaration that does not hold is refused with all its faults', (text, message) => {
  expect(() => parseSqlJob('x.sql', text)).toThrow(message);
});

test('two files that declare one job are named, with what to do', () => {
  const again = { path: 'other/late.sql', text: whole };
  expect(sqlJobs([again]).map(({ name }) => name)).toEqual(['late-flights']);
  expect(() => sqlJobs([{ path: 'late.sql', text: whole }, again])).toThrow(
    expect.objectContaining({
      code: 'MODEL_INVALID',
      message:
        'workers/batch/late.sql and workers/batch/other/late.sql both declare the job late-flights: give one of them another name (@job).',
    }),
  );
});

test('a job in code and one in SQL have names of their own', () => {
  const jobs = [
    ...builtInJobs(),
    ...sqlJobs([{ path: 'x.sql', text: whole.replace('late-flights', 'import-dataset') }]),
  ];
  expect(() => jobsByName(jobs)).toThrow(
    expect.objectContaining({
      code: 'MODEL_INVALID',
      message: 'Two jobs are called import-dataset: give one of them another name.',
    }),
  );
});

test.each([
  ['SELECT 1', 'WITH t AS (s)\nSELECT 1'],
  ['WITH a AS (b) SELECT 1', 'WITH t AS (s),\na AS (b) SELECT 1'],
  ['-- one\n  -- two\nSELECT 1', '-- one\n  -- two\nWITH t AS (s)\nSELECT 1'],
  [
    '/* a /* b */ c */ with recursive a AS (b) SELECT 1',
    '/* a /* b */ c */ WITH recursive t AS (s),\na AS (b) SELECT 1',
  ],
  ["SELECT '\n-- no comment\n'", "WITH t AS (s)\nSELECT '\n-- no comment\n'"],
])('a stand-in comes first, whatever comments are before the statement: %j', (sql, expected) => {
  expect(withFirst(['t AS (s)'], sql)).toBe(expected);
});

test('the jobs in SQL are jobs like those in code, with a schema of their input', () => {
  const report = builtInJobs().find(({ name }) => name === 'monthly-delay-report');
  expect(report).toMatchObject({
    timeLimitMs: 1_800_000,
    inputSchema: { properties: { flights: { format: 'uuid' } }, additionalProperties: false },
  });
});
