import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { removeOldEvents } from '../src/event-removal.ts';
import {
  type Answer,
  anonymous,
  apiKey,
  member,
  type OpenAnalytics,
  openAnalytics,
  startMs,
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

const mutation = `mutation ($events: [TrackEvent!]!) { track(events: $events) { id status error { code message field } } }`;

const track = (events: readonly object[], as = member(workspaceId, 'EDITOR')): Promise<Answer> =>
  analytics.run(as, mutation, { events });

const viewed = (more: object = {}): object => ({ name: 'page.viewed', properties: { path: '/' }, ...more });

const stored = async (): Promise<number> => {
  const { rows } = await analytics.relational.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM analytics.event WHERE workspace_id = $1',
    [workspaceId],
  );
  return rows[0]?.n ?? 0;
};

test('a tracked event is stored and goes to the log with the time it happened', async () => {
  const time = new Date(startMs - 60_000).toISOString();
  const { data } = await track([
    viewed({ subject: 'visit-1', time, properties: { path: '/a', loadMs: 120 } }),
  ]);
  expect(data.track).toEqual([{ id: expect.any(String), status: 'ACCEPTED', error: null }]);
  const [sent] = await analytics.takeEvents();
  expect(sent).toMatchObject({
    topic: 'analytics.event',
    event: {
      id: data.track[0].id,
      type: 'analytics.event.tracked',
      subject: 'Subject/visit-1',
      time,
      workspaceid: workspaceId,
      data: {
        name: 'page.viewed',
        subject: 'visit-1',
        properties: { path: '/a', referrer: null, loadMs: 120 },
      },
    },
  });
  expect(await stored()).toBe(1);
});

test('an event sent again under its id counts once, in another call and in the same list', async () => {
  const first = await track([
    viewed({ id: 'order-7' }),
    viewed({ id: 'order-7' }),
    viewed({ id: 'order-8' }),
  ]);
  const again = await track([viewed({ id: 'order-7' })]);
  expect(first.data.track.map(({ status }: { status: string }) => status)).toEqual([
    'ACCEPTED',
    'DUPLICATE',
    'ACCEPTED',
  ]);
  expect(again.data.track).toEqual([{ id: first.data.track[0].id, status: 'DUPLICATE', error: null }]);
  expect(await stored()).toBe(2);
  expect(await analytics.takeEvents()).toHaveLength(2);
});

test('an id of one workspace is not in the way of another', async () => {
  const mine = await track([viewed({ id: 'order-7' })]);
  const theirs = await track([viewed({ id: 'order-7' })], member(newId(), 'EDITOR'));
  expect(theirs.data.track[0].status).toBe('ACCEPTED');
  expect(theirs.data.track[0].id).not.toBe(mine.data.track[0].id);
});

test('each event is refused by itself, with the field that is wrong, and the others are taken', async () => {
  const at = (ms: number): string => new Date(startMs + ms).toISOString();
  const { data } = await track([
    viewed(),
    { name: 'page.vieved', properties: {} },
    viewed({ properties: {} }),
    viewed({ properties: { path: '/', colour: 'red' } }),
    viewed({ properties: { path: '/', loadMs: 1.5 } }),
    viewed({ properties: { path: 7 } }),
    viewed({ properties: [] }),
    viewed({ time: at(6 * 60_000) }),
    viewed({ time: at(-31 * 86_400_000) }),
    viewed({ subject: '' }),
    viewed({ id: 'x'.repeat(101) }),
    viewed({ subject: 'last' }),
  ]);
  const fields = data.track.map(({ error }: { error: { field: string } | null }) => error?.field ?? null);
  expect(fields).toEqual([
    null,
    'name',
    'properties.path',
    'properties.colour',
    'properties.loadMs',
    'properties.path',
    'properties',
    'time',
    'time',
    'subject',
    'id',
    null,
  ]);
  expect(await stored()).toBe(2);
});

test('a time that is none, properties that are no JSON of ours and texts that cannot be stored are refused with their event alone', async () => {
  const { data, code } = await track([
    viewed(),
    viewed({ time: 'yesterday' }),
    viewed({ time: '2026-02-30T00:00:00Z' }),
    viewed({ time: 1_760_000_000 }),
    viewed({ properties: 'path' }),
    viewed({ properties: { path: '/', 'a.b': 1 } }),
    viewed({ properties: { path: '\0' } }),
    viewed({ properties: { path: '/', '\ud800': 1 } }),
    viewed({ subject: '\0' }),
    viewed({ id: '\ud800' }),
    viewed({ name: 'page\0' }),
    viewed({ subject: 'last' }),
  ]);
  expect(code).toBeUndefined();
  const told = data.track.map((each: { status: string; error: { code: string; field: string } | null }) => [
    each.status,
    each.error?.code,
    each.error?.field,
  ]);
  const refused = (field: string): readonly string[] => ['REFUSED', 'BAD_USER_INPUT', field];
  const accepted = ['ACCEPTED', undefined, undefined];
  expect(told).toEqual([
    accepted,
    refused('time'),
    refused('time'),
    refused('time'),
    refused('properties'),
    refused('properties.a.b'),
    refused('properties.path'),
    refused('properties'),
    refused('subject'),
    refused('id'),
    refused('name'),
    accepted,
  ]);
  expect(data.track[1].error.message).toMatch(/RFC 3339/);
  expect([await stored(), (await analytics.takeEvents()).length]).toEqual([2, 2]);
});

