import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { outOfMemorySignal } from './contained-process.ts';

const lookEveryMs = 25;

/** Runs on a thread of its own, because native code may hold the main one for as long as it likes. */
const guard = `
const { workerData } = require('node:worker_threads');
const parent = process.ppid;
setInterval(() => {
  if (process.memoryUsage.rss() > workerData.memoryBytes) process.kill(process.pid, workerData.signal);
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, workerData.lookEveryMs);`;

/**
 * Makes this process what `ContainedProcess` promises: it ends itself over its memory and when its parent is gone, and on Linux the
 * kernel, should it run out of memory first, takes it rather than the parent.
 */
export function containThisProcess(): void {
  const memoryBytes = Number(process.argv[2]);
  if (!(memoryBytes > 0)) throw new Error('a contained process is told its memory in bytes');
  new Worker(guard, {
    eval: true,
    workerData: { memoryBytes, lookEveryMs, signal: outOfMemorySignal },
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 },
    // Not the parent's arguments: a hook for TypeScript would be run once more.
    execArgv: [],
  }).unref();
  process.on('disconnect', () => process.exit(0));
  // Those that are sent to a whole group are for the parent to answer: it ends what it started when it needs it no more.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // A container without a writable /proc: the guard above remains.
  }
}
