import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { otherStatements, outside } from './conformance-sandbox.ts';
import { openSandbox } from './embedded-sandbox.ts';
import { statementOf } from './embedded-statement.ts';

test('what reads anything but the tables, and what is no SELECT, is no statement of the subset', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-statements-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'flights.csv');
  await writeFile(path, 'origin,delay\nOAK,5\n');
  const order = {
    kind: 'run' as const,
    tables: [{ name: 'flights', format: 'CSV' as const, paths: [path], columns: undefined }],
    ...{
      handsOverMoments: false,
      memoryBytes: 256_000_000,
      threads: 1,
      spillDir: folder,
      spillBytes: 1_000_000,
    },
    output: { kind: 'rows' as const, maxRows: 1, maxBytes: 1_000 },
  };
  const connection = await openSandbox({ ...order, sql: '' });
  onTestFinished(() => connection.closeSync());
  const outcomeOf = (sql: string): Promise<string> =>
    statementOf(connection, { ...order, sql }).then(
      () => 'taken',
      (error: { code?: string }) => error.code ?? String(error),
    );
  const refused = [];
  for (const sql of outside) refused.push([sql, await outcomeOf(sql)]);
  expect(refused).toEqual(outside.map((sql) => [sql, 'QUERY_NOT_ALLOWED']));
  const taken = [];
  for (const sql of otherStatements) {
    const outcome = await outcomeOf(sql);
    if (!/^QUERY_(NOT_ALLOWED|INVALID)$/.test(outcome)) taken.push([sql, outcome]);
  }
  expect(taken).toEqual([]);
  expect(await outcomeOf('SELECT origin, delay FROM flights')).toBe('taken');
});
