import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createLogger, newId, systemClock } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { openEventLog } from '../event-log/open.ts';
import type { Relational } from '../relational/port.ts';
import { bruteForce, comparable, eventOf, rowOf, type TestRow, workspaceId } from './conformance-rows.ts';
import { createStreamSchema } from './embedded-schema.ts';
import { ledgerPipeline, ledgerSink } from './ledger.fixture.ts';
import { openStreamEngine } from './open.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const kills = 6;
const partitions = 3;

const fixture = fileURLToPath(new URL('embedded-process.fixture.ts', import.meta.url));
// Node 20 does not run TypeScript; vite, which the test runner brings, does.
const program = `import { runnerImport } from 'vite';
const conditions = ['source'];
await runnerImport(${JSON.stringify(fixture)}, { configFile: false, logLevel: 'error', resolve: { conditions }, ssr: { resolve: { conditions } } });`;

async function startComputing(url: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, url], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(createInterface({ input: child.stdout }), 'line', { signal: AbortSignal.timeout(30_000) });
  return child;
}

async function computed(relational: Relational): Promise<number> {
  const { rows } = await relational.query<{ n: number }>(
    'SELECT coalesce(sum(next_offset), 0)::int AS n FROM stream.position',
  );
  return rows[0]?.n ?? 0;
}

test(`results are those of all acknowledged events, each once, after ${kills} kills at random moments`, {
  timeout: 120_000,
}, async () => {
  await using relational = await freshDatabase();
  await relational.query('CREATE TABLE ledger (n bigint GENERATED ALWAYS AS IDENTITY, key text, rows int)');
  await createStreamSchema(relational);
  await using eventLog = await openEventLog('embedded:', { relational, log });
  await eventLog.declareTopics([{ name: 'test.row', partitions, retentionMs: 1e10 }]);

  const acknowledged: TestRow[] = [];
  let told = 0;
  /** Out of order within 3 s, with a pause in event time now and then. */
  const tellUntil = async (signal: AbortSignal): Promise<void> => {
    for (; !signal.aborted; told += 1) {
      const rows = Array.from({ length: 20 }, (_, at) => ({
        timeMs: told * 100 + Math.floor(told / 50) * 20_000 + Math.floor(Math.random() * 3_000),
        place: ['DTW', 'LAS', 'JFK'][at % 3] ?? null,
        amount: Math.floor(Math.random() * 1_000),
      }));
      await eventLog.append(
        'test.row',
        rows.map((row, at) => ({
          ...eventOf(newId(), { properties: rowOf(row) }),
          partitionkey: `Row/${at}`,
        })),
      );
      acknowledged.push(...rows);
    }
  };

  for (let kill = 0; kill < kills; kill += 1) {
    const child = await startComputing(relational.url);
    const dead = new AbortController();
    const telling = tellUntil(dead.signal);
    const target = (await computed(relational)) + 1 + Math.floor(Math.random() * 2_000);
    try {
      await eventually(async () => expect(await computed(relational)).toBeGreaterThanOrEqual(target), {
        timeoutMs: 20_000,
      });
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    } finally {
      dead.abort();
      await telling;
    }
  }

  await using engine = await openStreamEngine('embedded:', { relational, eventLog, clock: systemClock, log });
  await using _running = await engine.run([ledgerPipeline], ledgerSink);
  await eventually(async () => expect(await computed(relational)).toBe(acknowledged.length), {
    timeoutMs: 60_000,
  });

  const stored = (
    await Promise.all(
      ledgerPipeline.windows.flatMap(({ name }) =>
        ledgerPipeline.groupings.map((grouping) =>
          engine.series({
            pipeline: 'test',
            workspaceId,
            window: name,
            grouping,
            fromMs: -1e12,
            toMs: 1e13,
            limit: 100_000,
          }),
        ),
      ),
    )
  ).flat();
  expect(comparable(stored)).toEqual(comparable(bruteForce(acknowledged, ledgerPipeline)));
  // A batch that was computed twice would tell the same count twice; one that was lost would leave the last count behind.
  const { rows: results } = await relational.query<{ key: string; counts: number[] }>(
    'SELECT key, array_agg(rows ORDER BY n) AS counts FROM ledger GROUP BY key',
  );
  const aligned = results.filter(({ key }) => !key.includes('VISIT'));
  expect(
    aligned.filter(({ counts }) => counts.some((count, at) => at > 0 && count <= (counts[at - 1] ?? 0))),
  ).toEqual([]);
});
