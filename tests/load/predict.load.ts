import { readFile } from 'node:fs/promises';
import type { Inference, ModelInputs, ModelReference } from '@tributary/engines/inference';
import { openInference } from '@tributary/engines/inference/open';
import { createLogger, systemClock } from '@tributary/runtime';
import { report } from './report.ts';

/**
 * Predictions of the demo's delay model through the inference port, one after the other as a caller waits for them: one item, and a thousand
 * at once. Warm; every item another one, so that nothing can be remembered. The promise is p99 < 5 ms for one item.
 */
const folder = new URL('../../../workers/delay-model/', import.meta.url);
const json = async (name: string): Promise<ReturnType<typeof JSON.parse>> =>
  JSON.parse(await readFile(new URL(name, folder), 'utf8'));

interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly itemsPerSecond: number;
}

async function measure(
  inference: Inference,
  model: ModelReference,
  batches: readonly (readonly ModelInputs[])[],
): Promise<Latency> {
  const tookMs: number[] = [];
  const startedMs = performance.now();
  for (const items of batches) {
    const beforeMs = performance.now();
    const predictions = await inference.predict(model, items);
    tookMs.push(performance.now() - beforeMs);
    if (predictions.some((each) => !('outputs' in each))) throw new Error('an item was not predicted');
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

const log = createLogger({ name: 'load', level: 'warn' });
const inference = await openInference({ clock: systemClock, log });
try {
  await measure(inference, model, singles(500));
  const one = await measure(inference, model, singles(5_000));
  const thousand = await measure(inference, model, thousands(50));
  await report('predict', { 'one item': one, 'a thousand items': thousand });
} finally {
  await inference[Symbol.asyncDispose]();
}
