import { addingModel } from '@tributary/engines/inference/conformance-models';
import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
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

const run = (text: string, variables: object = {}): Promise<Answer> =>
  analytics.run(member(workspaceId, 'EDITOR'), text, { ...variables });
const register = (size: number): Promise<Answer> =>
  run(
    'mutation ($file: ID!) { registerModelVersion(input: { model: "m", file: $file }) { version sha256 } }',
    { file: analytics.keepFile(workspaceId, addingModel(['n', size === 0 ? 'k' : size])) },
  );
const remove = (version: number): Promise<Answer> =>
  run(
    `mutation { deleteModelVersion(model: "m", version: ${version}) { liveVersion { version } versions { version } } }`,
  );
const promote = (version: number): Promise<Answer> =>
  run(`mutation { promoteModelVersion(model: "m", version: ${version}) { name } }`);
const rollback = (): Promise<Answer> =>
  run('mutation { rollbackModel(model: "m") { liveVersion { version } } }');
const retire = (): Promise<Answer> => run('mutation { retireModel(model: "m") { liveVersion { version } } }');

test('a version that nobody uses is deleted with its file, the log is told, and its number is not given again', async () => {
  for (const size of [1, 2, 3]) await register(size);
  await analytics.takeEvents();
  expect((await remove(3)).data.deleteModelVersion).toEqual({
    liveVersion: null,
    versions: [{ version: 2 }, { version: 1 }],
  });
  expect(await analytics.takeEvents()).toMatchObject([
    {
      topic: 'analytics.model',
      event: { type: 'analytics.model.version_deleted', data: { name: 'm', version: 3 } },
    },
  ]);
  expect((await remove(3)).code).toBe('NOT_FOUND');
  // The same file is no version any more.
  expect((await register(3)).data.registerModelVersion).toMatchObject({ version: 4 });
  const predicted = await run(
    '{ predict(model: "m", inputs: [{ a: 1, b: [1, 2, 3] }], version: 3) { version } }',
  );
  expect(predicted.code).toBe('NOT_FOUND');
});

test('the live version and the shadow are not deleted, and say what to do first', async () => {
  // Lists of any length are answered by one output, which is a number for lists of one.
  await register(1);
  await register(0);
  await promote(1);
  expect(await remove(1)).toMatchObject({
    code: 'STATE_CONFLICT',
    message: 'Version 1 is live: promote another one first, or retire the model.',
  });
  await run('mutation { setShadowVersion(model: "m", version: 2) { name } }');
  expect(await remove(2)).toMatchObject({
    code: 'STATE_CONFLICT',
    message: 'Version 2 is the shadow: end that first.',
  });
  await run('mutation { setShadowVersion(model: "m") { name } }');
  expect((await remove(2)).data.deleteModelVersion.versions).toEqual([{ version: 1 }]);
});

test('a rollback passes over versions that were deleted', async () => {
  for (const size of [1, 2, 3]) await register(size);
  for (const version of [1, 2, 1, 3]) await promote(version);
  await remove(2);
  expect((await rollback()).data.rollbackModel.liveVersion).toEqual({ version: 1 });
  // Before version 2 it was the same one: there is nothing else to go back to.
  expect((await rollback()).code).toBe('STATE_CONFLICT');
});

test('a model goes with its last version, and one of its name begins anew but for its numbers', async () => {
  await register(1);
  await run(
    `mutation ($file: ID!) { registerModelVersion(input: { model: "m", file: $file, description: "Old." }) { version } }`,
    {
      file: analytics.keepFile(workspaceId, addingModel(['n', 2])),
    },
  );
  await promote(1);
  await promote(2);
  await remove(1);
  expect((await retire()).data.retireModel).toEqual({ liveVersion: null });
  expect(await remove(2)).toMatchObject({ data: { deleteModelVersion: null }, code: undefined });
  expect((await run('{ inferenceModels { name } inferenceModel(name: "m") { name } }')).data).toEqual({
    inferenceModels: [],
    inferenceModel: null,
  });
  for (const gone of [await remove(1), await promote(2), await retire(), await rollback()])
    expect(gone.code).toBe('NOT_FOUND');
  expect((await register(2)).data.registerModelVersion.version).toBe(3);
  expect((await run('{ inferenceModel(name: "m") { description liveVersion { version } } }')).data).toEqual({
    inferenceModel: { description: null, liveVersion: null },
  });
  expect((await rollback()).code).toBe('STATE_CONFLICT');
});

