import { readFile } from 'node:fs/promises';
import { addingModel, echoingModel } from '@tributary/engines/inference/conformance-models';
import { newId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type Answer,
  anonymous,
  apiKey,
  member,
  type OpenAnalytics,
  openAnalytics,
} from './open-analytics.ts';

let analytics: OpenAnalytics;
let workspaceId: string;
beforeAll(async () => {
  analytics = await openAnalytics();
});
beforeEach(async () => {
  workspaceId = newId();
  await analytics.takeEvents();
});
afterAll(() => analytics[Symbol.asyncDispose]());

const registering = `mutation ($input: RegisterModelVersion!) { registerModelVersion(input: $input) {
  model version sha256 sizeBytes note inputs { name type shape } outputs { name type shape } } }`;

function register(
  bytes: Uint8Array,
  more: object = {},
  as: Principal = member(workspaceId, 'EDITOR'),
): Promise<Answer> {
  const input = { model: 'adder', file: analytics.keepFile(workspaceId, bytes), ...more };
  return analytics.run(as, registering, { input });
}

const promote = (version: number, as = member(workspaceId, 'EDITOR')): Promise<Answer> =>
  analytics.run(
    as,
    `mutation ($version: Int!) { promoteModelVersion(model: "adder", version: $version) { liveVersion { version } } }`,
    { version },
  );
const rollback = (): Promise<Answer> =>
  analytics.run(
    member(workspaceId, 'EDITOR'),
    `mutation { rollbackModel(model: "adder") { liveVersion { version } } }`,
  );
const predict = (variables: object, as = member(workspaceId, 'VIEWER')): Promise<Answer> =>
  analytics.run(
    as,
    `query ($model: String = "adder", $inputs: [JSON!]!, $version: Int) { predict(model: $model, inputs: $inputs, version: $version) {
      version predictions { outputs error { code message input } } } }`,
    { ...variables },
  );

test('a file becomes a version with the signature read from it, and the log is told', async () => {
  const { data } = await register(addingModel(['n', 3]), { note: 'first', description: 'adds' });
  expect(data.registerModelVersion).toEqual({
    model: 'adder',
    version: 1,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    sizeBytes: addingModel(['n', 3]).length,
    note: 'first',
    inputs: [
      { name: 'a', type: 'FLOAT', shape: [null, 1] },
      { name: 'b', type: 'FLOAT', shape: [null, 3] },
    ],
    outputs: [{ name: 'sum', type: 'FLOAT', shape: [null, 3] }],
  });
  expect(await analytics.takeEvents()).toMatchObject([
    {
      topic: 'analytics.model',
      event: {
        type: 'analytics.model.registered',
        subject: 'InferenceModel/adder',
        workspaceid: workspaceId,
        data: { name: 'adder', version: 1, sha256: data.registerModelVersion.sha256 },
      },
    },
  ]);
});

test('the same file again is the same version, and nothing is told twice', async () => {
  await register(addingModel());
  await analytics.takeEvents();
  const again = await register(addingModel(), { note: 'again' });
  expect(again.data.registerModelVersion).toMatchObject({ version: 1, note: null });
  const next = await register(addingModel(['n', 2]));
  expect(next.data.registerModelVersion).toMatchObject({ version: 2 });
  expect(await analytics.takeEvents()).toHaveLength(1);
});

test('versions registered at once get numbers of their own', async () => {
  const answers = await Promise.all([2, 3, 4, 5].map((size) => register(addingModel(['n', size]))));
  expect(answers.map(({ data }) => data.registerModelVersion.version).sort()).toEqual([1, 2, 3, 4]);
});

