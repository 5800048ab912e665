import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Dependency, EnqueueRequest } from '@tributary/job-queue';
import { newId } from '@tributary/runtime';
import { eventually, giveRights } from '@tributary/test-kit';
import { expect, inject, test } from 'vitest';
import { openJobs, principal } from './open-runner.ts';
import { bundled } from './runner-bundle.ts';

/** More than of other ledgers: a kill between two steps cuts nothing short, and a start of this runner costs little. */
const kills = Math.max(6, inject('ledgerKills'));
const seed = Math.floor(Math.random() * 2 ** 32);

/** Mulberry32 (T. Ettinger, 2017): the same draws for the same seed. */
function draws(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One step, six after it that enqueue two each, one after those, four more, and the last: 13 runs, and 12 below them. */
function graph(workspaceId: string, name: string, random: () => number): readonly EnqueueRequest[] {
  const requests: EnqueueRequest[] = [];
  const add = (step: string, after: readonly string[], children = 0): string => {
    const id = newId();
    const dependsOn: Dependency[] = after.map((runId) => ({ runId, condition: 'SUCCESS' }));
    const waits = { beforeMs: Math.floor(random() * 60), afterMs: Math.floor(random() * 60) };
    requests.push({
      id,
      workspaceId,
      job: 'step',
      queue: 'default',
      principal,
      origin: 'api',
      input: { name: `${name}/${step}`, children, ...waits },
      retry: { maxAttempts: 100, backoffMs: 1, backoffMaxMs: 1 },
      timeLimitMs: 60_000,
      dependsOn,
    });
    return id;
  };
  const many = (step: string, count: number, after: readonly string[], children = 0) =>
    Array.from({ length: count }, (_, n) => add(`${step}${n}`, after, children));
  const first = add('first', []);
  const joined = add('join', many('fan', 6, [first], 2));
  add('last', many('again', 4, [joined]));
  return requests;
}

test(`graphs of steps go through ${kills} kills of their runners with each effect once and nothing left over (seed ${seed})`, {
  retry: 0,
  timeout: 300_000,
}, async () => {
  await using jobs = await openJobs();
  await using program = await bundled('ledger-runner.fixture.ts');
  const { relational, queue } = jobs;
  await relational.query('CREATE TABLE ledger (run_id uuid NOT NULL, name text NOT NULL)');
  await relational.query('CREATE TABLE ledger_attempt (run_id uuid NOT NULL, pid integer NOT NULL)');
  const random = draws(seed);
  const workspaceId = newId();
  await giveRights(relational, { ...principal, workspaceId });
  const names: string[] = [];
  const enqueueGraph = async (): Promise<void> => {
    const name = `graph ${names.length}`;
    names.push(name);
    await queue.enqueueNow(graph(workspaceId, name, random));
  };
  /** The process of a step under way. */
  const busyRunner = async (): Promise<number> => {
    const { rows } = await relational.query<{ pid: number }>(
      `SELECT a.pid FROM ledger_attempt a JOIN jobs.run r ON r.id = a.run_id
        WHERE r.state = 'RUNNING' AND a.pid = ANY ($1) LIMIT 1`,
      [runners.map((runner) => runner.pid)],
    );
    const [busy] = rows;
    if (busy === undefined) throw new Error('no step is under way');
    return busy.pid;
  };
  const started = new Set<ChildProcess>();
  const start = async (tries = 5): Promise<ChildProcess> => {
    const runner = spawn(process.execPath, [program.path, relational.url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started.add(runner);
    const ended = once(runner, 'exit').then(() =>
      Promise.reject(new Error('a runner ended before it was ready')),
    );
    ended.catch(() => undefined);
    try {
      await Promise.race([once(runner.stdout, 'data'), ended]);
      return runner;
    } catch (error) {
      // On a machine that is very busy a connection may take longer than a process waits for it.
      if (tries === 1) throw error;
      return start(tries - 1);
    }
  };
  const kill = async (runner: ChildProcess): Promise<void> => {
    runner.kill('SIGKILL');
    if (runner.exitCode === null && runner.signalCode === null) await once(runner, 'exit');
  };
  let runners = await Promise.all([start(), start()]);
  try {
    for (let killed = 0; killed < kills; killed += 1) {
      // There is always work under way when the next one dies; every other time it is one in the middle of a step.
      await enqueueGraph();
      const isAimed = killed % 2 === 1;
      if (!isAimed) await delay(random() * 150);
      const pid = isAimed ? await eventually(busyRunner, { timeoutMs: 60_000 }) : undefined;
      const isSecond = pid === undefined ? random() < 0.5 : runners[1]?.pid === pid;
      const [victim, other] = isSecond ? [...runners].reverse() : runners;
      if (victim === undefined || other === undefined) throw new Error('two runners are at work');
      const [next] = await Promise.all([start(), kill(victim)]);
      runners = [other, next];
    }
    await eventually(
      async () => {
        const { rows } = await relational.query(
          `SELECT id, state FROM jobs.run WHERE state <> 'SUCCEEDED' LIMIT 5`,
        );
        expect(rows).toEqual([]);
      },
      { timeoutMs: 120_000 },
    );
  } finally {
    for (const runner of started) await kill(runner);
  }
  const runs = names.length * 25;
  const count = async (what: string): Promise<number> =>
    (await relational.query<{ n: number }>(`SELECT count(*)::integer AS n FROM ${what}`)).rows[0]?.n ?? 0;
  expect(await count('jobs.run')).toBe(runs);
  expect(await count('ledger')).toBe(runs);
  expect(await count('(SELECT DISTINCT name FROM ledger) names')).toBe(runs);
  // The kills did hit work: some steps were begun more than once, and a runner that is gone holds nothing.
  expect(await count('ledger_attempt')).toBeGreaterThan(runs);
  expect(await count('jobs.run WHERE lease_until IS NOT NULL OR attempt > 1 AND finished_at IS NULL')).toBe(
    0,
  );
  // No step began before what it waits for had ended.
  expect(
    await count(`jobs.dependency d JOIN jobs.run r ON r.id = d.run_id JOIN jobs.run p ON p.id = d.depends_on
      WHERE r.started_at < p.finished_at`),
  ).toBe(0);
});
