import { expect, test } from 'vitest';
import {
  addingModel,
  echoingModel,
  element,
  hungryModel,
  message,
  node,
  number,
  onnxModel,
  spreadingModel,
  text,
  value,
} from './conformance-models.ts';
import { type OpenInference, reference } from './conformance-open.ts';
import { inferenceLimits } from './port.ts';

const identity = (extra: readonly Uint8Array[]): readonly Uint8Array[] => [
  ...extra,
  node({ op: 'Identity', inputs: ['a'], outputs: ['b'] }),
  value(11, 'a', element.float, ['n', 1]),
  value(12, 'b', element.float, ['n', 1]),
];
/** A tensor of 250 million floats that lie in another file. */
const elsewhere = [
  number(1, 250_000_000),
  number(2, element.float),
  text(8, 'w'),
  message(13, text(1, 'location'), text(2, '../../etc/passwd')),
  number(14, 1),
];

function hostileModels(): readonly (readonly [string, Uint8Array])[] {
  const sized = (size: number): Uint8Array => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(size));
    return message(
      5,
      number(1, 1),
      number(2, element.int64),
      text(8, 'size'),
      Buffer.concat([Uint8Array.of(0x4a, 8), bytes]),
    );
  };
  return [
    ['nothing', new Uint8Array()],
    ['garbage', Buffer.from('this is no model at all, only a text that somebody sent')],
    ['zeros', new Uint8Array(10_000)],
    ['half a model', addingModel().subarray(0, 60)],
    ['a field longer than the file', Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x7f, 1)],
    ['weights in another file', onnxModel(identity([message(5, ...elsewhere)]))],
    [
      'weights in another file, inside an attribute',
      onnxModel(
        identity([
          node({
            op: 'Constant',
            inputs: [],
            outputs: ['w'],
            attributes: [Buffer.concat([text(1, 'value'), message(5, ...elsewhere), number(20, 4)])],
          }),
        ]),
      ),
    ],
    [
      'a custom operator',
      onnxModel([
        node({ op: 'Steal', domain: 'com.example', inputs: ['a'], outputs: ['b'] }),
        ...identity([]).slice(1),
      ]),
    ],
    [
      'an operator there is not',
      onnxModel([node({ op: 'Steal', inputs: ['a'], outputs: ['b'] }), ...identity([]).slice(1)]),
    ],
    [
      'a loop',
      onnxModel(
        identity([
          node({
            op: 'Loop',
            inputs: ['', ''],
            outputs: ['x'],
            attributes: [Buffer.concat([text(1, 'body'), message(6, text(2, 'body')), number(20, 5)])],
          }),
        ]),
      ),
    ],
    ['functions', onnxModel(identity([]), [message(25, text(1, 'f'))])],
    ['two graphs', Buffer.concat([addingModel(), addingModel()])],
    [
      'a list of a trillion zeros',
      onnxModel([
        ...identity([]),
        sized(1e12),
        node({ op: 'ConstantOfShape', inputs: ['size'], outputs: ['zeros'] }),
        value(12, 'zeros', element.float, ['k']),
      ]),
    ],
    [
      'a fixed number of items',
      onnxModel([
        node({ op: 'Identity', inputs: ['a'], outputs: ['b'] }),
        value(11, 'a', element.float, [7, 1]),
        value(12, 'b', element.float, [7, 1]),
      ]),
    ],
    [
      'a shape that does not fit',
      onnxModel([
        node({ op: 'MatMul', inputs: ['a', 'a'], outputs: ['b'] }),
        value(11, 'a', element.float, [1, 3]),
        value(12, 'b', element.float, [1, 3]),
      ]),
    ],
  ];
}

/** What the inference port refuses, and that it goes on afterwards: `shared` with what it refuses next. */
export function describeRefusals(open: OpenInference, shared: OpenInference): void {
  test.each(hostileModels())(
    'a file that is, or has, %s is refused, and says nothing about this machine',
    async (_, bytes) => {
      await using under = await shared();
      const refusal = {
        code: 'INFERENCE_MODEL_REFUSED',
        message: expect.not.stringMatching(/\/|onnxruntime/),
      };
      await expect(under.inference.describe(async () => bytes)).rejects.toMatchObject(refusal);
      await expect(under.inference.predict(reference(bytes), [{ a: 1 }])).rejects.toThrow();
      expect(await under.inference.predict(reference(addingModel()), [{ a: 1, b: 1 }])).toEqual([
        { outputs: { sum: 2 } },
      ]);
    },
  );

  test('a file over the limit is refused before it is looked at', async () => {
    await using under = await shared();
    const describing = under.inference.describe(async () => new Uint8Array(inferenceLimits.modelBytes + 1));
    await expect(describing).rejects.toMatchObject({ code: 'INFERENCE_MODEL_REFUSED' });
  });

  test('bytes that are not those that were registered are refused', async () => {
    await using under = await open();
    const swapped = { ...reference(addingModel()), read: async () => echoingModel() };
    const predicting = under.inference.predict(swapped, [{ a: 1, b: 1 }]);
    await expect(predicting).rejects.toMatchObject({ code: 'INFERENCE_MODEL_REFUSED' });
  });

  test('inputs that make a model take all memory fail alone, and a model that does so again is refused', async () => {
    await using under = await open();
    const { inference } = under;
    const hungry = reference(hungryModel());
    expect(await inference.predict(hungry, [{ size: 4 }])).toEqual([{ outputs: { total: 0 } }]);
    const codes: string[] = [];
    for (let times = 0; times < 3; times += 1) {
      const greedy = inference
        .predict(hungry, [{ size: 400_000_000 }])
        .catch((error: { code: string }) => codes.push(error.code));
      const other = inference.predict(reference(addingModel()), [{ a: times, b: 1 }]);
      await greedy;
      expect(await other).toEqual([{ outputs: { sum: times + 1 } }]);
    }
    expect(codes).toHaveLength(3);
    expect(
      codes.every((code) => /^(ENGINE_UNAVAILABLE|DEADLINE_EXCEEDED|INFERENCE_MODEL_REFUSED)$/.test(code)),
    ).toBe(true);
  });

  test('an answer may be as long as its inputs say, up to the limit of an answer', async () => {
    await using under = await open();
    const model = reference(spreadingModel());
    const [fits] = await under.inference.predict(model, [{ size: 3 }]);
    expect(fits).toEqual({ outputs: { zeros: [0, 0, 0] } });
    const tooLong = under.inference.predict(model, [{ size: inferenceLimits.batchValues + 1 }]);
    await expect(tooLong).rejects.toMatchObject({ code: 'INFERENCE_MODEL_REFUSED' });
    const lists = reference(addingModel(['n', 'k']));
    const repeated = Array.from({ length: 1_000 }, () => ({
      a: 1,
      b: Array.from({ length: 1_001 }, () => 1),
    }));
    const tooMany = under.inference.predict(lists, repeated);
    await expect(tooMany).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await under.inference.predict(model, [{ size: 2 }])).toEqual([{ outputs: { zeros: [0, 0] } }]);
  });

  test('a closed engine takes nothing more', async () => {
    const under = await open();
    await under.inference.predict(reference(addingModel()), [{ a: 1, b: 1 }]);
    await under[Symbol.asyncDispose]();
    await expect(under.inference.predict(reference(addingModel()), [])).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
    });
  });
}
