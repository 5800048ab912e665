import { readFile } from 'node:fs/promises';
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
