import {
  element,
  node,
  number,
  onnxModel,
  text,
  value,
} from '@tributary/engines/inference/conformance-models';
import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { type Answer, member, openAnalytics } from './open-analytics.ts';

const predictions = [
  {
    name: 'labels.graphql',
    text: `extend type Flight @prediction(field: "label", model: "labels", output: "label", inputs: { a: "distanceMiles" })`,
  },
];

/** Says its input in another type. */
const casting = (
  type: number,
  shape: readonly (number | string)[] = ['n', 1],
  output = 'label',
): Uint8Array => {
  const to = Buffer.concat([text(1, 'to'), number(3, type), number(20, 2)]);
  return onnxModel([
    node({ op: 'Cast', inputs: ['a'], outputs: [output], attributes: [to] }),
    value(11, 'a', element.float, shape),
    value(12, output, type, shape),
  ]);
};

async function openLabels() {
  const analytics = await openAnalytics({ predictions });
  const workspaceId = newId();
  const run = (query: string, variables: object = {}): Promise<Answer> =>
    analytics.run(member(workspaceId, 'EDITOR'), query, { ...variables });
  return {
    run,
    /** As where the declarations changed after a version was live. */
    wasLive: (version: number) =>
      analytics.relational.query(
        'UPDATE analytics.inference_model SET live_before = ARRAY[$2::int] WHERE workspace_id = $1',
        [workspaceId, version],
      ),
    register: (bytes: Uint8Array) =>
      run(
        'mutation ($file: ID!) { registerModelVersion(input: { model: "labels", file: $file }) { version } }',
        {
          file: analytics.keepFile(workspaceId, bytes),
        },
      ),
    promote: (version: number) =>
      run('mutation ($version: Int!) { promoteModelVersion(model: "labels", version: $version) { name } }', {
        version,
      }),
    [Symbol.asyncDispose]: () => analytics[Symbol.asyncDispose](),
  };
}

test('a label of 64 bits is a number in fields and in the comparison with a shadow, unless no number can hold it', async () => {
  await using labels = await openLabels();
  await labels.register(casting(element.int64));
  await labels.promote(1);
  const flight = (distanceMiles: number) => ({ __typename: 'Flight', id: newId(), distanceMiles });
  const { data } = await labels.run(
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Flight { label } } }',
    { r: [flight(462), flight(2 ** 60)] },
  );
  expect(data._entities).toEqual([{ label: 462 }, { label: null }]);
  await labels.register(casting(element.double));
  await labels.run('mutation { setShadowVersion(model: "labels", version: 2) { name } }');
  await labels.run('{ predict(model: "labels", inputs: [{ a: 3 }]) { version } }');
  await eventually(async () => {
    const told = await labels.run('{ inferenceModel(name: "labels") { shadow { items meanDifference } } }');
    expect(told.data.inferenceModel.shadow).toEqual({ items: 1, meanDifference: 0 });
  });
});

test.each([
  ['BOOL', element.bool, ['n', 1]],
  ['FLOAT of shape [any, 3]', element.float, ['n', 3]],
  ['FLOAT of shape [any, 1, 1]', element.float, ['n', 1, 1]],
] as const)(
  'a version that says %s is not made live where a field is its number, nor again, nor a shadow',
  async (_, type, shape) => {
    await using labels = await openLabels();
    await labels.register(casting(element.double));
    await labels.register(casting(type, shape));
    expect((await labels.promote(2)).code).toBe('STATE_CONFLICT');
    expect((await labels.promote(1)).code).toBeUndefined();
    await labels.wasLive(2);
    const again = await labels.run('mutation { rollbackModel(model: "labels") { name } }');
    expect(again.code).toBe('STATE_CONFLICT');
    const shadow = await labels.run('mutation { setShadowVersion(model: "labels", version: 2) { name } }');
    expect(shadow.code).toBe('STATE_CONFLICT');
  },
);

test('a version without the output that a field is its number of is not made live', async () => {
  await using labels = await openLabels();
  await labels.register(casting(element.double, ['n', 1], 'score'));
  expect((await labels.promote(1)).code).toBe('STATE_CONFLICT');
});