test('nothing predicts until a version is promoted; promotion and rollback choose which', async () => {
  await register(addingModel());
  await register(addingModel(['n', 2]));
  expect(await predict({ inputs: [{ a: 1, b: 2 }] })).toMatchObject({
    data: { predict: null },
    code: 'NOT_FOUND',
  });
  expect((await predict({ inputs: [{ a: 1, b: 2 }], version: 1 })).data.predict).toMatchObject({
    version: 1,
  });
  await promote(1);
  await promote(2);
  expect((await predict({ inputs: [{ a: 1, b: [2, 3] }] })).data.predict).toEqual({
    version: 2,
    predictions: [{ outputs: { sum: [3, 4] }, error: null }],
  });
  await analytics.takeEvents();
  expect((await rollback()).data.rollbackModel).toEqual({ liveVersion: { version: 1 } });
  expect((await analytics.takeEvents())[0]?.event).toMatchObject({
    type: 'analytics.model.rolled_back',
    data: { name: 'adder', version: 1, previousVersion: 2 },
  });
  expect((await predict({ inputs: [{ a: 1, b: 2 }] })).data.predict.predictions).toEqual([
    { outputs: { sum: 3 }, error: null },
  ]);
  expect((await rollback()).code).toBe('STATE_CONFLICT');
});

test('promoting what is live changes nothing and tells nobody', async () => {
  await register(addingModel());
  await promote(1);
  await analytics.takeEvents();
  expect((await promote(1)).data.promoteModelVersion).toEqual({ liveVersion: { version: 1 } });
  expect(await analytics.takeEvents()).toEqual([]);
});

test('items that do not fit are told by their input, and the others are predicted', async () => {
  await register(addingModel());
  await promote(1);
  const inputs = [{ a: 1, b: 1 }, { a: 'x', b: 1 }, 7, { a: 1, b: 1, c: 1 }, { a: 2, b: 2 }];
  const { data } = await predict({ inputs });
  expect(data.predict.predictions).toMatchObject([
    { outputs: { sum: 2 }, error: null },
    { outputs: null, error: { code: 'BAD_USER_INPUT', input: 'a' } },
    { outputs: null, error: { input: 'a' } },
    { outputs: null, error: { input: 'c' } },
    { outputs: { sum: 4 } },
  ]);
});

test('one item needs no list, a thousand are one call, and one more is refused', async () => {
  await register(addingModel());
  await promote(1);
  expect((await predict({ inputs: { a: 1, b: 1 } })).data.predict.predictions).toHaveLength(1);
  const thousand = Array.from({ length: 1_000 }, (_, a) => ({ a, b: 1 }));
  const { data } = await predict({ inputs: thousand });
  expect(data.predict.predictions[999]).toEqual({ outputs: { sum: 1_000 }, error: null });
  expect((await predict({ inputs: [...thousand, { a: 1, b: 1 }] })).code).toBe('BAD_USER_INPUT');
  expect((await predict({ inputs: [] })).code).toBe('BAD_USER_INPUT');
});

test('integers beyond what JSON holds exactly come as text', async () => {
  await register(echoingModel(), { model: 'echo' });
  const item = { float: 1, int64: '9007199254740993', string: 'x', bool: false, double: 2 };
  const { data } = await predict({ model: 'echo', version: 1, inputs: [item] });
  expect(data.predict.predictions[0].outputs).toMatchObject({
    int64_out: '9007199254740993',
    bool_out: false,
  });
});

test('a hostile file is refused and leaves no model behind', async () => {
  const { code } = await register(Buffer.from('no model'), { model: 'bad' });
  expect(code).toBe('INFERENCE_MODEL_REFUSED');
  const { data } = await analytics.run(member(workspaceId, 'VIEWER'), '{ inferenceModels { name } }');
  expect(data.inferenceModels).toEqual([]);
});

test.each([
  ['Adder', {}],
  ['a b', {}],
  ['x'.repeat(64), {}],
  ['../x', {}],
  ['ok', { note: 'x'.repeat(501) }],
])('the name %j with %j is refused', async (model, more) => {
  expect((await register(addingModel(), { model, ...more })).code).toBe('BAD_USER_INPUT');
});

