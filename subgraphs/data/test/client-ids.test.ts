import { newId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { airportInput, makeAirports, makeFlights } from './airports.ts';
import { member, type OpenData, openData } from './open-data.ts';

let data: OpenData;
let editor: Principal;
let flightId: string | undefined;
beforeAll(async () => {
  data = await openData();
});
beforeEach(async () => {
  editor = member(newId(), 'EDITOR');
  flightId = await flightOf(editor);
  await data.takeEvents();
});
afterAll(() => data[Symbol.asyncDispose]());

async function flightOf(as: Principal): Promise<string | undefined> {
  await makeAirports(data, as, [{ iata: 'DTW' }]);
  return (await makeFlights(data, as, [{ origin: 'DTW', destination: 'DTW' }]))[0];
}

const createAirport = `mutation ($input: AirportInput!) { createAirport(input: $input) { id version } }`;
const createNote = `mutation ($input: FlightNoteInput!) { createFlightNote(input: $input) { id version } }`;
const createAirports = `mutation ($input: [AirportInput!]!) { made: createAirports(input: $input) { error { code details } } }`;
const createNotes = `mutation ($input: [FlightNoteInput!]!) { made: createFlightNotes(input: $input) { error { code details } } }`;

const airport = (id: unknown, iata = 'NEW') => ({ ...airportInput({ iata }), id });
const note = (id: unknown) => ({ flightId, id });

test('an item has the id its creator chose, of any version of UUID, or else one of its own', async () => {
  for (const id of ['0b4f8c9e-2d1a-4e5f-8a6b-7c8d9e0f1a2b', '01938f6e-6c20-8b11-8a40-0d9e5f7c3b21', null]) {
    const chosen = id === null ? expect.any(String) : id;
    const iata = `A${id}`;
    const made = await data.run(editor, createAirport, { input: airport(id, iata) });
    expect(made).toMatchObject({ data: { createAirport: { id: chosen, version: 1 } }, errors: [] });
    const noted = await data.run(editor, createNote, { input: note(id) });
    expect(noted).toMatchObject({ data: { createFlightNote: { id: chosen, version: 1 } }, errors: [] });
  }
});

test.each([
  '',
  'x',
  7,
  '0B4F8C9E-2D1A-4E5F-8A6B-7C8D9E0F1A2B',
  '00000000-0000-0000-0000-000000000000',
  "' OR 1=1",
])('the id %j is refused as bad input', async (id) => {
  for (const [mutation, input] of [
    [createAirport, airport(id)],
    [createNote, note(id)],
  ] as const) {
    const refused = await data.run(editor, mutation, { input });
    expect(refused.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'id' });
  }
  expect(await data.takeEvents()).toEqual([]);
});

test('an id that is taken is a conflict that names the id, and changes nothing', async () => {
  const id = newId();
  await data.run(editor, createAirport, { input: airport(id) });
  await data.run(editor, createNote, { input: note(id) });
  await data.takeEvents();
  for (const [mutation, input] of [
    [createAirport, airport(id, 'NEXT')],
    [createNote, note(id)],
  ] as const) {
    const refused = await data.run(editor, mutation, { input });
    expect(refused.errors[0]?.extensions).toMatchObject({ code: 'CONFLICT', fields: ['id'] });
  }
  expect(await data.takeEvents()).toEqual([]);
  const other = await data.run(editor, createAirport, { input: airport(newId()) });
  expect(other.errors[0]?.extensions).toMatchObject({ code: 'CONFLICT', fields: ['iata'] });
});

test('of many items with one id the first is made, and the conflicts of each say which field', async () => {
  const [taken, id] = [newId(), newId()];
  await data.run(editor, createAirport, { input: airport(taken) });
  await data.run(editor, createNote, { input: note(taken) });
  await data.takeEvents();
  const input = [airport(id, 'AAA'), airport(id, 'BBB'), airport(taken, 'CCC'), airport(newId())];
  const { made } = (await data.run(editor, createAirports, { input })).data;
  const fields = made.map(({ error }: { error: { details: unknown } | null }) => error?.details);
  const conflict = (field: string) => ({ model: 'Airport', fields: [field] });
  expect(fields).toEqual([undefined, conflict('id'), conflict('id'), conflict('iata')]);
  const notes = await data.run(editor, createNotes, { input: [note(id), note(id), note(taken)] });
  const codes = notes.data.made.map(({ error }: { error: { code: string } | null }) => error?.code);
  expect(codes).toEqual([undefined, 'CONFLICT', 'CONFLICT']);
  expect(await data.takeEvents()).toHaveLength(2);
});

test('an id in another workspace is neither in the way nor told of, and the texts under it stay apart', async () => {
  const id = newId();
  const stranger = member(newId(), 'EDITOR');
  const apply = `mutation ($id: ID!, $update: Base64!) { applyDocUpdate(noteId: $id, update: $update) { seq } }`;
  const text = `query ($id: ID!) { flightNote(id: $id) { flight { id } } noteDocument(noteId: $id) { seq state } }`;
  for (const as of [editor, stranger]) {
    const input = { id, flightId: as === editor ? flightId : await flightOf(as) };
    expect((await data.run(as, createNote, { input })).errors).toEqual([]);
    expect((await data.run(as, createAirport, { input: airport(id) })).errors).toEqual([]);
    const written = await data.run(as, apply, { id, update: updateSaying(as.id) });
    expect(written).toMatchObject({ data: { applyDocUpdate: { seq: 1 } }, errors: [] });
  }
  for (const as of [editor, stranger]) {
    const read = (await data.run(as, text, { id })).data;
    expect(read.noteDocument.seq).toBe(1);
    expect(textOf(read.noteDocument.state)).toBe(as.id);
  }
  const removed = await data.run(stranger, `mutation ($id: ID!) { deleteFlightNote(id: $id) { id } }`, {
    id,
  });
  expect(removed.errors).toEqual([]);
  expect(textOf((await data.run(editor, text, { id })).data.noteDocument.state)).toBe(editor.id);
});

function updateSaying(text: string): string {
  const document = new Y.Doc();
  document.getText('text').insert(0, text);
  return Buffer.from(Y.encodeStateAsUpdate(document)).toString('base64');
}

function textOf(state: string): string {
  const document = new Y.Doc();
  Y.applyUpdate(document, Buffer.from(state, 'base64'));
  return document.getText('text').toJSON();
}
