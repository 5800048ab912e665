import { type ClaimedRun, cancelRun, changeQueue, type RunState, redriveRun } from '@tributary/job-queue';
import { rounds } from '@tributary/test-kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type OpenQueue, openQueue, principal } from './open-queue.fixture.ts';

const maxAttempts = 2;

/** What a run must be like after any sequence of steps; deliberately the simplest thing that could be said. */
interface ModelRun {
  state: RunState;
  attempt: number;
  /** Of these attempts, the ones before it was driven again. */
  spent: number;
  cancelRequested: boolean;
  claim: ClaimedRun | undefined;
  /** A claim that is no longer the last one. */
  lost: ClaimedRun | undefined;
}

type Step =
  | { readonly kind: 'enqueue' | 'claim' | 'pause' | 'resume' }
  | {
      readonly kind: 'succeed' | 'fail' | 'expire' | 'cancel' | 'stop' | 'late' | 'redrive';
      readonly run: number;
    };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('enqueue', 'enqueue', 'claim', 'claim', 'pause', 'resume') }),
    fc.record({
      kind: fc.constantFrom('succeed', 'fail', 'expire', 'cancel', 'stop', 'late', 'redrive'),
      run: fc.nat(5),
    }),
  ),
  { minLength: 5, maxLength: 30 },
);

class Machine {
  readonly #jobs: OpenQueue;
  readonly runs = new Map<string, ModelRun>();
  #paused = false;

  constructor(jobs: OpenQueue) {
    this.#jobs = jobs;
  }

  async step(step: Step): Promise<void> {
    if ('run' in step) {
      const [id, run] = [...this.runs][step.run] ?? [];
      if (id !== undefined && run !== undefined) await this.#stepRun(step.kind, id, run);
      return;
    }
    if (step.kind === 'enqueue') await this.#enqueue();
    else if (step.kind === 'claim') await this.#claim();
    else await this.#setPaused(step.kind === 'pause');
  }

  async #enqueue(): Promise<void> {
    const id = await this.#jobs.enqueue({ retry: { maxAttempts, backoffMs: 1, backoffMaxMs: 1 } });
    const state = this.#paused ? 'HELD' : 'QUEUED';
    this.runs.set(id, {
      state,
      attempt: 0,
      spent: 0,
      cancelRequested: false,
      claim: undefined,
      lost: undefined,
    });
  }

  async #claim(): Promise<void> {
    const claimed = await this.#jobs.claim(2);
    const ready = [...this.runs].filter(([, { state }]) => state === 'QUEUED');
    expect(claimed).toHaveLength(Math.min(2, ready.length));
    for (const claim of claimed) {
      const run = this.runs.get(claim.id);
      if (run === undefined) throw new Error('a run that nobody enqueued was claimed');
      expect(run.state).toBe('QUEUED');
      expect(claim.attempt).toBe(run.attempt + 1);
      Object.assign(run, { state: 'RUNNING', attempt: run.attempt + 1, lost: run.claim, claim });
    }
  }

  async #setPaused(paused: boolean): Promise<void> {
    const { relational, workspaceId, clock } = this.#jobs;
    const change = { name: 'default', state: paused ? 'PAUSED' : 'RUNNING' } as const;
    await relational.transaction((tx) =>
      changeQueue(tx, { workspaceId, change }, { clock, actor: principal }),
    );
    await this.#jobs.queue.maintain();
    this.#paused = paused;
    for (const run of this.runs.values()) {
      if (paused && run.state === 'QUEUED') run.state = 'HELD';
      if (!paused && run.state === 'HELD') run.state = 'QUEUED';
    }
  }

  async #stepRun(kind: Extract<Step, { run: number }>['kind'], id: string, run: ModelRun): Promise<void> {
    const { queue, relational, workspaceId, clock } = this.#jobs;
    const isRunning = run.state === 'RUNNING';
    const again = this.#paused ? 'HELD' : 'QUEUED';
    if (kind === 'late' && run.lost !== undefined)
      expect(await queue.succeed([{ lease: run.lost.lease, output: null }])).toEqual([]);
    if (kind === 'cancel') {
      await relational.transaction((tx) => cancelRun(tx, { workspaceId, id }, { clock, actor: principal }));
      if (isRunning) run.cancelRequested = true;
      else if (run.state === 'QUEUED' || run.state === 'HELD') run.state = 'CANCELLED';
    }
    if (kind === 'redrive' && (run.state === 'FAILED' || run.state === 'CANCELLED')) {
      await relational.transaction((tx) => redriveRun(tx, { workspaceId, id }, { clock, principal }));
      Object.assign(run, { state: again, spent: run.attempt, cancelRequested: false });
    }
    if (!isRunning || run.claim === undefined) return;
    const { lease } = run.claim;
    const failed = run.cancelRequested
      ? 'CANCELLED'
      : run.attempt - run.spent < maxAttempts
        ? again
        : 'FAILED';
    if (kind === 'succeed') {
      expect(await queue.succeed([{ lease, output: null }])).toHaveLength(1);
      run.state = 'SUCCEEDED';
    } else if (kind === 'stop') {
      expect(await queue.endCancelled([lease])).toHaveLength(1);
      run.state = 'CANCELLED';
    } else if (kind === 'fail') {
      const failure = { code: 'X', message: 'x', retryable: true };
      expect(await queue.fail([{ run: run.claim, failure }])).toHaveLength(1);
      await queue.maintain();
      run.state = failed;
    } else if (kind === 'expire') {
      await this.#jobs.letPass(id, 31_000);
      await queue.maintain();
      await queue.maintain();
      run.state = failed;
    }
  }
}

test('property: whatever happens in whatever order, each run is in the state its history says', async () => {
  await using jobs = await openQueue();
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      await jobs.relational.query('TRUNCATE jobs.run, jobs.queue, outbox.event');
      const machine = new Machine(jobs);
      for (const step of all) {
        await machine.step(step);
        for (const [id, { state }] of machine.runs) expect(await jobs.state(id)).toBe(state);
      }
    }),
    { numRuns: rounds(15, 40) },
  );
});
