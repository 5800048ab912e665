import { askRedelivery } from '@tributary/engines/event-log/redelivery';
import { newId, systemClock } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admin, viewer } from './open-jobs.ts';
import { type OpenTriggers, openTriggers, recordChange } from './open-triggers.ts';

const update =
  'mutation ($id: ID!, $input: UpdateTriggerInput!) { updateTrigger(id: $id, input: $input) { enabled runsPerMinute } }';

let open: OpenTriggers;
beforeAll(async () => {
  open = await openTriggers();
});
afterAll(() => open[Symbol.asyncDispose]());

const ofRecords = [
  ...['id', 'type', 'time', 'subject', 'actor.kind', 'actor.id'],
  ...['data.model', 'data.id', 'data.version', 'data.changed'],
];
const deadEnds = [
  [{ conditions: [{ path: 'model', eq: 'Airport' }] }, 'model', ofRecords],
  [{ conditions: [{ path: 'data.after.name', eq: 'x' }] }, 'data.after', ofRecords.slice(6)],
  [{ input: { a: [{ fromEvent: 'event.id' }] } }, 'event', ofRecords],
  [{ input: { fromEvent: 'actor.name' } }, 'actor.name', ['actor.kind', 'actor.id']],
  [{ input: { fromEvent: 'data.id.first' } }, 'data.id.first', []],
  [{ input: { fromEvent: 'data.changed.first' } }, 'data.changed.first', []],
  [
    { topic: 'jobs.run', conditions: [{ path: 'data.after.status', eq: 'x' }] },
    'data.after.status',
    'data.after.state',
  ],
  [
    { topic: 'files.file', types: ['files.file.created'], input: { fromEvent: 'data.before.name' } },
    'data.before.name',
    [],
  ],
] as const;

test.each(deadEnds)(
  'a trigger with %j is refused when it is made, with the place and what there is instead',
  async (input, at, has) => {
    const { codes, messages, details } = await open.make(input);
    expect(codes).toEqual(['BAD_USER_INPUT']);
    expect(messages[0]).toContain(` shows ${at};`);
    const { known } = details[0] ?? {};
    if (typeof has === 'string') expect(known).toContain(has);
    else expect(known).toEqual(has);
  },
);

test.each([
  { topic: 'jobs.run', input: { of: { fromEvent: 'data.after.id' } } },
  { topic: 'files.file', conditions: [{ path: 'data.after.metadata.any.name', eq: 'open' }] },
  { topic: 'files.file', input: { fromEvent: 'data.before.name' } },
  { input: { first: { fromEvent: 'data.changed.0' } } },
])('a trigger with %j is taken, because an event of its types may have something there', async (input) => {
  expect((await open.make(input)).codes).toEqual([]);
});

test('a change is checked as a new trigger is, and one that was made under other rules can still be stopped', async () => {
  const { id } = (await open.make({})).data.createTrigger;
  for (const input of [
    { conditions: [{ path: 'x.y', eq: 1 }] },
    { input: { fromEvent: 'x.y' } },
    { runsPerMinute: 0 },
  ])
    expect((await open.jobs.ask(admin, update, { id, input })).codes).toEqual(['BAD_USER_INPUT']);
  await open.jobs.relational.query(
    `UPDATE jobs.trigger SET conditions = '[{"path":"x.y","eq":1}]', request = jsonb_set(request, '{input}', '{"fromEvent":"x.y"}') WHERE id = $1`,
    [id],
  );
  const { data } = await open.jobs.ask(admin, update, { id, input: { enabled: false, runsPerMinute: 7 } });
  expect(data.updateTrigger).toEqual({ enabled: false, runsPerMinute: 7 });
});

test('a trigger starts no more runs in a minute than it may; the events beyond are counted and told, the next minute starts more, and a replay those beyond', async () => {
  const { id } = (await open.make({ subject: 'Busy/*', runsPerMinute: 3 })).data.createTrigger;
  const shown = async () => {
    const { data } = await open.jobs.ask(
      viewer,
      `{ triggers(first: 100) { nodes { id fired passedOver lastError { code message } } }
         runs(where: { origin: { eq: "trigger:${id}" } }) { nodes { id } } }`,
    );
    return {
      ...data.triggers.nodes.find((trigger: { id: string }) => trigger.id === id),
      runs: data.runs.nodes.length,
    };
  };
  const subject = `Busy/${newId()}`;
  // One entity's events are in one partition, and these in one batch of it: no minute ends between them.
  const events = Array.from({ length: 5 }, () => recordChange(subject));
  await open.log.append('data.record', events);
  await eventually(async () =>
    expect(await shown()).toMatchObject({
      fired: 3,
      passedOver: 2,
      runs: 3,
      lastError: {
        code: 'RATE_LIMITED',
        message: '2 events at once came after the 3 runs that it may start in a minute.',
      },
    }),
  );
  await open.jobs.relational.query(
    `UPDATE jobs.trigger SET minute_at = minute_at - interval '1 minute' WHERE id = $1`,
    [id],
  );
  await open.log.append('data.record', [recordChange(subject)]);
  await eventually(async () => expect(await shown()).toMatchObject({ fired: 4, passedOver: 2, runs: 4 }));
  const place = { topic: 'data.record', partition: 0, timestampMs: 0 };
  const records = events.map((event, offset) => ({ ...place, offset, event }));
  await askRedelivery(open.log, { group: 'jobs-triggers', records, clock: systemClock });
  await eventually(async () => expect(await shown()).toMatchObject({ fired: 6, passedOver: 2, runs: 6 }));
});

test('copies of one event in one batch start one run', async () => {
  const { id } = (await open.make({ subject: 'Told/*', runsPerMinute: 5 })).data.createTrigger;
  const subject = `Told/${newId()}`;
  const [event, last] = [recordChange(subject), recordChange(subject)];
  const place = { topic: 'data.record', partition: 0, timestampMs: 0 };
  // As a relay that was killed before it forgot leaves them in a log that knows no ids. One append is one batch.
  const records = [event, event, last].map((each, offset) => ({ ...place, offset, event: each }));
  await askRedelivery(open.log, { group: 'jobs-triggers', records, clock: systemClock });
  await eventually(async () => {
    const { data } = await open.jobs.ask(
      viewer,
      `{ triggers(first: 100) { nodes { id fired passedOver } }
         runs(where: { origin: { eq: "trigger:${id}" } }) { nodes { id } } }`,
    );
    const trigger = data.triggers.nodes.find((each: { id: string }) => each.id === id);
    expect({ ...trigger, runs: data.runs.nodes.length }).toEqual({ id, fired: 2, passedOver: 0, runs: 2 });
  });
});
