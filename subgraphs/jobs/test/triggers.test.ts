import { createEvent } from '@tributary/engines/event-log/event';
import { openEventLog } from '@tributary/engines/event-log/open';
import { askRedelivery } from '@tributary/engines/event-log/redelivery';
import { systemClock as clock, newId } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema/events';
import type { Principal } from '@tributary/subgraph-kit';
import { eventually, takeRights } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import {
  admin,
  editor,
  member,
  type OpenJobs,
  openJobs,
  stranger,
  viewer,
  workspaceId,
} from './open-jobs.ts';

const create = `mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) {
  id name jobName topic types subject conditions { path eq in contains } input queue priority enabled fired } }`;
const shown =
  '{ triggers { nodes { id enabled fired lastFiredAt lastError { code message } lastErrorAt } } }';

function changed(model: string, data: Record<string, unknown> = {}, workspace = workspaceId) {
  const id = newId();
  return createEvent({
    type: 'data.record.updated',
    source: '/subgraphs/data',
    subject: `${model}/${id}`,
    workspaceId: workspace,
    actor: editor,
    data: { model, id, version: 2, changed: ['name'], before: { name: 'A' }, after: { name: 'B' }, ...data },
    clock,
  });
}

async function made(jobs: OpenJobs, input: Record<string, unknown>, as: Principal = admin): Promise<string> {
  const { data, messages } = await jobs.ask(as, create, {
    input: { name: newId(), job: 'anything', topic: 'data.record', ...input },
  });
  if (data?.createTrigger === undefined) throw new Error(messages.join());
  return data.createTrigger.id;
}

const runsOf = async (
  jobs: OpenJobs,
  id: string,
): Promise<{ id: string; input: Readonly<Record<string, unknown>>; startedBy: unknown }[]> =>
  (
    await jobs.ask(
      viewer,
      `{ runs(where: { origin: { eq: "trigger:${id}" } }, orderBy: { createdAt: ASC }) { nodes { id input startedBy { id } } } }`,
    )
  ).data.runs.nodes;

test('what was appended since a trigger was made starts its job, though nobody has followed the log yet; what lay there before does when it is replayed', async () => {
  await using jobs = await openJobs();
  const { relational, log: logger } = jobs;
  await using log = await openEventLog('embedded:', { relational, log: logger });
  await log.declareTopics(topicContracts());
  const [before, since] = [changed('Airport'), changed('Airport')];
  await log.append('data.record', [before]);
  await relational.query('UPDATE event_log.record SET timestamp_ms = timestamp_ms - 120000');
  const id = await made(jobs, {
    types: ['data.record.updated'],
    input: { record: { fromEvent: 'data.id' } },
  });
  await log.append('data.record', [since]);
  await jobs.projecting();
  const started = async () => (await runsOf(jobs, id)).map(({ input }) => input['record']);
  const idOf = (event: typeof since) => (event.data as { id: string }).id;
  await eventually(async () => expect(await started()).toEqual([idOf(since)]));
  const asked = await Promise.all(
    [0, 1, 2, 3].map((partition) => log.read({ topic: 'data.record', partition, fromOffset: 0, limit: 9 })),
  );
  await askRedelivery(log, { group: 'jobs-triggers', records: asked.flat(), clock });
  await eventually(async () => expect(await started()).toEqual([idOf(since), idOf(before)]));
});

test('an event that fits starts a job once, with an input made from it, however often the log hands it out', async () => {
  await using jobs = await openJobs();
  const log = await jobs.projecting({ twice: true });
  const id = await made(jobs, {
    types: ['data.record.updated'],
    subject: 'Airport/*',
    conditions: [{ path: 'data.changed', contains: 'name' }],
    input: { record: { fromEvent: 'data.id' }, of: 'name' },
    priority: 7,
  });
  // As a trigger might name it that was made under other rules.
  await jobs.relational.query(
    `UPDATE jobs.trigger SET request = jsonb_set(request, '{input,gone}', '{"fromEvent": "data.after.name"}')`,
  );
  const fits = changed('Airport');
  const others = [
    changed('Airport', { changed: ['city'] }),
    changed('Flight'),
    { ...changed('Airport'), type: 'data.record.created' },
    changed('Airport', {}, stranger.workspaceId),
  ];
  await log.append('data.record', [...others, fits]);
  await log.append('data.record', [changed('Airport'), changed('Marker')]);
  await eventually(async () => expect(await runsOf(jobs, id)).toHaveLength(2));
  // Events of two records are handled in any order.
  const { id: record } = fits.data as { id: string };
  const run = (await runsOf(jobs, id)).find(({ input }) => input['record'] === record);
  // Values of records are not an event's to tell: the run reads them with the rights it acts with.
  expect(run).toMatchObject({
    input: { record, of: 'name' },
    startedBy: { id: admin.id },
  });
  expect(run?.input).not.toHaveProperty('gone');
  const { nodes } = (await jobs.ask(viewer, shown)).data.triggers;
  expect(nodes).toMatchObject([{ id, fired: 2, lastError: null }]);
});

