import { createLogger, ManualClock, systemClock } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { noProcesses, takeChildren } from '../contained-process/contained-children.fixture.ts';
import { describeInference } from './conformance.ts';
import {
  addingModel,
  bytes,
  element,
  hungryModel,
  mappingModel,
  message,
  node,
  number,
  onnxModel,
  text,
  value,
} from './conformance-models.ts';
import { reference } from './conformance-open.ts';
import { OnnxInference } from './onnx.ts';
import { openInference } from './open.ts';

const log = createLogger({ name: 'test', level: 'silent' });

describeInference('onnxruntime', async () => {
  const inference = await openInference({ clock: systemClock, log });
  return { inference, [Symbol.asyncDispose]: () => inference[Symbol.asyncDispose]() };
});

/** Models that differ in a name alone: each is another file. */
const renamed = (name: string): Uint8Array =>
  onnxModel([
    node({ op: 'Identity', inputs: [name], outputs: ['out'] }),
    value(11, name, element.float, ['n', 1]),
    value(12, 'out', element.float, ['n', 1]),
  ]);

test('the model used longest ago makes room, and is read again when it is asked for', async () => {
  await using inference = new OnnxInference({ clock: systemClock, log, maxLoaded: 2 });
  const reads: string[] = [];
  const ask = async (name: string): Promise<void> => {
    const model = reference(renamed(name));
    const read = async (): Promise<Uint8Array> => {
      reads.push(name);
      return await model.read();
    };
    expect(await inference.predict({ ...model, read }, [{ [name]: 1 }])).toEqual([{ outputs: { out: 1 } }]);
  };
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(name);
  expect(reads).toEqual(['a', 'b', 'c', 'b']);
});

test('models make room for each other by their size too', async () => {
  const size = renamed('a').length;
  await using inference = new OnnxInference({ clock: systemClock, log, maxLoadedBytes: 2 * size });
  const reads: string[] = [];
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) {
    const model = reference(renamed(name));
    const read = (): Promise<Uint8Array> => {
      reads.push(name);
      return model.read();
    };
    await inference.predict({ ...model, read }, [{ [name]: 1 }]);
  }
  expect(reads).toEqual(['a', 'b', 'c', 'b']);
});

test('models that come and go leave no memory behind', async () => {
  const heavy = (at: number): Uint8Array => {
    const weights = [
      number(1, 500_000),
      number(2, element.float),
      text(8, `w${at}`),
      bytes(9, new Uint8Array(2_000_000)),
    ];
    return onnxModel([
      message(5, ...weights),
      node({ op: 'ReduceSum', inputs: [`w${at}`], outputs: ['total'] }),
      node({ op: 'Add', inputs: ['a', 'total'], outputs: ['out'] }),
      value(11, 'a', element.float, ['n', 1]),
      value(12, 'out', element.float, ['n', 1]),
    ]);
  };
  // 60 models of 2 MB: kept, they would pass what the process may take, and end it.
  await using inference = new OnnxInference({
    clock: systemClock,
    log,
    maxLoaded: 2,
    memoryBytes: 220_000_000,
  });
  for (let at = 0; at < 60; at += 1) {
    expect(await inference.predict(reference(heavy(at)), [{ a: at }])).toEqual([{ outputs: { out: at } }]);
  }
}, 60_000);

/** 700³ multiplications 5,000 times over where it is given a matrix of 700: half a minute of work where a core does 100 thousand million a second. */
const slowModel = (): Uint8Array =>
  onnxModel([
    ...Array.from({ length: 5_000 }, (_, at) =>
      node({ op: 'MatMul', inputs: [`m${at}`, `m${at}`], outputs: [`m${at + 1}`] }),
    ),
    value(11, 'm0', element.float, ['n', 'k', 'k']),
    value(12, 'm5000', element.float, ['n', 'k', 'k']),
  ]);

