import {
  addingModel,
  element,
  multiplyingModel,
  node,
  onnxModel,
  value,
} from '@tributary/engines/inference/conformance-models';
import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertPairs, readPairs } from '../src/adapters/shadow-table.ts';
import { shadowDriftLoader } from '../src/loaders/shadow-drift.ts';
import { type Answer, member, type OpenAnalytics, openAnalytics } from './open-analytics.ts';

let analytics: OpenAnalytics;
beforeAll(async () => {
  analytics = await openAnalytics();
});
afterAll(() => analytics[Symbol.asyncDispose]());

const shadowFields = 'shadow { version output items stabilityIndex meanDifference }';

test('a shadow version is asked what the live one is asked, nobody sees its answers, and its drift is measured', async () => {
  const workspaceId = newId();
  const editor = member(workspaceId, 'EDITOR');
  const run = async (text: string, variables: object = {}): Promise<Answer> =>
    await analytics.run(editor, text, { ...variables });
  const register = (bytes: Uint8Array): Promise<Answer> =>
    run('mutation ($file: ID!) { registerModelVersion(input: { model: "m", file: $file }) { version } }', {
      file: analytics.keepFile(workspaceId, bytes),
    });
  await register(addingModel());
  // Takes lists of any length too, and says the same of a list of one.
  await register(addingModel(['n', 'k']));
  await run('mutation { promoteModelVersion(model: "m", version: 1) { name } }');
  const set = await run(`mutation { setShadowVersion(model: "m", version: 2) { ${shadowFields} } }`);
  expect(set.data.setShadowVersion).toEqual({
    shadow: { version: 2, output: 'sum', items: 0, stabilityIndex: null, meanDifference: null },
  });
  const inputs = Array.from({ length: 120 }, (_, a) => ({ a, b: 1 }));
  const predicting =
    'query ($inputs: [JSON!]!) { predict(model: "m", inputs: $inputs) { version predictions { outputs } } }';
  for (const items of [100, 200]) {
    expect((await run(predicting, { inputs })).data.predict.version).toBe(1);
    await eventually(async () => {
      const { data } = await run(`{ inferenceModel(name: "m") { ${shadowFields} } }`);
      expect(data.inferenceModel.shadow).toEqual({
        version: 2,
        output: 'sum',
        items,
        stabilityIndex: 0,
        meanDifference: 0,
      });
    });
  }
  const ended = await run(`mutation { setShadowVersion(model: "m") { ${shadowFields} } }`);
  expect(ended.data.setShadowVersion).toEqual({ shadow: null });
  const again = await run(`mutation { setShadowVersion(model: "m", version: 2) { ${shadowFields} } }`);
  expect(again.data.setShadowVersion.shadow.items).toBe(0);
  expect((await run('mutation { setShadowVersion(model: "m", version: 9) { name } }')).code).toBe(
    'NOT_FOUND',
  );
  const stranger = await analytics.run(
    member(newId(), 'OWNER'),
    'mutation { setShadowVersion(model: "m", version: 1) { name } }',
  );
  expect(stranger.code).toBe('NOT_FOUND');
});

test('the drift of a shadow that says otherwise is that of the answers to the same items', async () => {
  const workspaceId = newId();
  const run = (text: string, variables: object = {}): Promise<Answer> =>
    analytics.run(member(workspaceId, 'EDITOR'), text, { ...variables });
  for (const bytes of [addingModel(), multiplyingModel()])
    await run(
      'mutation ($file: ID!) { registerModelVersion(input: { model: "m", file: $file }) { version } }',
      {
        file: analytics.keepFile(workspaceId, bytes),
      },
    );
  await run('mutation { promoteModelVersion(model: "m", version: 1) { name } }');
  await run('mutation { setShadowVersion(model: "m", version: 2) { name } }');
  const inputs = Array.from({ length: 100 }, (_, a) => ({ a, b: 3 }));
  await run('query ($inputs: [JSON!]!) { predict(model: "m", inputs: $inputs) { version } }', { inputs });
  await eventually(async () => {
    const { data } = await run(`{ inferenceModel(name: "m") { ${shadowFields} } }`);
    expect(data.inferenceModel.shadow.items).toBe(100);
    const apart = inputs.reduce((sum, { a, b }) => sum + Math.abs(a * b - (a + b)), 0);
    expect(data.inferenceModel.shadow.meanDifference).toBeCloseTo(apart / 100, 3);
    // Above a quarter two distributions are called different.
    expect(data.inferenceModel.shadow.stabilityIndex).toBeGreaterThan(0.25);
  });
});