test('what an event cannot start is passed over and told at the trigger, and the next one starts', async () => {
  await using jobs = await openJobs();
  const log = await jobs.projecting();
  const id = await made(jobs, {
    job: 'greet',
    input: { name: { fromEvent: 'data.model' } },
    topic: 'data.record',
  });
  const wrong = await made(jobs, { job: 'greet', input: { name: { fromEvent: 'data.version' } } });
  await log.append('data.record', [changed('Airport')]);
  await eventually(async () => {
    const { nodes } = (await jobs.ask(viewer, shown)).data.triggers;
    const of = (trigger: string) => nodes.find((node: { id: string }) => node.id === trigger);
    expect(of(wrong)).toMatchObject({
      fired: 0,
      lastError: { code: 'BAD_USER_INPUT' },
      lastErrorAt: expect.any(String),
    });
    expect(of(id)).toMatchObject({ fired: 1, lastError: null });
  });
  await jobs.ask(admin, 'mutation { drainQueue(name: "default") { name } }');
  await log.append('data.record', [changed('Airport')]);
  await eventually(async () => {
    const { nodes } = (await jobs.ask(viewer, shown)).data.triggers;
    expect(nodes.map((node: { lastError: { code: string } }) => node.lastError.code)).toContain(
      'QUEUE_DRAINING',
    );
  });
  await jobs.ask(admin, 'mutation { resumeQueue(name: "default") { name } }');
  await log.append('data.record', [changed('Airport')]);
  await eventually(async () => expect(await runsOf(jobs, id)).toHaveLength(2));
});

test('a trigger whose runs set it off again ends after five in a row, with a code that says so', async () => {
  await using jobs = await openJobs();
  const log = await jobs.projecting();
  const id = await made(jobs, { topic: 'jobs.run', types: ['jobs.run.succeeded'] });
  await jobs.enqueue();
  // Works off whatever there is, and hands what it tells to the log, until the chain has ended.
  await eventually(
    async () => {
      const runs = await jobs.claim();
      await jobs.queue.succeed(runs.map(({ lease }) => ({ lease, output: null })));
      const events = (await jobs.takeEvents()).filter(({ type }) => type === 'jobs.run.succeeded');
      if (events.length > 0) await log.append('jobs.run', events);
      const { nodes } = (await jobs.ask(viewer, shown)).data.triggers;
      expect(nodes).toMatchObject([{ lastError: { code: 'TRIGGER_LOOP' } }]);
    },
    { timeoutMs: 30_000 },
  );
  expect(await runsOf(jobs, id)).toHaveLength(5);
});

test('what a run changes in the graph counts towards the runs it was begun by', async () => {
  await using jobs = await openJobs();
  const log = await jobs.projecting();
  const id = await made(jobs, { topic: 'files.file', input: { file: { fromEvent: 'data.id' } } });
  const runId = await jobs.enqueue();
  await jobs.relational.query('UPDATE jobs.run SET trigger_depth = 5 WHERE id = $1', [runId]);
  const data = { id: newId(), version: 1, before: null, after: { name: 'a.csv' }, changed: ['name'] };
  const event = { ...changed('File'), type: 'files.file.created', data };
  await log.append('files.file', [
    { ...event, runid: runId },
    { ...event, id: newId() },
  ]);
  await eventually(async () => {
    const { nodes } = (await jobs.ask(viewer, shown)).data.triggers;
    expect(nodes).toMatchObject([{ id, fired: 1, lastError: { code: 'TRIGGER_LOOP' } }]);
  });
});

test('a trigger whose maker lost the right to start jobs starts nothing until somebody takes it over', async () => {
  await using jobs = await openJobs();
  const log = await jobs.projecting();
  const maker = member('ADMIN');
  const id = await made(jobs, {}, maker);
  await takeRights(jobs.relational, maker, 'demoted');
  await log.append('data.record', [changed('Airport')]);
  await eventually(async () => {
    const { nodes } = (await jobs.ask(viewer, shown)).data.triggers;
    expect(nodes).toMatchObject([{ fired: 0, lastError: { code: 'FORBIDDEN' } }]);
  });
  await jobs.ask(admin, `mutation { updateTrigger(id: "${id}", input: { enabled: true }) { id } }`);
  await log.append('data.record', [changed('Airport')]);
  await eventually(async () =>
    expect(await runsOf(jobs, id)).toMatchObject([{ startedBy: { id: admin.id } }]),
  );
});

