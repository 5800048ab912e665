import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { openInference } from '@tributary/engines/inference/open';
import { createLogger, systemClock } from '@tributary/runtime';
import { expect, test } from 'vitest';

const log = createLogger({ name: 'test', level: 'silent' });
const file = (name: string): Promise<Buffer> => readFile(join(import.meta.dirname, name));
const json = async (name: string): Promise<ReturnType<typeof JSON.parse>> =>
  JSON.parse(String(await file(name)));

interface Reference {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly delayMinutes: number;
}

test('the committed model is the one that was measured, and takes what a flight is known by before departure', async () => {
  await using inference = await openInference({ clock: systemClock, log });
  const { modelSha256, modelBytes } = await json('metrics.json');
  expect(await inference.describe(() => file('delay-model.onnx'))).toEqual({
    sha256: modelSha256,
    sizeBytes: modelBytes,
    signature: {
      inputs: [
        ...['hour', 'weekday', 'month'].map((name) => ({ name, type: 'INT64', shape: [null, 1] })),
        { name: 'distance', type: 'FLOAT', shape: [null, 1] },
        ...['origin', 'destination'].map((name) => ({ name, type: 'STRING', shape: [null, 1] })),
      ],
      outputs: [{ name: 'variable', type: 'FLOAT', shape: [null, 1] }],
    },
  });
});

test('it says what scikit-learn said when it was trained, to five digits, and an unknown airport is no fault', async () => {
  await using inference = await openInference({ clock: systemClock, log });
  const references: readonly Reference[] = await json('reference-predictions.json');
  const { modelSha256: sha256 } = await json('metrics.json');
  const model = { sha256, read: () => file('delay-model.onnx') };
  const predictions = await inference.predict(
    model,
    references.map(({ inputs }) => inputs),
  );
  expect(predictions).toHaveLength(200);
  predictions.forEach((prediction, at) => {
    const minutes = 'outputs' in prediction ? Number(prediction.outputs['variable']) : Number.NaN;
    const expected = references[at]?.delayMinutes ?? Number.NaN;
    expect(Math.abs(minutes - expected)).toBeLessThanOrEqual(Math.max(1, Math.abs(expected)) * 1e-5);
  });
  const elsewhere = { ...references[0]?.inputs, origin: 'XXX' };
  expect(await inference.predict(model, [elsewhere])).toEqual([
    { outputs: { variable: expect.any(Number) } },
  ]);
});

test('the model card says what was measured, on the data that is installed', async () => {
  const card = String(await file('README.md'));
  const metrics = await json('metrics.json');
  const rows = ['model', 'baselineHourMean', 'baselineMean'].map((name) => {
    const { maeMinutes, rmseMinutes, r2 } = metrics[name];
    return [
      `${maeMinutes.toFixed(2)} min`,
      `${rmseMinutes.toFixed(2)} min`,
      r2.toFixed(3).replace('-', '\u2212'),
    ];
  });
  const told = ['this model', 'mean of each hour of the day', 'mean of all flights'].map((name) =>
    new RegExp(`^\\| ${name} +\\|(.*)\\|$`, 'm')
      .exec(card)?.[1]
      ?.split('|')
      .map((cell) => cell.trim()),
  );
  expect(told).toEqual(rows);
  expect(card).toContain(`(${metrics.heldOutFlights.toLocaleString('en')} flights)`);
  expect(card).toContain(
    `${(metrics.trainedFlights + metrics.heldOutFlights).toLocaleString('en')} flights in the United States`,
  );
  const source = createRequire(import.meta.url).resolve('vega-datasets');
  const parquet = await readFile(join(source, '../../data/flights-3m.parquet'));
  expect(createHash('sha256').update(parquet).digest('hex')).toBe(metrics.sourceSha256);
});
