import { setTimeout as delay } from 'node:timers/promises';
import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import { openRelational } from '@tributary/engines/relational/open';
import { createJobQueue, isFirst } from '@tributary/job-queue';
import { systemClock as clock, createLogger } from '@tributary/runtime';
import { z } from 'zod';
import { defineJob } from '../src/define-job.ts';
import { defaultRunnerSettings, startJobRunner } from '../src/runner.ts';

/**
 * A runner as a process of its own, to be killed at any moment. Its steps write into a ledger: with the inbox, as jobs are told to, and
 * without, which shows how often they were begun.
 */
const [url = ''] = process.argv.slice(-1);
const log = createLogger({ name: 'fixture', level: 'silent' });
const relational = await openRelational(url, { dataDir: '', log });
const queue = createJobQueue({ relational, clock, log, random: () => 0 });

const step = defineJob({
  name: 'step',
  description: 'Takes its time, enqueues children, and writes one line into the ledger.',
  input: z.object({ name: z.string(), beforeMs: z.number(), afterMs: z.number(), children: z.number() }),
  retry: { maxAttempts: 100, backoffMs: 1, backoffMaxMs: 1 },
  run: async ({ runId, input: { name, beforeMs, afterMs, children }, enqueue }) => {
    await relational.query('INSERT INTO ledger_attempt (run_id, pid) VALUES ($1, $2)', [runId, process.pid]);
    await delay(beforeMs);
    await relational.transaction(async (tx) => {
      if (await isFirst(tx, 'ledger', runId))
        await tx.query('INSERT INTO ledger (run_id, name) VALUES ($1, $2)', [runId, name]);
    });
    const below = { beforeMs, afterMs, children: 0 };
    await enqueue(
      Array.from({ length: children }, (_, n) => ({
        job: 'step',
        input: { ...below, name: `${name}.${n}` },
        uniqueKey: `${runId}.${n}`,
      })),
    );
    await delay(afterMs);
    return { name };
  },
});
const nothing = () => Promise.reject(new Error('steps ask for nothing'));
const settings = {
  ...defaultRunnerSettings,
  name: `runner ${process.pid}`,
  leaseMs: 1_000,
  inline: 8,
  gatewayUrl: url,
  nodeArguments: [],
};
const batch = { engine: await openBatchEngine('embedded:', { clock }), gatewayUrl: url, doors: nothing };
await startJobRunner({ queue, jobs: [step], graph: nothing, describe: nothing, batch, clock, log, settings });
process.stdout.write('ready\n');
