import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { computed, flightChange } from './measuring.ts';
import { apiKey, member, type OpenAnalytics, openAnalytics, operatorWorkspaceId } from './open-analytics.ts';

let analytics: OpenAnalytics;
beforeAll(async () => {
  analytics = await openAnalytics();
  await analytics.measure();
});
afterAll(() => analytics[Symbol.asyncDispose]());

const owner = member(operatorWorkspaceId, 'OWNER');
const fields =
  '{ name version engine state since failure { code message } topic eventsBehind lagMs checkpoint { at offsets } savepoint { at place restoredAt } change { at kind } metric { name over } }';
const one = (name = 'flight_delay', as = owner) =>
  analytics.run(as, `query ($name: String!) { pipeline(name: $name) ${fields} }`, { name });
const steer = (verb: 'stop' | 'start' | 'recompute', as = owner, name = 'flight_delay') =>
  analytics.run(as, `mutation ($name: String!) { ${verb}Pipeline(name: $name) ${fields} }`, { name });

/** A flight of ten minutes' delay, in a workspace of its own or the given one. */
async function tell(workspaceId = newId()): Promise<string> {
  const after = {
    id: newId(),
    origin: newId(),
    scheduledAt: '2001-01-01T10:05:00.000Z',
    delayMinutes: 10,
  };
  await analytics.eventLog.append('data.record', [
    flightChange(analytics, workspaceId, { before: null, after }),
  ]);
  return workspaceId;
}

const flights = async (workspaceId: string): Promise<unknown> => {
  const { data } = await analytics.run(
    member(workspaceId, 'VIEWER'),
    '{ metric(name: "flight_delay", window: HOUR) { series { points { rows } } } }',
  );
  return data.metric.series.flatMap(({ points }: { points: { rows: number }[] }) => points)[0]?.rows ?? 0;
};

const until = (state: string): Promise<void> =>
  eventually(async () => expect((await one()).data.pipeline.state).toBe(state));

test('operators see what computes each metric, on what, and how far it has come', async () => {
  await tell();
  await computed(analytics);
  const { data } = await analytics.run(owner, `{ pipelines ${fields} }`);
  expect(data.pipelines.map(({ name }: { name: string }) => name)).toEqual([
    'bookings',
    'flight_delay',
    'monthly_delay',
    'page_views',
  ]);
  expect(data.pipelines[1]).toMatchObject({
    name: 'flight_delay',
    version: 1,
    engine: 'EMBEDDED',
    state: 'RUNNING',
    failure: null,
    topic: 'data.record',
    eventsBehind: 0,
    lagMs: 0,
    change: null,
    metric: { name: 'flight_delay', over: 'Flight' },
  });
  const { offsets } = data.pipelines[1].checkpoint;
  const ends = await analytics.eventLog.end('data.record');
  expect(offsets).toEqual(ends);
  expect((await one()).data.pipeline).toEqual(data.pipelines[1]);
  expect((await one('none')).code).toBe('NOT_FOUND');
});

test('a stopped pipeline keeps its metric as it is, and counts what came meanwhile once it is started', async () => {
  const workspaceId = await tell();
  await computed(analytics);
  expect(await flights(workspaceId)).toBe(1);
  expect((await steer('stop')).data.stopPipeline.state).toMatch(/^STOPP/);
  await until('STOPPED');
  await tell(workspaceId);
  await tell(workspaceId);
  const resting = (await one()).data.pipeline;
  expect(resting).toMatchObject({ state: 'STOPPED', eventsBehind: 2 });
  expect(resting.savepoint).toEqual({ at: resting.since, place: null, restoredAt: null });
  expect(await flights(workspaceId)).toBe(1);
  expect((await steer('start')).data.startPipeline.state).toBe('RUNNING');
  await computed(analytics);
  expect(await flights(workspaceId)).toBe(3);
  const { at, place, restoredAt } = (await one()).data.pipeline.savepoint;
  expect({ at, place }).toEqual({ at: resting.savepoint.at, place: null });
  expect(Date.parse(restoredAt)).toBeGreaterThanOrEqual(Date.parse(at));
});

test('a pipeline that is to stop without a savepoint stops where it stands, and goes on there', async () => {
  const workspaceId = await tell();
  await computed(analytics);
  const { data } = await analytics.run(
    owner,
    `mutation { stopPipeline(name: "flight_delay", withoutSavepoint: true) { state savepointFailure { code } } }`,
  );
  expect(data.stopPipeline).toMatchObject({
    state: expect.stringMatching(/^STOPP/),
    savepointFailure: null,
  });
  await until('STOPPED');
  await tell(workspaceId);
  await steer('start');
  await computed(analytics);
  expect(await flights(workspaceId)).toBe(2);
});

test('a pipeline that is recomputed forgets what it had, and says so', async () => {
  const workspaceId = await tell();
  await computed(analytics);
  await analytics.relational.query('UPDATE stream.cell SET row_count = 7');
  expect(await flights(workspaceId)).toBe(7);
  const { data } = await steer('recompute');
  expect(data.recomputePipeline).toMatchObject({
    version: 1,
    savepoint: null,
    change: { kind: 'RECOMPUTED' },
  });
  await eventually(async () => expect(await flights(workspaceId)).toBe(1));
});

test('who steers is told to the log once for each change, with name and actor', async () => {
  await analytics.takeEvents();
  for (const verb of ['stop', 'stop', 'start', 'start', 'recompute'] as const) await steer(verb);
  const told = (await analytics.takeEvents()).filter(({ topic }) => topic === 'analytics.pipeline');
  expect(told.map(({ event }) => event)).toEqual(
    ['stopped', 'started', 'recomputed'].map((verb) =>
      expect.objectContaining({
        type: `analytics.pipeline.${verb}`,
        subject: 'Pipeline/flight_delay',
        workspaceid: operatorWorkspaceId,
        actorid: owner.id,
        data: { name: 'flight_delay' },
      }),
    ),
  );
});

test('pipelines serve all workspaces: nobody but operators sees or steers them', async () => {
  const another = newId();
  const codes = async (as: typeof owner): Promise<unknown[]> =>
    [
      await one('flight_delay', as),
      await analytics.run(as, '{ pipelines { name } }'),
      await steer('stop', as),
    ].map(({ code }) => code);
  expect(await codes(member(another, 'OWNER'))).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
  expect(await codes(member(operatorWorkspaceId, 'EDITOR'))).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
  expect(await codes(member(operatorWorkspaceId, 'ADMIN'))).toEqual([undefined, undefined, 'FORBIDDEN']);
  expect(await codes(apiKey(operatorWorkspaceId, 'OWNER', ['analytics:read']))).toEqual([
    undefined,
    undefined,
    'FORBIDDEN',
  ]);
  expect((await one()).data.pipeline.state).toBe('RUNNING');
});
