import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@tributary/engines/relational/embedded';
import pg from 'pg';
import { bullmqQueue } from './noop-queues/bullmq-queue.ts';
import { graphileQueue } from './noop-queues/graphile-queue.ts';
import type { NoopQueue } from './noop-queues/noop-queue.ts';
import { tributaryQueue } from './noop-queues/tributary-queue.ts';
import { median, report } from './report.ts';

/**
 * Jobs that do nothing, side by side on one machine: ours and graphile-worker on one durable PostgreSQL (a database each), BullMQ on a
 * Redis beside it (`appendfsync everysec`). `batched`: jobs enqueued a thousand at a time and worked off. `single`: enqueued one by one by ten callers while the worker
 * runs. `start`: one job at a time, from the call of enqueue to the job's first line. Each takes up to 200 jobs at once. The median of three rounds, in turns.
 */
const many = Number(process.argv[3] ?? 50_000);
const single = Math.min(5_000, many);
const starts = 500;

interface Figures {
  readonly batchedPerSecond: number;
  readonly singlePerSecond: number;
  readonly startP50Ms: number;
  readonly startP99Ms: number;
}

async function measured(queue: NoopQueue): Promise<Figures> {
  let begun = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let reached: () => void = () => undefined;
  const until = (count: number): Promise<void> => {
    wanted = begun + count;
    return new Promise((resolve) => {
      reached = resolve;
    });
  };
  for (let left = many; left > 0; left -= 1_000) await queue.enqueueMany(Math.min(1_000, left));
  const all = until(many);
  const batchedMs = performance.now();
  await queue.work(() => {
    begun += 1;
    if (begun >= wanted) reached();
  });
  await all;
  const batchedPerSecond = (many / (performance.now() - batchedMs)) * 1_000;

  const alone = until(single);
  const singleMs = performance.now();
  const caller = async (): Promise<void> => {
    for (let n = 0; n < single / 10; n += 1) await queue.enqueueOne();
  };
  await Promise.all([...Array.from({ length: 10 }, caller), alone]);
  const singlePerSecond = (single / (performance.now() - singleMs)) * 1_000;

  const latencies: number[] = [];
  for (let n = 0; n < starts; n += 1) {
    const next = until(1);
    const sentMs = performance.now();
    await Promise.all([queue.enqueueOne(), next.then(() => latencies.push(performance.now() - sentMs))]);
  }
  latencies.sort((left, right) => left - right);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return { batchedPerSecond, singlePerSecond, startP50Ms: at(0.5), startP99Ms: at(0.99) };
}

const dataDir = await mkdtemp(join(tmpdir(), 'tributary-load-'));
const server = await startEmbeddedPostgres({ dataDir });
const client = new pg.Client({ connectionString: server.url });
await client.connect();
const database = async (name: string): Promise<string> => {
  await client.query(`CREATE DATABASE ${name}`);
  return Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
};
// Started by `npm run bench`, where this machine can have one.
const redisUrl = process.env['REDIS_URL'];
if (redisUrl === undefined) process.stdout.write('BullMQ is left out: there is no Redis here.\n');
const rounds: Record<string, Figures[]> = {};
const add = async (name: string, opened: Promise<NoopQueue>): Promise<void> => {
  await using queue = await opened;
  const figures = await measured(queue);
  rounds[name] = [...(rounds[name] ?? []), figures];
};
for (let round = 1; round <= 3; round += 1) {
  await add('tributary', tributaryQueue(await database(`tributary_jobs_${round}`)));
  await add('graphile-worker 0.16', graphileQueue(await database(`graphile_jobs_${round}`)));
  if (redisUrl !== undefined) await add('bullmq 6.7 on Redis', bullmqQueue(redisUrl));
}
const rows = Object.fromEntries(
  Object.entries(rounds).map(([name, figures]): [string, Figures] => {
    const middle = (figure: keyof Figures): number => median(figures, (each) => each[figure])[figure];
    const [batchedPerSecond, singlePerSecond] = [middle('batchedPerSecond'), middle('singlePerSecond')];
    return [
      name,
      {
        batchedPerSecond,
        singlePerSecond,
        startP50Ms: middle('startP50Ms'),
        startP99Ms: middle('startP99Ms'),
      },
    ];
  }),
);
await client.end();
await server[Symbol.asyncDispose]();
await rm(dataDir, { recursive: true, force: true });
const [ours, graphile, bullmq] = [
  rows['tributary'],
  rows['graphile-worker 0.16'],
  rows['bullmq 6.7 on Redis'],
];
await report('jobs', rows, {
  'single, to graphile-worker': {
    is: (ours?.singlePerSecond ?? 0) / (graphile?.singlePerSecond ?? Number.NaN),
    least: 1.4,
  },
  'batched, to graphile-worker': {
    is: (ours?.batchedPerSecond ?? 0) / (graphile?.batchedPerSecond ?? Number.NaN),
    least: 1.6,
  },
  ...(bullmq === undefined
    ? {}
    : {
        'single, to bullmq': { is: (ours?.singlePerSecond ?? 0) / bullmq.singlePerSecond, least: 0.1 },
        'batched, to bullmq': { is: (ours?.batchedPerSecond ?? 0) / bullmq.batchedPerSecond, least: 0.25 },
      }),
});
