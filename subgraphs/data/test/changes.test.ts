import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeAirports, makeFlights } from './airports.ts';
import { anonymous, member, type OpenData, openData } from './open-data.ts';

let data: OpenData;
let workspaceId: string;
beforeAll(async () => {
  data = await openData();
});
beforeEach(async () => {
  workspaceId = newId();
  await data.takeEvents();
});
afterAll(() => data[Symbol.asyncDispose]());

const subscription = `subscription ($where: FlightWhere) { flightChanged(where: $where) {
  cursor kind id version changedFields flight { delayMinutes origin { iata } } previous { delayMinutes } } }`;

async function changedFlight(): Promise<Awaited<ReturnType<OpenData['takeEvents']>>> {
  const editor = member(workspaceId, 'EDITOR');
  await makeAirports(data, editor, [{ iata: 'DTW' }, { iata: 'LAS' }]);
  const [id] = await makeFlights(data, editor, [{ origin: 'DTW', destination: 'LAS', delayMinutes: 5 }]);
  await data.run(
    editor,
    `mutation ($id: ID!) { updateFlight(id: $id, input: { delayMinutes: 90 }) { id } }`,
    { id },
  );
  await data.run(editor, `mutation ($id: ID!) { deleteFlight(id: $id) { id } }`, { id });
  const events = await data.takeEvents();
  return events.filter(({ event }) => event.subject === `Flight/${id}`);
}

test('each change is told with its state before and after, and relations of that state resolve', async () => {
  const events = await changedFlight();
  const told = [];
  for (const { event } of events) {
    const answer = await data.run(anonymous(workspaceId), subscription, {}, { event, cursor: 'c1' });
    expect(answer.errors).toEqual([]);
    told.push(answer.data.flightChanged);
  }
  expect(told).toMatchObject([
    {
      cursor: 'c1',
      kind: 'CREATED',
      version: 1,
      flight: { delayMinutes: 5, origin: { iata: 'DTW' } },
      previous: null,
    },
    {
      kind: 'UPDATED',
      version: 2,
      changedFields: ['delayMinutes'],
      flight: { delayMinutes: 90 },
      previous: { delayMinutes: 5 },
    },
    { kind: 'DELETED', version: 3, flight: null, previous: { delayMinutes: 90 } },
  ]);
});

test('a change outside of where, of another workspace or of another model is not told', async () => {
  const [created, updated] = await changedFlight();
  if (created === undefined || updated === undefined) throw new Error('events are missing');
  const toldTo = async (
    as: Parameters<OpenData['run']>[0],
    where: object | null,
    event = updated.event,
  ): Promise<boolean> =>
    (await data.run(as, subscription, { where }, { event, cursor: 'c' })).data.flightChanged !== null;
  const reader = anonymous(workspaceId);
  expect(await toldTo(reader, { delayMinutes: { gt: 60 } })).toBe(true);
  expect(await toldTo(reader, { delayMinutes: { gt: 60 } }, created.event)).toBe(false);
  expect(await toldTo(reader, { not: { delayMinutes: { gt: 60 } } })).toBe(false);
  expect(await toldTo(anonymous(newId()), null)).toBe(false);
  expect(
    await toldTo(reader, null, {
      ...updated.event,
      data: { ...(updated.event.data as object), model: 'Airport' },
    }),
  ).toBe(false);
});

test('the opening call accepts a good where with null and refuses a bad one', async () => {
  expect(
    await data.run(anonymous(workspaceId), subscription, { where: { delayMinutes: { gt: 1 } } }),
  ).toMatchObject({ data: { flightChanged: null }, errors: [] });
  expect((await data.run(anonymous(workspaceId), subscription, { where: { delayMinutes: {} } })).code).toBe(
    'BAD_USER_INPUT',
  );
  expect(
    (await data.run(anonymous(workspaceId), subscription, { where: { origin: { eq: 'x' } } })).code,
  ).toBe('BAD_USER_INPUT');
});

test('who made a change is for members only', async () => {
  const [created] = await changedFlight();
  if (created === undefined) throw new Error('no event');
  const query = `subscription { flightChanged { id changedBy } }`;
  const stranger = await data.run(anonymous(workspaceId), query, {}, { event: created.event, cursor: 'c' });
  expect(stranger).toMatchObject({ data: { flightChanged: { changedBy: null } }, code: 'UNAUTHENTICATED' });
  const viewer = await data.run(
    member(workspaceId, 'VIEWER'),
    query,
    {},
    { event: created.event, cursor: 'c' },
  );
  expect(viewer.data.flightChanged.changedBy).toBe(created.event.actorid);
});
