import { Logger, makeWorkerUtils, type Runner, run } from 'graphile-worker';
import pg from 'pg';
import { jobsAtOnce, type NoopQueue } from './noop-queue.ts';

const silent = new Logger(() => () => undefined);

/** graphile-worker 0.16 with its defaults, and as many jobs at work as the others have. */
export async function graphileQueue(url: string): Promise<NoopQueue> {
  const pgPool = new pg.Pool({ connectionString: url, max: 12 });
  const utils = await makeWorkerUtils({ pgPool, logger: silent });
  await utils.migrate();
  let runner: Runner | undefined;
  return {
    enqueueMany: async (count) => {
      await pgPool.query(
        `SELECT graphile_worker.add_jobs((SELECT array_agg(('noop', '{}', NULL, NULL, NULL, NULL, NULL, NULL)::graphile_worker.job_spec)
         FROM generate_series(1, $1::int)))`,
        [count],
      );
    },
    enqueueOne: async () => void (await utils.addJob('noop', {})),
    work: async (onJob) => {
      const taskList = { noop: async () => onJob() };
      runner = await run({
        pgPool,
        taskList,
        concurrency: jobsAtOnce,
        logger: silent,
        noHandleSignals: true,
      });
    },
    [Symbol.asyncDispose]: async () => {
      await runner?.stop();
      await utils.release();
      await pgPool.end();
    },
  };
}