test('a trigger is changed, paused and removed, and each is told with who did it', async () => {
  await using jobs = await openJobs();
  const log = await jobs.projecting();
  const id = await made(jobs, { name: 'on airports' });
  const update = `mutation ($input: UpdateTriggerInput!) { updateTrigger(id: "${id}", input: $input) { enabled subject conditions { path eq } } }`;
  const paused = await jobs.ask(admin, update, {
    input: { enabled: false, subject: 'Airport/*', conditions: [{ path: 'data.model', eq: 'Airport' }] },
  });
  expect(paused.data.updateTrigger).toEqual({
    enabled: false,
    subject: 'Airport/*',
    conditions: [{ path: 'data.model', eq: 'Airport' }],
  });
  const other = await made(jobs, {});
  await log.append('data.record', [changed('Airport')]);
  await eventually(async () => expect(await runsOf(jobs, other)).toHaveLength(1));
  expect(await runsOf(jobs, id)).toEqual([]);
  const remove = `mutation { deleteTrigger(id: "${id}") }`;
  expect((await jobs.ask(stranger, remove)).data.deleteTrigger).toBe(false);
  expect((await jobs.ask(stranger, update, { input: {} })).codes).toEqual(['NOT_FOUND']);
  expect((await jobs.ask(admin, remove)).data.deleteTrigger).toBe(true);
  const told = (await jobs.takeEvents()).filter(({ subject }) => subject === `Trigger/${id}`);
  expect(told.map(({ type, actorid, data }) => [type, actorid, data])).toEqual(
    ['created', 'updated', 'deleted'].map((verb) => [
      `jobs.start.trigger_${verb}`,
      admin.id,
      { id, name: 'on airports', job: 'anything' },
    ]),
  );
});

const refused: readonly (readonly [Record<string, unknown>, string])[] = [
  [{ job: 'nothing' }, 'NOT_FOUND'],
  [{ topic: 'identity.session' }, 'BAD_USER_INPUT'],
  [{ topic: 'data.room' }, 'BAD_USER_INPUT'],
  [{ types: ['data.record.exploded'] }, 'BAD_USER_INPUT'],
  [{ types: [] }, 'BAD_USER_INPUT'],
  [{ conditions: [{ path: 'data.model' }] }, 'BAD_USER_INPUT'],
  [{ conditions: [{ path: 'data.model', eq: 'A', contains: 'B' }] }, 'BAD_USER_INPUT'],
  [{ conditions: [{ path: 'data..model', eq: 'A' }] }, 'BAD_USER_INPUT'],
  [{ conditions: [{ path: 'data.model', eq: { a: 1 } }] }, 'BAD_USER_INPUT'],
  [{ conditions: Array.from({ length: 11 }, () => ({ path: 'id', eq: 'x' })) }, 'BAD_USER_INPUT'],
  [{ job: 'greet', input: { name: 7 } }, 'BAD_USER_INPUT'],
  [{ input: { at: { fromEvent: '__proto__' }, b: { fromEvent: 'a b' } } }, 'BAD_USER_INPUT'],
  [{ name: ' ' }, 'BAD_USER_INPUT'],
];

test('a trigger that could never work is refused when it is made', async () => {
  await using jobs = await openJobs();
  for (const [input, code] of refused) {
    const asked = { name: 'x', job: 'anything', topic: 'data.record', ...input };
    expect([input, (await jobs.ask(admin, create, { input: asked })).codes]).toEqual([input, [code]]);
  }
});

test('only admins make triggers, keys need the scope of the topic besides, and names are taken once', async () => {
  await using jobs = await openJobs();
  const input = { name: 'mine', job: 'anything', topic: 'data.record' };
  expect((await jobs.ask(editor, create, { input })).codes).toEqual(['FORBIDDEN']);
  const key = member('ADMIN', { kind: 'apiKey', scopes: ['jobs:write'] });
  expect((await jobs.ask(key, create, { input })).codes).toEqual(['FORBIDDEN']);
  const reader = { ...key, scopes: ['jobs:write', 'data:read'] };
  expect((await jobs.ask(reader, create, { input })).codes).toEqual([]);
  expect((await jobs.ask(admin, create, { input })).codes).toEqual(['CONFLICT']);
  expect((await jobs.ask(stranger, '{ triggers { nodes { id } } }')).data.triggers.nodes).toEqual([]);
  const topics = (await jobs.ask(viewer, '{ triggerTopics { name fields } }')).data.triggerTopics;
  expect(topics).toContainEqual({ name: 'data.record', fields: ['model', 'id', 'version', 'changed'] });
});
