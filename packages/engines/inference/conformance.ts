import { describe, expect, test } from 'vitest';
import { addingModel, choosingModel, distinctModel, echoingModel } from './conformance-models.ts';
import { type OpenInference, oneForAll, reference } from './conformance-open.ts';
import { describeRefusals } from './conformance-refusals.ts';
import { describeTurns } from './conformance-turns.ts';
import { inferenceLimits } from './port.ts';

/** The promises of the inference port, held against one adapter. */
export function describeInference(name: string, open: OpenInference): void {
  describe(`inference on ${name}`, () => {
    const shared = oneForAll(open);
    testSignatures(shared);
    testPredictions(shared);
    testReading(open);
    describeRefusals(open, shared);
    describeTurns(open);
  });
}

function testSignatures(open: OpenInference): void {
  test('the signature names inputs and outputs with type and shape', async () => {
    await using under = await open();
    const bytes = addingModel(['n', 3]);
    expect(await under.inference.describe(async () => bytes)).toEqual({
      sha256: reference(bytes).sha256,
      sizeBytes: bytes.length,
      signature: {
        inputs: [
          { name: 'a', type: 'FLOAT', shape: [null, 1] },
          { name: 'b', type: 'FLOAT', shape: [null, 3] },
        ],
        outputs: [{ name: 'sum', type: 'FLOAT', shape: [null, 3] }],
      },
    });
  });
}

function testPredictions(open: OpenInference): void {
  test('a batch is answered item by item, in order', async () => {
    await using under = await open();
    const items = Array.from({ length: 1_000 }, (_, at) => ({ a: at, b: 0.5 }));
    const predictions = await under.inference.predict(reference(addingModel()), items);
    expect(predictions).toEqual(items.map(({ a, b }) => ({ outputs: { sum: a + b } })));
  });

  test('numbers, integers of 64 bits, texts and booleans come back as they went in', async () => {
    await using under = await open();
    const item = {
      float: 1.5,
      int64: '9007199254740993',
      string: 'Zürich \u{1F6EB}',
      bool: true,
      double: 0.1,
    };
    expect(await under.inference.predict(reference(echoingModel()), [item])).toEqual([
      {
        outputs: {
          float_out: 1.5,
          int64_out: 9_007_199_254_740_993n,
          string_out: 'Zürich \u{1F6EB}',
          bool_out: true,
          double_out: 0.1,
        },
      },
    ]);
  });

  test('items that do not fit are told by their input, and the others are predicted', async () => {
    await using under = await open();
    const items = [
      { a: 1, b: [1, 2, 3] },
      { a: 1 },
      { a: 'x', b: [1, 2, 3] },
      { a: 1, b: [1, 2] },
      { a: 1, b: 7 },
      { a: Number.NaN, b: [1, 2, 3] },
      { a: 1e300, b: [1, 2, 3] },
      { a: 1, b: [1, 2, 3], c: 1 },
      JSON.parse('{"a":1,"b":[1,2,3],"__proto__":1}') as Record<string, unknown>,
      { a: 2, b: [[1], 2, 3] },
      { a: [2], b: [1, 2, 3] },
    ];
    const predictions = await under.inference.predict(reference(addingModel(['n', 3])), items);
    const told = predictions.map((each) =>
      'fault' in each ? each.fault.details['input'] : each.outputs['sum'],
    );
    expect(told).toEqual([[2, 3, 4], 'b', 'a', 'b', 'b', 'a', 'a', 'c', '__proto__', 'b', [3, 4, 5]]);
  });

  test('what is said of an input that does not fit names all that would', async () => {
    await using under = await open();
    const predictions = await under.inference.predict(reference(addingModel()), [
      { a: true, b: [1] },
      { a: ['x'], b: 1 },
    ]);
    expect(predictions.map((each) => 'fault' in each && each.fault.message)).toEqual([
      'The input "a" must be a finite number of 32 bits, or a list of one.',
      'The input "a" must be a finite number of 32 bits.',
    ]);
  });

  test('items of different lengths are computed apart and answered in their places', async () => {
    await using under = await open();
    const items = [
      { a: 1, b: [1, 2] },
      { a: 1, b: [1] },
      { a: 2, b: [1, 2] },
    ];
    expect(await under.inference.predict(reference(addingModel(['n', 'k'])), items)).toEqual([
      { outputs: { sum: [2, 3] } },
      { outputs: { sum: 2 } },
      { outputs: { sum: [3, 4] } },
    ]);
  });

  test('items that the model itself fails on have no prediction, and the others have theirs', async () => {
    await using under = await open();
    const places = Array.from({ length: 1_000 }, (_, at) => at % 3);
    places[17] = 7;
    places[700] = -9;
    const predictions = await under.inference.predict(
      reference(choosingModel()),
      places.map((place) => ({ place })),
    );
    const told = predictions.map((each) => ('fault' in each ? each.fault.message : each.outputs['chosen']));
    const failed = 'The model failed on this item.';
    expect(told).toEqual(
      places.map((place) => (place === 7 || place === -9 ? failed : BigInt((place + 1) * 10))),
    );
  });

  test('a model that fails on all that it is given is refused', async () => {
    await using under = await open();
    for (const items of [[{ place: 7 }], [{ place: 7 }, { place: 8 }]])
      await expect(under.inference.predict(reference(choosingModel()), items)).rejects.toMatchObject({
        code: 'INFERENCE_MODEL_REFUSED',
      });
  });

  test('what a model says of an item is the same among others as alone, also where it does not answer item by item', async () => {
    await using under = await open();
    for (const items of [[1, 2, 2], [1, 2, 3], [1]])
      expect(
        await under.inference.predict(
          reference(distinctModel()),
          items.map((a) => ({ a })),
        ),
      ).toEqual(items.map((different) => ({ outputs: { different } })));
  });

  test('a list of no lists is a list of none', async () => {
    await using under = await open();
    const model = reference(addingModel(['n', 'k', 'm']));
    expect(await under.inference.predict(model, [{ a: 1, b: [] }])).toEqual([{ outputs: { sum: [] } }]);
  });

  test('no item is no work', async () => {
    await using under = await open();
    expect(await under.inference.predict(reference(addingModel()), [])).toEqual([]);
  });

  test('more items than a batch may have are refused', async () => {
    await using under = await open();
    const items = Array.from({ length: inferenceLimits.batchItems + 1 }, () => ({ a: 1, b: 1 }));
    const predicting = under.inference.predict(reference(addingModel()), items);
    await expect(predicting).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
}

function testReading(open: OpenInference): void {
  test('callers that come at once share one load', async () => {
    await using under = await open();
    const bytes = addingModel();
    let reads = 0;
    const model = {
      ...reference(bytes),
      read: async () => {
        reads += 1;
        return bytes;
      },
    };
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, a) => under.inference.predict(model, [{ a, b: 1 }])),
    );
    expect(all.map(([first]) => first)).toEqual(
      Array.from({ length: 50 }, (_, a) => ({ outputs: { sum: a + 1 } })),
    );
    expect(reads).toBe(1);
  });

  test('what reading a model throws is thrown on, and the next call reads again', async () => {
    await using under = await open();
    const bytes = addingModel();
    const read = async (): Promise<Uint8Array> => {
      throw new Error('the store is away');
    };
    await expect(under.inference.predict({ ...reference(bytes), read }, [{ a: 1, b: 1 }])).rejects.toThrow(
      'the store is away',
    );
    expect(await under.inference.predict(reference(bytes), [{ a: 1, b: 1 }])).toEqual([
      { outputs: { sum: 2 } },
    ]);
  });
}