test('the live version is no shadow of itself: it is refused as one, and a shadow that goes live ends as one', async () => {
  const workspaceId = newId();
  const editor = member(workspaceId, 'EDITOR');
  const run = (text: string, variables: object = {}): Promise<Answer> =>
    analytics.run(editor, text, { ...variables });
  for (const shape of [undefined, ['n', 'k']])
    await run(
      'mutation ($file: ID!) { registerModelVersion(input: { model: "m", file: $file }) { version } }',
      {
        file: analytics.keepFile(workspaceId, addingModel(shape)),
      },
    );
  const promote = (version: number): Promise<Answer> =>
    run(`mutation { promoteModelVersion(model: "m", version: ${version}) { ${shadowFields} } }`);
  const shadow = (version: number): Promise<Answer> =>
    run(`mutation { setShadowVersion(model: "m", version: ${version}) { ${shadowFields} } }`);
  await promote(1);
  expect((await shadow(1)).code).toBe('STATE_CONFLICT');
  expect((await shadow(2)).data.setShadowVersion.shadow.version).toBe(2);
  expect((await promote(2)).data.promoteModelVersion.shadow).toBeNull();
  expect((await shadow(1)).data.setShadowVersion.shadow.version).toBe(1);
  const { data } = await run(`mutation { rollbackModel(model: "m") { ${shadowFields} } }`);
  expect(data.rollbackModel.shadow).toBeNull();
});

/** Gives back its inputs `a` and `b` under the names of these outputs, in their order. */
function naming(outputs: Readonly<Record<string, 'a' | 'b'>>): Uint8Array {
  return onnxModel([
    ...Object.entries(outputs).map(([name, input]) =>
      node({ op: 'Identity', inputs: [input], outputs: [name] }),
    ),
    value(11, 'a', element.float, ['n', 1]),
    value(11, 'b', element.float, ['n', 1]),
    ...Object.keys(outputs).map((name) => value(12, name, element.float, ['n', 1])),
  ]);
}

test('two versions are compared by what they call the same, wherever it stands, and not at all when that is nothing', async () => {
  const workspaceId = newId();
  const run = (text: string, variables: object = {}): Promise<Answer> =>
    analytics.run(member(workspaceId, 'EDITOR'), text, { ...variables });
  for (const bytes of [
    naming({ minutes: 'a', score: 'b' }),
    naming({ score: 'b', minutes: 'a' }),
    naming({ label: 'b' }),
  ])
    await run(
      'mutation ($file: ID!) { registerModelVersion(input: { model: "m", file: $file }) { version } }',
      { file: analytics.keepFile(workspaceId, bytes) },
    );
  const promote = (version: number): Promise<Answer> =>
    run(`mutation { promoteModelVersion(model: "m", version: ${version}) { ${shadowFields} } }`);
  const shadow = (version: number): Promise<Answer> =>
    run(`mutation { setShadowVersion(model: "m", version: ${version}) { ${shadowFields} } }`);
  await promote(1);
  expect(await shadow(3)).toMatchObject({
    code: 'STATE_CONFLICT',
    message: expect.stringContaining('"minutes", "score"'),
  });
  expect((await shadow(2)).data.setShadowVersion.shadow.output).toBe('minutes');
  const inputs = Array.from({ length: 100 }, (_, a) => ({ a, b: 1_000 + a }));
  await run('query ($inputs: [JSON!]!) { predict(model: "m", inputs: $inputs) { version } }', { inputs });
  await eventually(async () => {
    const { data } = await run(`{ inferenceModel(name: "m") { ${shadowFields} } }`);
    expect(data.inferenceModel.shadow).toMatchObject({ items: 100, stabilityIndex: 0, meanDifference: 0 });
  });
  // A version that shares nothing with the shadow may go live; the shadow says that nothing is compared.
  expect((await promote(3)).data.promoteModelVersion.shadow).toMatchObject({ output: null, items: 0 });
});

test('however often an operation asks for the drift of a shadow, it is read once', async () => {
  const workspaceId = newId();
  const run = (text: string, variables: object = {}): Promise<Answer> =>
    analytics.run(member(workspaceId, 'EDITOR'), text, { ...variables });
  for (const shape of [undefined, ['n', 'k']])
    await run(
      'mutation ($file: ID!) { registerModelVersion(input: { model: "m", file: $file }) { version } }',
      { file: analytics.keepFile(workspaceId, addingModel(shape)) },
    );
  await run('mutation { promoteModelVersion(model: "m", version: 1) { name } }');
  await run('mutation { setShadowVersion(model: "m", version: 2) { name } }');
  let reads = 0;
  const loader = shadowDriftLoader(
    Object.create(analytics.relational, {
      query: {
        value: (...args: Parameters<typeof analytics.relational.query>) => {
          reads += 1;
          return analytics.relational.query(...args);
        },
      },
    }) as typeof analytics.relational,
    { workspaceId, signal: undefined },
  );
  const key = { name: 'm', liveVersion: 1, shadowVersion: 2 };
  const drifts = await Promise.all(Array.from({ length: 5 }, () => loader.load({ ...key })));
  expect([reads, drifts[0]]).toEqual([1, { items: 0, stabilityIndex: null, meanDifference: null }]);
  const gone = shadowDriftLoader(analytics.relational, { workspaceId, signal: AbortSignal.abort() });
  await expect(gone.load(key)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
});

test('what was compared before other versions became live and shadow is not kept', async () => {
  const key = { workspaceId: newId(), name: 'm', liveVersion: 1, shadowVersion: 2 };
  await insertPairs(analytics.relational, key, [{ live: 1, shadow: 2 }]);
  expect(await readPairs(analytics.relational, key)).toEqual([]);
});
