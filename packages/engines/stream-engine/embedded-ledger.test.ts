import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createLogger, newId, systemClock } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { expect, inject, onTestFailed, onTestFinished, test } from 'vitest';
import { loadingArguments } from '../contained-process/contained-process.ts';
import { openEventLog } from '../event-log/open.ts';
import type { Relational } from '../relational/port.ts';
import { bruteForce, comparable, eventOf, rowOf, type TestRow, workspaceId } from './conformance-rows.ts';
import { createStreamSchema } from './embedded-schema.ts';
import { ledgerPipeline, ledgerSink } from './ledger.fixture.ts';
import { openStreamEngine } from './open.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const kills = inject('ledgerKills');
const partitions = 3;
const rowsAtOnce = 20;

const fixture = new URL('embedded-process.fixture.ts', import.meta.url);

/** A process that computes when it is its turn; it is told of when it is ready to. */
async function startComputing(url: string): Promise<ChildProcess> {
  const child = fork(fixture, [url], { execArgv: loadingArguments(process.execArgv, fixture) });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message', { signal: AbortSignal.timeout(60_000) });
  return child;
}

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function computed(relational: Relational): Promise<number> {
  const { rows } = await relational.query<{ n: number }>(
    'SELECT coalesce(sum(next_offset), 0)::int AS n FROM stream.position',
  );
  return rows[0]?.n ?? 0;
}

test(`results are those of all acknowledged events, each once, after ${kills} kills at random moments`, {
  retry: 0,
  timeout: 180_000,
}, async () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  onTestFailed(() => void process.stderr.write(`the seed of the failed ledger of windows: ${seed}\n`));
  const random = randomFrom(seed);
  await using relational = await freshDatabase();
  await relational.query('CREATE TABLE ledger (n bigint GENERATED ALWAYS AS IDENTITY, key text, rows int)');
  await using eventLog = await openEventLog('embedded:', { relational, log });
  await createStreamSchema(relational, await eventLog.identity());
  await eventLog.declareTopics([{ name: 'test.row', partitions, retentionMs: 1e10 }]);

  const acknowledged: TestRow[] = [];
  let told = 0;
  /** Out of order within 3 s, with a pause in event time now and then. */
  const tell = async (times: number): Promise<void> => {
    for (const until = told + times; told < until; told += 1) {
      const rows = Array.from({ length: rowsAtOnce }, (_, at) => ({
        timeMs: told * 100 + Math.floor(told / 50) * 20_000 + Math.floor(random() * 3_000),
        place: ['DTW', 'LAS', 'JFK'][at % 3] ?? null,
        amount: Math.floor(random() * 1_000),
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

  // The next one stands by already: it is not the time to start that is under test, but who takes over, and from where.
  let next = startComputing(relational.url);
  for (let kill = 0; kill < kills; kill += 1) {
    const child = await next;
    if (kill + 1 < kills) next = startComputing(relational.url);
    const times = 5 + Math.floor(random() * 25);
    const target = (await computed(relational)) + 1 + Math.floor(random() * times * rowsAtOnce);
    const telling = tell(times);
    await eventually(async () => expect(await computed(relational)).toBeGreaterThanOrEqual(target), {
      timeoutMs: 60_000,
    });
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await Promise.all([exited, telling]);
  }

  await using engine = await openStreamEngine('embedded:', {
    relational,
    eventLog,
    eventLogUrl: 'embedded:',
    clock: systemClock,
    log,
  });
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
