import { largestChangeBytes } from '@tributary/engines/event-log';
import { newId } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { makeAirports, makeFlights } from './airports.ts';
import { member, openData } from './open-data.ts';

/** JSON of `count` times 90 kB. */
const large = (letter: string, count: number): string[] => Array(count).fill(letter.repeat(90_000));

test('a document of the largest size changes into another, and is deleted; each has its event', async () => {
  await using data = await openData();
  const editor = member(newId(), 'EDITOR');
  await makeAirports(data, editor, [{ iata: 'FFF' }]);
  const [flightId] = await makeFlights(data, editor, [{ origin: 'FFF', destination: 'FFF' }]);
  await data.takeEvents();
  const create = `mutation ($input: FlightNoteInput!) { createFlightNote(input: $input) { id } }`;
  const made = await data.run(editor, create, { input: { flightId, body: large('x', 11) } });
  const { id } = made.data.createFlightNote;
  const update = `mutation ($id: ID!, $body: JSON) { updateFlightNote(id: $id, input: { body: $body }) { version } }`;
  expect((await data.run(editor, update, { id, body: large('y', 11) })).errors).toEqual([]);
  const remove = `mutation ($id: ID!) { deleteFlightNote(id: $id) { id } }`;
  expect((await data.run(editor, remove, { id })).errors).toEqual([]);
  const events = (await data.takeEvents()).filter(({ topic }) => topic === 'data.document');
  expect(events.map(({ event }) => [event.type, JSON.stringify(event).length > 990_000])).toEqual([
    ['data.document.created', true],
    ['data.document.updated', true],
    ['data.document.deleted', true],
  ]);
});

test('a record whose change no log could tell of is refused: made, among others, and changed; it stays as it was', async () => {
  await using data = await openData([
    `type Plan @model @access(read: [VIEWER], write: [EDITOR]) { name: String! @unique  a: JSON  b: JSON  c: JSON }`,
  ]);
  const editor = member(newId(), 'EDITOR');
  const create = `mutation ($input: [PlanInput!]!) { createPlans(input: $input) { plan { id } error { code details } } }`;
  const part = large('x', 10);
  const input = [{ name: 'small' }, { name: 'large', a: part, b: part, c: part }, { name: 'half', a: part }];
  const { data: answer } = await data.run(editor, create, { input });
  const limits = expect.objectContaining({ limitBytes: largestChangeBytes });
  expect(answer.createPlans).toEqual([
    { plan: { id: expect.any(String) }, error: null },
    { plan: null, error: { code: 'PAYLOAD_TOO_LARGE', details: limits } },
    { plan: { id: expect.any(String) }, error: null },
  ]);
  const { id } = answer.createPlans[2].plan;
  const update = `mutation ($id: ID!, $b: JSON) { updatePlan(id: $id, input: { b: $b }) { version } }`;
  expect((await data.run(editor, update, { id, b: part })).code).toBe('PAYLOAD_TOO_LARGE');
  const read = `query ($id: ID!) { plan(id: $id) { version b } }`;
  expect((await data.run(editor, read, { id })).data.plan).toEqual({ version: 1, b: null });
  expect((await data.takeEvents()).map(({ event }) => event.subject)).toEqual([
    `Plan/${answer.createPlans[0].plan.id}`,
    `Plan/${id}`,
  ]);
});
