import type { Inference } from '@tributary/engines/inference';
import {
  element,
  node,
  number,
  onnxModel,
  text,
  value,
} from '@tributary/engines/inference/conformance-models';
import { OnnxInference } from '@tributary/engines/inference/onnx';
import { createLogger, ManualClock, newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { type Answer, member, openAnalytics } from './open-analytics.ts';

/** Adds up as many zeros as its input says, after so many rounds of work on each of them. */
const addingUp = (rounds: number): Uint8Array =>
  onnxModel([
    node({ op: 'ConstantOfShape', inputs: ['size'], outputs: ['m0'] }),
    ...Array.from({ length: rounds }, (_, at) =>
      node({ op: 'Tanh', inputs: [`m${at}`], outputs: [`m${at + 1}`] }),
    ),
    node({
      op: 'ReduceSum',
      inputs: [`m${rounds}`],
      outputs: ['total'],
      attributes: [Buffer.concat([text(1, 'keepdims'), number(3, 0), number(20, 2)])],
    }),
    value(11, 'size', element.int64, ['n']),
    value(12, 'total', element.float, []),
  ]);

test('a shadow version that takes too long is not asked again for ten minutes, and holds nobody up meanwhile', async () => {
  const clock = new ManualClock(0);
  const log = createLogger({ name: 'test', level: 'silent' });
  const onnx = new OnnxInference({ clock, log, requestMs: 1_000 });
  const late: string[] = [];
  const inference: Inference = {
    describe: (read, whose) => onnx.describe(read, whose),
    predict: (model, items, whose) =>
      onnx.predict(model, items, whose).catch((error: { readonly code?: string }) => {
        late.push(String(error.code));
        throw error;
      }),
    ping: () => onnx.ping(),
    [Symbol.asyncDispose]: () => onnx[Symbol.asyncDispose](),
  };
  await using analytics = await openAnalytics({}, undefined, inference);
  const workspaceId = newId();
  const run = (query: string, variables: object = {}): Promise<Answer> =>
    analytics.run(member(workspaceId, 'EDITOR'), query, { ...variables });
  for (const bytes of [addingUp(0), addingUp(5_000)])
    await run(
      'mutation ($file: ID!) { registerModelVersion(input: { model: "m", file: $file }) { version } }',
      { file: analytics.keepFile(workspaceId, bytes) },
    );
  await run('mutation { promoteModelVersion(model: "m", version: 1) { name } }');
  await run('mutation { setShadowVersion(model: "m", version: 2) { name } }');
  const predict = async (...sizes: readonly number[]): Promise<void> => {
    const inputs = sizes.map((size) => ({ size }));
    const { data } = await run(
      'query ($inputs: [JSON!]!) { predict(model: "m", inputs: $inputs) { version } }',
      {
        inputs,
      },
    );
    expect(data.predict.version).toBe(1);
  };
  await predict(2_000_000);
  await eventually(
    () => {
      clock.advance(50);
      expect(late).toEqual(['DEADLINE_EXCEEDED']);
    },
    { timeoutMs: 30_000 },
  );
  await predict(4);
  analytics.clock.advance(10 * 60_000);
  const items = async (): Promise<number> =>
    (await run('{ inferenceModel(name: "m") { shadow { items } } }')).data.inferenceModel.shadow.items;
  await eventually(async () => {
    await predict(4, 4, 4);
    expect(await items()).toBeGreaterThan(0);
  });
  // The one item that was predicted meanwhile is none of those compared.
  expect((await items()) % 3).toBe(0);
  expect(late).toHaveLength(1);
}, 60_000);
