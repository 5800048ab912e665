import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { airportInput, makeAirports, makeFlights } from './airports.ts';
import { member, type OpenData, openData } from './open-data.ts';

let data: OpenData;
let workspaceId: string;
beforeAll(async () => {
  data = await openData();
});
beforeEach(() => {
  workspaceId = newId();
});
afterAll(() => data[Symbol.asyncDispose]());

const createAirports = `mutation ($input: [AirportInput!]!) { createAirports(input: $input) { airport { iata } error { code message details } } }`;

test('good items are made though others fail, and each answer stands at the place of its input', async () => {
  const editor = member(workspaceId, 'EDITOR');
  await makeAirports(data, editor, [{ iata: 'OLD' }]);
  await data.takeEvents();
  const iatas = ['AAA', 'OLD', 'BBB', 'BBB', '', 'x'.repeat(600), 'CCC'];
  const { data: answer, errors } = await data.run(editor, createAirports, {
    input: iatas.map((iata) => airportInput({ iata })),
  });
  expect(errors).toEqual([]);
  const results = answer.createAirports as readonly {
    airport: { iata: string } | null;
    error: { code: string } | null;
  }[];
  expect(results.map(({ airport, error }) => airport?.iata ?? error?.code)).toEqual([
    'AAA',
    'CONFLICT',
    'BBB',
    'CONFLICT',
    'BAD_USER_INPUT',
    'BAD_USER_INPUT',
    'CCC',
  ]);
  const events = await data.takeEvents();
  expect(events.map(({ event }) => (event.data as { after: { iata: string } }).after.iata)).toEqual([
    'AAA',
    'BBB',
    'CCC',
  ]);
});

test('none and more than a thousand are refused', async () => {
  const editor = member(workspaceId, 'EDITOR');
  expect((await data.run(editor, createAirports, { input: [] })).code).toBe('BAD_USER_INPUT');
  const many = Array.from({ length: 1_001 }, (_, index) => airportInput({ iata: `A0${index}` }));
  expect((await data.run(editor, createAirports, { input: many })).code).toBe('BAD_USER_INPUT');
});

test('a thousand flights between airports named by code take one lookup, and one statement that inserts them and tells of them', async () => {
  const editor = member(workspaceId, 'EDITOR');
  await makeAirports(data, editor, [{ iata: 'DTW' }, { iata: 'LAS' }]);
  await data.takeEvents();
  const input = Array.from({ length: 1_000 }, (_, index) => ({
    flightKey: `F${index}`,
    origin: { iata: index % 2 === 0 ? 'DTW' : 'LAS' },
    destination: { iata: index === 500 ? 'NOWHERE' : 'DTW' },
    scheduledAt: '2001-01-01T00:47:00-05:00',
    delayMinutes: index,
    distanceMiles: 1,
  }));
  const mutation = `mutation ($input: [FlightInput!]!) { createFlights(input: $input) { flight { scheduledAt } error { code } } }`;
  const statements = await data.statementsOf(async () => {
    const { data: answer, errors } = await data.run(editor, mutation, { input });
    expect(errors).toEqual([]);
    expect(answer.createFlights[500].error.code).toBe('NOT_FOUND');
    expect(answer.createFlights[0].flight.scheduledAt).toBe('2001-01-01T05:47:00.000Z');
  });
  expect(statements).toHaveLength(2);
  expect(await data.takeEvents()).toHaveLength(999);
});

test('a failing outbox leaves no row behind', async () => {
  const editor = member(workspaceId, 'EDITOR');
  await data.relational.query('ALTER TABLE outbox.event RENAME TO event_away');
  const failed = await data.run(editor, createAirports, { input: [airportInput({ iata: 'ZZZ' })] });
  await data.relational.query('ALTER TABLE outbox.event_away RENAME TO event');
  expect(failed.code).toBe('INTERNAL');
  expect((await data.run(editor, `{ airport(iata: "ZZZ") { id } }`)).data.airport).toBeNull();
});

test('a document that cannot be stored is refused at its place, and the others are made', async () => {
  const editor = member(workspaceId, 'EDITOR');
  await makeAirports(data, editor, [{ iata: 'FFF' }]);
  const [flightId] = await makeFlights(data, editor, [{ origin: 'FFF', destination: 'FFF' }]);
  const large = Array(12).fill('x'.repeat(90_000));
  const input = [{ a: 1 }, large, { b: 2 }].map((body) => ({ flightId, body }));
  const mutation = `mutation ($input: [FlightNoteInput!]!) { createFlightNotes(input: $input) { flightNote { body } error { code } } }`;
  const { data: answer, errors } = await data.run(editor, mutation, { input });
  expect(errors).toEqual([]);
  expect(answer.createFlightNotes).toEqual([
    { flightNote: { body: { a: 1 } }, error: null },
    { flightNote: null, error: { code: 'PAYLOAD_TOO_LARGE' } },
    { flightNote: { body: { b: 2 } }, error: null },
  ]);
});

test('the event of a creation says what any event says, and holds the item to the letter', async () => {
  const editor = member(workspaceId, 'EDITOR');
  const name = "O\"Hare \\ \u2028 \n 😀 $1 'x'";
  await data.takeEvents();
  const answer = await data.run(editor, createAirports, {
    input: [{ ...airportInput({ iata: 'ORD' }), name, city: null }],
  });
  expect(answer.errors).toEqual([]);
  const created = await onlyEvent();
  const item = created.data as { readonly id: string; readonly after: Record<string, unknown> };
  const update = 'mutation ($id: ID!) { updateAirport(id: $id, input: { city: "Chicago" }) { id } }';
  await data.run(editor, update, { id: item.id });
  const updated = await onlyEvent();
  const { before: after } = updated.data as { readonly before: unknown };
  const changed = ['iata', 'name', 'country', 'latitude', 'longitude'];
  expect(created).toEqual({
    ...updated,
    id: expect.stringMatching(/^[0-9a-f-]{14}7/),
    time: expect.stringMatching(/Z$/),
    type: 'data.record.created',
    data: { model: 'Airport', id: item.id, version: 1, before: null, after, changed },
  });
  expect(item.after['name']).toBe(name);
  expect(Object.keys(created)).toEqual(Object.keys(updated));
});

async function onlyEvent() {
  const [first, ...others] = await data.takeEvents();
  if (first === undefined || others.length > 0) throw new Error('one event is expected');
  return first.event;
}
