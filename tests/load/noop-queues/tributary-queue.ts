import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import { openEventLog } from '@tributary/engines/event-log/open';
import { relationalOutbox } from '@tributary/engines/outbox/relational';
import { openRelational } from '@tributary/engines/relational/open';
import { createJobQueue, defaultRetry } from '@tributary/job-queue';
import { builtChild, defaultRunnerSettings, defineJob, startJobRunner } from '@tributary/job-runner';
import { relayLock, startRelay } from '@tributary/outbox-relay';
import { applyMigrations } from '@tributary/prisma';
import { Closing, systemClock as clock, createLogger, createMetrics, newId } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema';
import { giveRights } from '@tributary/test-kit';
import { z } from 'zod';
import type { NoopQueue } from './noop-queue.ts';

/** Ours with all it has: fenced leases, an event for each change of state, and the relay that moves the events to the log meanwhile. */
export async function tributaryQueue(url: string): Promise<NoopQueue> {
  const closing = new Closing();
  const log = createLogger({ name: 'load', level: 'error' });
  const relational = closing.use('database', await openRelational(url, { dataDir: '', log, poolSize: 12 }));
  await applyMigrations(relational.pool);
  const eventLog = closing.use('log', await openEventLog('embedded:', { relational, log }));
  await eventLog.declareTopics(topicContracts());
  const sources = [await relationalOutbox(relational)];
  const lock = relayLock(relational);
  closing.use(
    'relay',
    startRelay({ sources, log: eventLog, lock, logger: log, metrics: createMetrics(), clock }),
  );
  const queue = closing.use('queue', createJobQueue({ relational, clock, log, random: Math.random }));
  const principal = { kind: 'user', id: newId(), role: 'EDITOR', scopes: null };
  const workspaceId = newId();
  await giveRights(relational, { ...principal, workspaceId });
  const asked = { workspaceId, job: 'noop', queue: 'default', principal, origin: 'api', input: {} };
  const request = { ...asked, retry: defaultRetry, timeLimitMs: 60_000 };
  return {
    enqueueMany: async (count) => void (await queue.enqueueNow(Array.from({ length: count }, () => request))),
    enqueueOne: async () => void (await queue.enqueueNow([request])),
    work: async (onJob) => {
      const noop = defineJob({
        name: 'noop',
        description: 'Does nothing.',
        input: z.object({}),
        run: async () => onJob(),
      });
      const settings = { ...defaultRunnerSettings, name: 'load', gatewayUrl: url, nodeArguments: builtChild };
      const nothing = () => Promise.reject(new Error('a job that does nothing asks for nothing'));
      const engine = closing.use('batch engine', await openBatchEngine('embedded:', { clock }));
      const batch = { engine, gatewayUrl: url, doors: nothing };
      const deps = { queue, jobs: [noop], graph: nothing, describe: nothing, batch, clock, log, settings };
      closing.use('runner', await startJobRunner(deps));
    },
    [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
  };
}
