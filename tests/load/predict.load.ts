import { readFile } from 'node:fs/promises';
import type { ModelInputs } from '@tributary/engines/inference';
import { openInference } from '@tributary/engines/inference/open';
import { createLogger, systemClock } from '@tributary/runtime';
import { signedIn, startProduct } from '@tributary/test-kit';
import { report } from './report.ts';

/**
 * Predictions of the demo's delay model, one after the other as a caller waits for them: through the inference port, one item and a thousand at once, and
 * one item through the graph of the whole product, with rights, limits and HTTP. Warm; every item another one, so that nothing can be remembered. The promise is p99 < 5 ms for one item.
 */
const folder = new URL('../../../workers/delay-model/', import.meta.url);
const json = async (name: string): Promise<ReturnType<typeof JSON.parse>> =>
  JSON.parse(await readFile(new URL(name, folder), 'utf8'));

interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly itemsPerSecond: number;
}

/** Rejects unless every item is predicted. */
type Predict = (items: readonly ModelInputs[]) => Promise<void>;

async function measure(predict: Predict, batches: readonly (readonly ModelInputs[])[]): Promise<Latency> {
  const tookMs: number[] = [];
  const startedMs = performance.now();
  for (const items of batches) {
    const beforeMs = performance.now();
    await predict(items);
    tookMs.push(performance.now() - beforeMs);
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  const sorted = tookMs.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99), itemsPerSecond: batches.flat().length / seconds };
}

const references: readonly { readonly inputs: ModelInputs }[] = await json('reference-predictions.json');
const { modelSha256: sha256 } = await json('metrics.json');
const model = { sha256, read: () => readFile(new URL('delay-model.onnx', folder)) };
const item = (at: number): ModelInputs => ({
  ...references[at % references.length]?.inputs,
  distance: 100 + at / 10,
});
const singles = (count: number): ModelInputs[][] => Array.from({ length: count }, (_, at) => [item(at)]);
const thousands = (count: number): ModelInputs[][] =>
  Array.from({ length: count }, (_, batch) =>
    Array.from({ length: 1_000 }, (__, at) => item(batch * 1_000 + at)),
  );

const rows: Record<string, Latency> = {};
await throughPort(async (predict) => {
  await measure(predict, singles(500));
  rows['one item'] = await measure(predict, singles(5_000));
  rows['a thousand items'] = await measure(predict, thousands(50));
});
await throughGraph(async (predict) => {
  await measure(predict, singles(500));
  rows['one item, through the graph'] = await measure(predict, singles(2_000));
});
await report('predict', rows);

async function throughPort(measured: (predict: Predict) => Promise<void>): Promise<void> {
  const log = createLogger({ name: 'load', level: 'warn' });
  await using inference = await openInference({ clock: systemClock, log });
  await measured(async (items) => {
    const predictions = await inference.predict(model, items);
    if (predictions.some((each) => !('outputs' in each))) throw new Error('an item was not predicted');
  });
}

async function throughGraph(measured: (predict: Predict) => Promise<void>): Promise<void> {
  await using product = await startProduct({ form: 'one', env: { REQUESTS_PER_MINUTE: '1000000' } });
  const caller = await signedIn(product.url, 'viewer@demo.local');
  const query =
    'query ($inputs: [JSON!]!) { predict(model: "flight-delay", inputs: $inputs) { predictions { outputs } } }';
  await measured(async (inputs) => {
    const { data } = await caller<{ predict: { predictions: { outputs: unknown }[] } }>(query, { inputs });
    if (data.predict.predictions.some(({ outputs }) => outputs === null))
      throw new Error('an item was not predicted');
  });
}
