import { randomUUID } from 'node:crypto';
import type { BatchEngine } from '@tributary/engines/batch-engine';
import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import { ensureOutbox } from '@tributary/engines/outbox/relational';
import {
  cancelRun,
  createJobQueue,
  type EnqueueRequest,
  type JobQueue,
  type RunState,
} from '@tributary/job-queue';
import {
  type Job,
  type RunDoors,
  type RunGraph,
  type RunnerDeps,
  type RunnerSettings,
  startJobRunner,
} from '@tributary/job-runner';
import { applyMigrations } from '@tributary/prisma';
import {
  type Clock,
  Closing,
  CodedError,
  systemClock as clock,
  createLogger,
  newId,
} from '@tributary/runtime';
import { eventually, giveRights, migratedDatabase } from '@tributary/test-kit';
import { expect } from 'vitest';
import { isolatedJobs } from './jobs.fixture.ts';
import { testRunnerSettings } from './runner-settings.fixture.ts';

export const principal = { kind: 'user', id: newId(), role: 'EDITOR', scopes: null };
const noGraph: RunGraph = () => Promise.resolve({ data: null });

/** Where runs reach files and rows; the address of nobody, where a test needs neither. */
export interface TestDoors {
  readonly gatewayUrl: string;
  readonly call: RunDoors;
}

const noDoors: TestDoors = {
  gatewayUrl: 'http://127.0.0.1:9',
  call: () => Promise.reject(new CodedError('NOT_FOUND', 'There are no doors here.')),
};

export interface StoredRun {
  readonly state: RunState;
  readonly attempt: number;
  readonly output: unknown;
  readonly checkpoint: unknown;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly progressDone: number;
}

/** A database with a queue; runners are started on it by the test. */
export async function openJobs(doors: TestDoors = noDoors) {
  const closing = new Closing();
  const relational = closing.use('database', await migratedDatabase(applyMigrations));
  await ensureOutbox(relational);
  const log = createLogger({ name: 'test', level: 'silent' });
  const queue = closing.use('queue', createJobQueue({ relational, clock, log, random: () => 0 }));
  const engine = closing.use('batch engine', await openBatchEngine('embedded:', { clock }));
  const workspaceId = randomUUID();
  await giveRights(relational, { ...principal, workspaceId });
  const runners: AsyncDisposable[] = [];
  const run = async (id: string): Promise<StoredRun> => {
    const { rows } = await relational.query<StoredRun>(
      `SELECT state, attempt, output, checkpoint, error_code AS "errorCode", error_message AS "errorMessage",
         progress_done AS "progressDone" FROM jobs.run WHERE id = $1`,
      [id],
    );
    const [found] = rows;
    if (found === undefined) throw new Error('there is no such run');
    return found;
  };
  return {
    relational,
    queue,
    run,
    start: async (
      jobs: readonly Job[] = isolatedJobs,
      settings: Partial<RunnerSettings> = {},
      outside: {
        readonly graph?: RunGraph;
        readonly clock?: Clock;
        readonly engine?: BatchEngine;
        readonly queue?: JobQueue;
        readonly describe?: RunnerDeps['describe'];
      } = {},
    ): Promise<AsyncDisposable> => {
      const name = `runner ${runners.length}`;
      const runner = await startJobRunner({
        queue: outside.queue ?? queue,
        jobs,
        graph: outside.graph ?? noGraph,
        describe:
          outside.describe ??
          (() => Promise.reject(new CodedError('NOT_FOUND', 'There are no models here.'))),
        batch: { engine: outside.engine ?? engine, gatewayUrl: doors.gatewayUrl, doors: doors.call },
        clock: outside.clock ?? clock,
        log,
        settings: testRunnerSettings(name, settings),
      });
      runners.push(runner);
      return runner;
    },
    enqueue: async (
      job: string,
      input: unknown = {},
      changed: Partial<EnqueueRequest> = {},
    ): Promise<string> => {
      const definition = isolatedJobs.find(({ name }) => name === job);
      const retry = definition?.retry ?? { maxAttempts: 3, backoffMs: 1, backoffMaxMs: 1 };
      const timeLimitMs = definition?.timeLimitMs ?? 60_000;
      const asked = {
        workspaceId,
        job,
        queue: 'default',
        principal,
        origin: 'api',
        input,
        retry,
        timeLimitMs,
      };
      const [made] = await queue.enqueueNow([{ ...asked, ...changed }]);
      return made?.id ?? '';
    },
    cancel: async (id: string): Promise<void> => {
      const { toTell } = await relational.transaction((tx) =>
        cancelRun(tx, { workspaceId, id }, { clock, actor: principal }),
      );
      await queue.wake.cancel(toTell);
    },
    ended: (id: string, state: RunState, timeoutMs = 15_000): Promise<StoredRun> =>
      eventually(
        async () => {
          const found = await run(id);
          expect(found.state).toBe(state);
          return found;
        },
        { timeoutMs },
      ),
    logOf: async (id: string): Promise<readonly string[]> => {
      const { rows } = await relational.query<{ message: string }>(
        'SELECT message FROM jobs.run_log WHERE run_id = $1 ORDER BY seq',
        [id],
      );
      return rows.map(({ message }) => message);
    },
    [Symbol.asyncDispose]: async () => {
      for (const runner of runners) await runner[Symbol.asyncDispose]();
      await closing[Symbol.asyncDispose]();
    },
  };
}
