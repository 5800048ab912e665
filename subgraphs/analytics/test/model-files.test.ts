import {
  addingModel,
  bytes as bytesField,
  element,
  message,
  node,
  number,
  onnxModel,
  text,
  value,
} from '@tributary/engines/inference/conformance-models';
import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Answer, member, type OpenAnalytics, openAnalytics } from './open-analytics.ts';

let analytics: OpenAnalytics;
let workspaceId: string;
beforeAll(async () => {
  analytics = await openAnalytics();
});
beforeEach(() => {
  workspaceId = newId();
});
afterAll(() => analytics[Symbol.asyncDispose]());

const register = (file: string): Promise<Answer> =>
  analytics.run(
    member(workspaceId, 'EDITOR'),
    `mutation ($file: ID!) { registerModelVersion(input: { model: "adder", file: $file }) { version sizeBytes } }`,
    { file },
  );

test('a file of another workspace is none, and one over the limit is refused before it is read', async () => {
  const elsewhere = analytics.keepFile(newId(), addingModel());
  expect((await register(elsewhere)).code).toBe('NOT_FOUND');
  const read = (): Promise<Uint8Array> => Promise.reject(new Error('it was read'));
  const large = analytics.keepFile(workspaceId, addingModel(), { sizeBytes: 100_000_001, read });
  expect((await register(large)).code).toBe('INFERENCE_MODEL_REFUSED');
  const { data } = await analytics.run(member(workspaceId, 'VIEWER'), '{ inferenceModels { name } }');
  expect(data.inferenceModels).toEqual([]);
});

test('bytes that are not those the file is known by register nothing, and can be tried again', async () => {
  const changed = analytics.keepFile(workspaceId, addingModel(), { sha256: '0'.repeat(64) });
  expect((await register(changed)).code).toBe('SUBGRAPH_UNAVAILABLE');
  expect(
    (await register(analytics.keepFile(workspaceId, addingModel()))).data.registerModelVersion.version,
  ).toBe(1);
});

test('a version predicts with every byte of its file, however many parts it is read in', async () => {
  // 9.6 MB of weights, of which the last alone counts.
  const weights = new Float32Array(2_400_000);
  weights[weights.length - 1] = 7;
  const model = onnxModel([
    message(
      5,
      number(1, weights.length),
      number(2, element.float),
      text(8, 'w'),
      bytesField(9, new Uint8Array(weights.buffer)),
    ),
    node({ op: 'ReduceSum', inputs: ['w'], outputs: ['total'] }),
    node({ op: 'Add', inputs: ['a', 'total'], outputs: ['out'] }),
    value(11, 'a', element.float, ['n', 1]),
    value(12, 'out', element.float, ['n', 1]),
  ]);
  const { data } = await register(analytics.keepFile(workspaceId, model));
  expect(data.registerModelVersion.sizeBytes).toBe(model.length);
  const predicted = await analytics.run(
    member(workspaceId, 'VIEWER'),
    '{ predict(model: "adder", version: 1, inputs: [{ a: 1 }]) { predictions { outputs } } }',
  );
  expect(predicted.data.predict.predictions[0].outputs).toEqual({ out: 8 });
});