test('a version registered while the last one goes becomes the model', async () => {
  await register(1);
  const { relational } = analytics;
  const waiting = async (): Promise<number> =>
    (
      await relational.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      )
    ).rows[0]?.n ?? 0;
  const [removed, registered] = await relational.transaction(async (tx) => {
    await tx.query('SELECT FROM analytics.inference_model WHERE workspace_id = $1 FOR UPDATE', [workspaceId]);
    const removing = remove(1);
    await eventually(async () => expect(await waiting()).toBe(1));
    const registering = register(2);
    await eventually(async () => expect(await waiting()).toBe(2));
    // Not awaited here: both wait for this transaction.
    return [{ removing }, { registering }] as const;
  });
  expect(await removed.removing).toMatchObject({ data: { deleteModelVersion: null }, code: undefined });
  expect((await registered.registering).data.registerModelVersion).toMatchObject({ version: 2 });
  expect((await run('{ inferenceModel(name: "m") { versions { version } } }')).data).toEqual({
    inferenceModel: { versions: [{ version: 2 }] },
  });
});

test('a retired model predicts nothing, and what was live is promoted again or gone back to', async () => {
  await register(1);
  await register(2);
  await promote(1);
  await promote(2);
  await analytics.takeEvents();
  expect((await retire()).data.retireModel).toEqual({ liveVersion: null });
  await retire();
  expect((await run('{ predict(model: "m", inputs: [{}]) { version } }')).code).toBe('NOT_FOUND');
  expect((await rollback()).data.rollbackModel.liveVersion).toEqual({ version: 2 });
  await retire();
  await promote(2);
  expect(await analytics.takeEvents()).toMatchObject(
    [
      { type: 'retired', data: { name: 'm', previousVersion: 2 } },
      { type: 'promoted', data: { name: 'm', version: 2, previousVersion: null } },
      { type: 'retired', data: { name: 'm', previousVersion: 2 } },
      { type: 'promoted', data: { name: 'm', version: 2, previousVersion: null } },
    ].map((event) => ({ event: { ...event, type: `analytics.model.${event.type}` } })),
  );
  // Promoted again it is where a rollback starts from, and not what it goes back to.
  expect((await rollback()).data.rollbackModel.liveVersion).toEqual({ version: 1 });
});

test('a model that is full takes a version again when one is deleted', async () => {
  await register(1);
  const { relational } = analytics;
  await relational.query(
    `INSERT INTO analytics.inference_version (workspace_id, name, version, sha256, size_bytes, signature, created_at, file)
     SELECT workspace_id, name, n, n::text, size_bytes, signature, created_at, file FROM analytics.inference_version, generate_series(2, 50) n
     WHERE workspace_id = $1`,
    [workspaceId],
  );
  await relational.query('UPDATE analytics.inference_model SET versions = 50 WHERE workspace_id = $1', [
    workspaceId,
  ]);
  expect(await register(51)).toMatchObject({
    code: 'CONFLICT',
    message: expect.stringMatching(/delete one/),
  });
  await remove(7);
  expect((await register(51)).data.registerModelVersion.version).toBe(51);
});

test('viewers, keys that only read and other workspaces delete no version', async () => {
  await register(1);
  const text = 'mutation { deleteModelVersion(model: "m", version: 1) { name } }';
  expect((await analytics.run(member(workspaceId, 'VIEWER'), text)).code).toBe('FORBIDDEN');
  expect((await analytics.run(member(newId(), 'OWNER'), text)).code).toBe('NOT_FOUND');
});