test('a call that takes too long is ended on the clock of the process, and costs nobody the model', async () => {
  const clock = new ManualClock(0);
  await using inference = new OnnxInference({ clock, log, requestMs: 1_000 });
  const slow = reference(slowModel());
  const row = Array.from({ length: 700 }, () => 0);
  for (let times = 0; times < 3; times += 1) {
    const predicting = inference.predict(slow, [{ m0: Array.from({ length: 700 }, () => row) }]);
    const moving = setInterval(() => clock.advance(100), 100);
    await expect(predicting).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    clearInterval(moving);
  }
  expect(await inference.predict(slow, [{ m0: [[1]] }])).toEqual([{ outputs: { m5000: [[1]] } }]);
  expect(await inference.predict(reference(addingModel()), [{ a: 1, b: 2 }])).toEqual([
    { outputs: { sum: 3 } },
  ]);
});

test('a model that ended the engine twice is refused to the workspace that asked, and to that for ten minutes', async () => {
  const clock = new ManualClock(0);
  await using inference = new OnnxInference({ clock, log });
  const hungry = reference(hungryModel());
  const ask = (who: string, size: number) => inference.predict(hungry, [{ size }], { who });
  for (let times = 0; times < 2; times += 1)
    await expect(ask('a', 400_000_000)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  await expect(ask('a', 4)).rejects.toMatchObject({
    code: 'INFERENCE_MODEL_REFUSED',
    message: expect.stringContaining('within 10 minutes'),
  });
  expect(await ask('b', 4)).toEqual([{ outputs: { total: 0 } }]);
  clock.advance(10 * 60_000);
  expect(await ask('a', 4)).toEqual([{ outputs: { total: 0 } }]);
});

test.skipIf(noProcesses !== undefined)(
  'a model whose process a kernel takes for its memory is not to blame (needs /proc)',
  async () => {
    await using inference = new OnnxInference({ clock: systemClock, log });
    const slow = reference(slowModel());
    const row = Array.from({ length: 700 }, () => 0);
    for (let times = 0; times < 3; times += 1) {
      const predicting = inference.predict(slow, [{ m0: Array.from({ length: 700 }, () => row) }]);
      const refused = expect(predicting).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
      await takeChildren('onnx-child');
      await refused;
    }
    expect(await inference.predict(slow, [{ m0: [[1]] }])).toEqual([{ outputs: { m5000: [[1]] } }]);
  },
);

test('an output of a fixed length is the same for each item, also where there are as many by chance', async () => {
  await using inference = new OnnxInference({ clock: systemClock, log });
  const weights = (name: string, dims: readonly number[]): Uint8Array =>
    message(
      5,
      ...dims.map((size) => number(1, size)),
      number(2, element.float),
      text(8, name),
      bytes(9, new Uint8Array(Float32Array.from([1, 2, 3]).buffer)),
    );
  const model = reference(
    onnxModel([
      weights('w', [3]),
      weights('r', [1, 3]),
      node({ op: 'Identity', inputs: ['a'], outputs: ['same'] }),
      node({ op: 'Identity', inputs: ['w'], outputs: ['list'] }),
      node({ op: 'Identity', inputs: ['r'], outputs: ['row'] }),
      value(11, 'a', element.float, ['n', 1]),
      value(12, 'same', element.float, ['n', 1]),
      value(12, 'list', element.float, [3]),
      value(12, 'row', element.float, [1, 3]),
    ]),
  );
  for (const count of [1, 2, 3]) {
    const items = Array.from({ length: count }, (_, a) => ({ a }));
    expect(await inference.predict(model, items)).toEqual(
      items.map(({ a }) => ({ outputs: { same: a, list: [1, 2, 3], row: [1, 2, 3] } })),
    );
  }
});

test('a model with a tensor that cannot be passed is refused with its name, its type and what to do', async () => {
  await using inference = new OnnxInference({ clock: systemClock, log });
  const describing = (model: Uint8Array) => inference.describe(async () => model);
  const half = onnxModel([
    node({ op: 'Identity', inputs: ['a'], outputs: ['b'] }),
    value(11, 'a', element.float16, ['n', 1]),
    value(12, 'b', element.float16, ['n', 1]),
  ]);
  await expect(describing(half)).rejects.toMatchObject({
    code: 'INFERENCE_MODEL_REFUSED',
    message: 'The model passes "a" as float16: export it as float32, float64, int32, int64, bool or string.',
    details: { tensor: 'a', type: 'float16' },
  });
  await expect(describing(mappingModel())).rejects.toMatchObject({
    code: 'INFERENCE_MODEL_REFUSED',
    message: expect.stringMatching(/"probabilities" as a sequence or a map: .*zipmap=False/),
  });
});