test('a text that is none refuses the call, and so does a time that is written into the operation', async () => {
  expect((await track([viewed(), viewed({ subject: 7 })])).code).toBe('BAD_USER_INPUT');
  const written = mutation
    .replace('($events: [TrackEvent!]!)', '')
    .replace('$events', '[{ name: "page.viewed", time: "yesterday", properties: { path: "/" } }]');
  expect((await analytics.run(member(workspaceId, 'EDITOR'), written)).code).toBe('BAD_USER_INPUT');
  expect(await stored()).toBe(0);
});

test('what is only checked is neither stored nor told, and is judged as what is tracked', async () => {
  const checked = (events: readonly object[]) =>
    analytics.run(
      member(workspaceId, 'EDITOR'),
      mutation.replace('events: $events', 'events: $events, checkOnly: true'),
      {
        events,
      },
    );
  const { data } = await checked([viewed({ id: 'a' }), viewed({ properties: {} })]);
  expect(data.track).toMatchObject([
    { id: null, status: 'ACCEPTED' },
    { id: null, status: 'REFUSED', error: { field: 'properties.path' } },
  ]);
  expect([await stored(), await analytics.takeEvents()]).toEqual([0, []]);
  expect((await track([viewed({ id: 'a' })])).data.track).toMatchObject([{ status: 'ACCEPTED' }]);
});

test('a clock that runs ahead by minutes counts as now', async () => {
  await track([viewed({ time: new Date(startMs + 60_000).toISOString() })]);
  const [sent] = await analytics.takeEvents();
  expect(sent?.event.time).toBe(new Date(startMs).toISOString());
});

test('none and more than 1,000 events are refused as a whole; 1,000 are taken', async () => {
  expect((await track([])).code).toBe('BAD_USER_INPUT');
  expect((await track(Array.from({ length: 1_001 }, () => viewed()))).code).toBe('BAD_USER_INPUT');
  const { data } = await track(Array.from({ length: 1_000 }, () => viewed()));
  expect(new Set(data.track.map(({ id }: { id: string }) => id)).size).toBe(1_000);
  expect(await stored()).toBe(1_000);
});

test('tracking is for editors and for keys with its scope', async () => {
  expect((await track([viewed()], anonymous(workspaceId))).code).toBe('UNAUTHENTICATED');
  expect((await track([viewed()], member(workspaceId, 'VIEWER'))).code).toBe('FORBIDDEN');
  expect((await track([viewed()], apiKey(workspaceId, 'EDITOR', ['data:write']))).code).toBe('FORBIDDEN');
  expect((await track([viewed()], apiKey(workspaceId, 'EDITOR', ['analytics:write']))).code).toBeUndefined();
});

test('the kinds of events are listed with their properties', async () => {
  const query = '{ trackedEvents { name description properties { name type required } } }';
  const { data } = await analytics.run(member(workspaceId, 'VIEWER'), query);
  expect(data.trackedEvents).toContainEqual({
    name: 'page.viewed',
    description: 'Somebody opened a page of an application.',
    properties: [
      { name: 'path', type: 'String', required: true },
      { name: 'referrer', type: 'String', required: false },
      { name: 'loadMs', type: 'Int', required: false },
    ],
  });
});

test('events go after 400 days', async () => {
  await track([viewed(), viewed()]);
  expect(await removeOldEvents(analytics)).toBe(0);
  const later = { ...analytics, clock: { now: () => startMs + 401 * 86_400_000, monotonicMs: () => 0 } };
  await removeOldEvents(later);
  expect(await stored()).toBe(0);
});

test('faults of the declarations are told together', async () => {
  const tracking = [
    { name: 'a.graphql', text: 'type A @event(name: "a") { x: String, y: [Int!] }' },
    { name: 'b.graphql', text: 'type B { x: Other }' },
    { name: 'c.graphql', text: 'type C {' },
  ];
  await expect(openAnalytics({ tracking })).rejects.toMatchObject({
    code: 'MODEL_INVALID',
    details: {
      faults: [
        expect.stringContaining('c.graphql, line 1'),
        expect.stringContaining('A (a.graphql, line 1): needs @event'),
        expect.stringContaining('A.y (a.graphql, line 1): a property is'),
        expect.stringContaining('B (b.graphql, line 1): needs @event'),
        expect.stringContaining('B.x (b.graphql, line 1): a property is'),
      ],
    },
  });
});
