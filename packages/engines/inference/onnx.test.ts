import { createLogger, ManualClock, systemClock } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { describeInference } from './conformance.ts';
import {
  addingModel,
  bytes,
  element,
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

test('a model that takes too long is ended on the clock of the process', async () => {
  const clock = new ManualClock(0);
  await using inference = new OnnxInference({ clock, log, requestMs: 1_000 });
  // 700³ multiplications 5,000 times over: half a minute of work where a core does 100 thousand million a second.
  const slow = onnxModel([
    ...Array.from({ length: 5_000 }, (_, at) =>
      node({ op: 'MatMul', inputs: [`m${at}`, `m${at}`], outputs: [`m${at + 1}`] }),
    ),
    value(11, 'm0', element.float, ['n', 700, 700]),
    value(12, 'm5000', element.float, ['n', 700, 700]),
  ]);
  const row = Array.from({ length: 700 }, () => 0);
  const predicting = inference.predict(reference(slow), [{ m0: Array.from({ length: 700 }, () => row) }]);
  const moving = setInterval(() => clock.advance(100), 100);
  await expect(predicting).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  clearInterval(moving);
  expect(await inference.predict(reference(addingModel()), [{ a: 1, b: 2 }])).toEqual([
    { outputs: { sum: 3 } },
  ]);
});