test('models are listed with their versions, the newest first', async () => {
  await register(addingModel(), { description: 'adds' });
  await register(addingModel(['n', 2]));
  await promote(2);
  const { data } = await analytics.run(
    apiKey(workspaceId, 'VIEWER', ['analytics:read']),
    '{ inferenceModels { name description liveVersion { version } versions { version } } inferenceModel(name: "none") { name } }',
  );
  expect(data).toEqual({
    inferenceModels: [
      {
        name: 'adder',
        description: 'adds',
        liveVersion: { version: 2 },
        versions: [{ version: 2 }, { version: 1 }],
      },
    ],
    inferenceModel: null,
  });
});

test('a model says of which types its predictions are a field', async () => {
  await register(addingModel(), { model: 'flight-delay' });
  await register(addingModel());
  const { data } = await analytics.run(
    member(workspaceId, 'VIEWER'),
    '{ inferenceModels { name fields { type field description } } }',
  );
  expect(data.inferenceModels).toEqual([
    { name: 'adder', fields: [] },
    {
      name: 'flight-delay',
      fields: [
        { type: 'Flight', field: 'predictedDelay', description: expect.stringContaining('`flight-delay`') },
      ],
    },
  ]);
});

test('another workspace sees, uses and changes nothing of a model', async () => {
  await register(addingModel());
  await promote(1);
  const stranger = member(newId(), 'OWNER');
  const { data } = await analytics.run(
    stranger,
    '{ inferenceModels { name } inferenceModel(name: "adder") { name } }',
  );
  expect(data).toEqual({ inferenceModels: [], inferenceModel: null });
  expect((await predict({ inputs: [{ a: 1, b: 1 }] }, stranger)).code).toBe('NOT_FOUND');
  expect((await predict({ inputs: [{ a: 1, b: 1 }], version: 1 }, stranger)).code).toBe('NOT_FOUND');
  expect((await promote(1, stranger)).code).toBe('NOT_FOUND');
});

test('viewers may predict but not register or promote, and others may nothing', async () => {
  expect((await register(addingModel(), {}, member(workspaceId, 'VIEWER'))).code).toBe('FORBIDDEN');
  await register(addingModel());
  expect((await promote(1, member(workspaceId, 'VIEWER'))).code).toBe('FORBIDDEN');
  expect((await predict({ inputs: [{ a: 1, b: 1 }] }, anonymous(workspaceId))).code).toBe('UNAUTHENTICATED');
  expect((await register(addingModel(), {}, apiKey(workspaceId, 'EDITOR', ['analytics:read']))).code).toBe(
    'FORBIDDEN',
  );
});

test('what a model expects is a field of the entity: a whole list in one run, null where nothing is known', async () => {
  const file = await readFile(new URL('../../../workers/delay-model/delay-model.onnx', import.meta.url));
  const flight = (more: object): object => ({
    ...{ __typename: 'Flight', id: newId(), scheduledAt: '2001-06-05T08:30:00.000Z', distanceMiles: 462 },
    ...{
      origin: { __typename: 'Airport', id: newId(), iata: 'STL' },
      destination: { __typename: 'Airport', id: newId(), iata: 'OKC' },
      ...more,
    },
  });
  const representations = [
    flight({}),
    flight({ scheduledAt: 'not a time' }),
    flight({ origin: { iata: 'XXX' } }),
    flight({ destination: null }),
  ];
  const ask = (): Promise<Answer> =>
    analytics.run(
      anonymous(workspaceId),
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Flight { predictedDelay } } }',
      { r: representations },
    );
  const none = representations.map(() => ({ predictedDelay: null }));
  expect((await ask()).data._entities).toEqual(none);
  await register(file, { model: 'flight-delay' });
  expect((await ask()).data._entities).toEqual(none);
  await analytics.run(
    member(workspaceId, 'EDITOR'),
    'mutation { promoteModelVersion(model: "flight-delay", version: 1) { name } }',
  );
  const [known, untimed, elsewhere, nowhere] = (await ask()).data._entities;
  // The first of the reference predictions that the training script wrote.
  expect(known.predictedDelay).toBeCloseTo(2.234_087_568_9, 4);
  expect([untimed, nowhere]).toEqual([{ predictedDelay: null }, { predictedDelay: null }]);
  expect(elsewhere.predictedDelay).toEqual(expect.any(Number));
});
