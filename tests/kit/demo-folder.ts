import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { runFolder } from './run-folder.ts';
import { eventually } from './src/eventually.ts';
import { graphCaller } from './src/graph-caller.ts';
import { type ProductOptions, startProduct } from './src/running-product.ts';

/** Each project loads the setups anew, in the same process. */
const loading = Symbol.for('tributary.demo-folder');
const shared = globalThis as { [loading]?: Promise<string> };

/**
 * A data folder that holds the demo and nothing else, of a product that has stopped. Loading the demo costs three times what a start costs, and
 * is no more than a beginning for most of those who need it: a run loads it once for them, and each starts on a copy.
 */
export function demoFolder(project: TestProject, env: NonNullable<ProductOptions['env']>): Promise<string> {
  shared[loading] ??= loadDemo(project, env);
  return shared[loading];
}

/** Whoever owns the files: the database of root runs as another user. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', `${from}/.`, to]);
}

async function loadDemo(project: TestProject, env: NonNullable<ProductOptions['env']>): Promise<string> {
  const dataDir = await runFolder(project, 'demo-');
  const product = await startProduct({ form: 'one', dataDir, env });
  try {
    // What is told of it would else be worked off once for each copy.
    await eventually(() => expectWorkedOff(product.url), { timeoutMs: 60_000 });
  } finally {
    await product[Symbol.asyncDispose]();
  }
  return dataDir;
}

async function expectWorkedOff(url: string): Promise<void> {
  const figures = await (await fetch(`${url}/metrics`)).text();
  const waiting = [...figures.matchAll(/^tributary_outbox_waiting(?:\{.*\})? (\d+)$/gm)].map(([, n]) => n);
  if (waiting.length === 0 || waiting.some((n) => n !== '0')) throw new Error('events wait for the relay');
  const { data } = await graphCaller(url)<{ metric: { freshness: { lagMs: number | null } } }>(
    '{ metric(name: "flight_delay", window: DAY) { freshness { lagMs } } }',
  );
  if (data.metric.freshness.lagMs !== 0) throw new Error('events wait to be counted');
}
