import { newId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { airportInput, makeAirports, makeFlights } from './airports.ts';
import { anonymous, apiKey, member, type OpenData, openData } from './open-data.ts';

let data: OpenData;
let workspaceId: string;
let ids: Record<string, string>;
let flightId: string | undefined;
beforeAll(async () => {
  data = await openData();
});
beforeEach(async () => {
  workspaceId = newId();
  const editor = member(workspaceId, 'EDITOR');
  ids = await makeAirports(data, editor, [{ iata: 'DTW' }, { iata: 'LAS' }]);
  [flightId] = await makeFlights(data, editor, [{ origin: 'DTW', destination: 'LAS' }]);
});
afterAll(() => data[Symbol.asyncDispose]());

const createNote = `mutation ($id: ID!) { createFlightNote(input: { flightId: $id, title: "T", body: { a: 1 } }) { id version } }`;
const updateNote = `mutation ($id: ID!) { updateFlightNote(id: $id, input: { title: "U" }) { title } }`;
const deleteNote = `mutation ($id: ID!) { deleteFlightNote(id: $id) { id } }`;

async function writeCodes(as: Principal): Promise<readonly unknown[]> {
  const id = ids['DTW'];
  return [
    (
      await data.run(as, `mutation ($i: AirportInput!) { createAirport(input: $i) { id } }`, {
        i: airportInput({ iata: 'NEW' }),
      })
    ).code,
    (
      await data.run(as, `mutation ($i: [AirportInput!]!) { createAirports(input: $i) { error { code } } }`, {
        i: [airportInput({ iata: 'NEW2' })],
      })
    ).code,
    (
      await data.run(as, `mutation ($id: ID!) { updateAirport(id: $id, input: { name: "N" }) { id } }`, {
        id,
      })
    ).code,
    (await data.run(as, `mutation ($id: ID!) { deleteFlight(id: $id) { id } }`, { id: flightId })).code,
  ];
}

test('nobody writes airports and flights but editors and stronger', async () => {
  expect(await writeCodes(anonymous(workspaceId))).toEqual(Array(4).fill('UNAUTHENTICATED'));
  expect(await writeCodes(member(workspaceId, 'VIEWER'))).toEqual(Array(4).fill('FORBIDDEN'));
  expect(await writeCodes(apiKey(workspaceId, 'EDITOR', ['data:read']))).toEqual(Array(4).fill('FORBIDDEN'));
  expect(await writeCodes(apiKey(workspaceId, 'EDITOR', ['data:read', 'data:write']))).toEqual(
    Array(4).fill(undefined),
  );
});

test('a key that may write and not read makes items, and sees none that it has not sent', async () => {
  const key = apiKey(workspaceId, 'EDITOR', ['data:write']);
  expect(await writeCodes(key)).toEqual([undefined, undefined, 'FORBIDDEN', 'FORBIDDEN']);
  const create = `mutation ($i: [AirportInput!]!) { createAirports(input: $i) { airport { iata name } error { code } } }`;
  const made = await data.run(key, create, { i: [airportInput({ iata: 'NEW3' })] });
  expect(made).toMatchObject({ errors: [], data: { createAirports: [{ airport: { iata: 'NEW3' } }] } });
  const idle = `mutation ($id: ID!) { updateAirport(id: $id, input: {}) { iata name latitude } }`;
  expect(await data.run(key, idle, { id: ids['DTW'] })).toMatchObject({
    code: 'FORBIDDEN',
    data: { updateAirport: null },
  });
  const flights = `mutation ($i: AirportInput!) { createAirport(input: $i) { iata departures { nodes { id } } } }`;
  expect((await data.run(key, flights, { i: airportInput({ iata: 'NEW4' }) })).code).toBe('FORBIDDEN');
});

test('everybody reads airports and flights; a key only with its scope', async () => {
  const query = `{ airports { nodes { iata departures { nodes { destination { iata } } } } } }`;
  for (const as of [
    anonymous(workspaceId),
    member(workspaceId, 'VIEWER'),
    apiKey(workspaceId, 'VIEWER', ['data:read']),
  ]) {
    expect((await data.run(as, query)).errors).toEqual([]);
  }
  expect((await data.run(apiKey(workspaceId, 'OWNER', ['files:read']), query)).code).toBe('FORBIDDEN');
});

test('notes are for members by every way that leads to them', async () => {
  const viewer = member(workspaceId, 'VIEWER');
  const note = (await data.run(viewer, createNote, { id: flightId })).data.createFlightNote;
  const ways: [string, Record<string, unknown>][] = [
    [`query ($id: ID!) { flightNote(id: $id) { id } }`, { id: note.id }],
    [`{ flightNotes { nodes { id } } }`, {}],
    [`{ flightNotes { edges { node { id } } } }`, {}],
    [`{ flights { nodes { notes { nodes { id } } } } }`, {}],
    [
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on FlightNote { id } } }`,
      { r: [{ __typename: 'FlightNote', id: note.id }] },
    ],
    [`subscription { flightNoteChanged { id } }`, {}],
  ];
  for (const [query, variables] of ways) {
    expect((await data.run(anonymous(workspaceId), query, variables)).code, query).toBe('UNAUTHENTICATED');
    expect((await data.run(viewer, query, variables)).errors, query).toEqual([]);
  }
});

test('a note is changed by whoever made it and by editors, and by no other viewer', async () => {
  const author = member(workspaceId, 'VIEWER');
  const { id } = (await data.run(author, createNote, { id: flightId })).data.createFlightNote;
  const other = member(workspaceId, 'VIEWER');
  expect((await data.run(other, updateNote, { id })).code).toBe('FORBIDDEN');
  expect((await data.run(other, deleteNote, { id })).code).toBe('FORBIDDEN');
  expect((await data.run(author, updateNote, { id })).data.updateFlightNote).toEqual({ title: 'U' });
  expect((await data.run(member(workspaceId, 'EDITOR'), deleteNote, { id })).errors).toEqual([]);
});

test('a refusal for the sake of a row is told to the audit log like any other', async () => {
  const author = member(workspaceId, 'VIEWER');
  const { id } = (await data.run(author, createNote, { id: flightId })).data.createFlightNote;
  const other = member(workspaceId, 'VIEWER');
  const applyUpdate = `mutation ($id: ID!) { applyDocUpdate(noteId: $id, update: "AAA=") { seq } }`;
  for (const query of [updateNote, deleteNote, applyUpdate])
    expect((await data.run(other, query, { id })).code).toBe('FORBIDDEN');
  const told = (coordinate: string) => ({
    coordinate,
    code: 'FORBIDDEN',
    principalKind: 'user',
    principalId: other.id,
  });
  const refusals = (await data.refusals()).filter(
    (refusal) => (refusal as { principalId: string }).principalId === other.id,
  );
  expect(refusals).toEqual([
    told('Mutation.updateFlightNote'),
    told('Mutation.deleteFlightNote'),
    told('Mutation.applyDocUpdate'),
  ]);
});

test('where rows are for those who made them, others see none by any way', async () => {
  const diary = `type Diary @model(plural: "diaries") @access(read: [OWNER_OF_ROW, ADMIN], write: [OWNER_OF_ROW]) { text: String! @unique  parent: Diary  children: [Diary!]! @relation(field: "parent") }`;
  await using own = await openData([diary]);
  const author = member(workspaceId, 'VIEWER');
  const { id } = (await own.run(author, `mutation { createDiary(input: { text: "mine" }) { id } }`)).data
    .createDiary;
  await own.run(
    author,
    `mutation ($id: ID!) { createDiary(input: { text: "child", parentId: $id }) { id } }`,
    { id },
  );
  const look = `query ($id: ID!) { diary(id: $id) { text children { totalCount nodes { text } } } byText: diary(text: "mine") { id } diaries { totalCount nodes { text parent { text } } } }`;
  const seen = {
    diary: { text: 'mine', children: { totalCount: 1, nodes: [{ text: 'child' }] } },
    byText: { id },
  };
  expect((await own.run(author, look, { id })).data).toMatchObject({ ...seen, diaries: { totalCount: 2 } });
  expect((await own.run(member(workspaceId, 'ADMIN'), look, { id })).data).toMatchObject(seen);
  const stranger = member(workspaceId, 'EDITOR');
  expect((await own.run(stranger, look, { id })).data).toEqual({
    diary: null,
    byText: null,
    diaries: { totalCount: 0, nodes: [] },
  });
  const entity = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Diary { text } } }`;
  expect(
    (await own.run(stranger, entity, { r: [{ __typename: 'Diary', id, createdBy: stranger.id }] })).data,
  ).toEqual({ _entities: [null] });
  expect(
    (
      await own.run(stranger, `mutation ($id: ID!) { updateDiary(id: $id, input: { text: "x" }) { id } }`, {
        id,
      })
    ).code,
  ).toBe('NOT_FOUND');
  expect(
    (
      await own.run(
        stranger,
        `mutation ($id: ID!) { createDiary(input: { text: "y", parentId: $id }) { id } }`,
        { id },
      )
    ).code,
  ).toBe('NOT_FOUND');
  const [created] = await own.takeEvents();
  if (created === undefined) throw new Error('no event');
  const told = `subscription { diaryChanged { id } }`;
  expect(
    (await own.run(stranger, told, {}, { event: created.event, cursor: 'c' })).data.diaryChanged,
  ).toBeNull();
  expect((await own.run(author, told, {}, { event: created.event, cursor: 'c' })).data.diaryChanged).toEqual({
    id,
  });
});

test('who made something is shown to members, and the rest of it to everybody', async () => {
  const query = `{ airport(iata: "DTW") { iata createdBy } }`;
  expect(await data.run(anonymous(workspaceId), query)).toMatchObject({
    data: { airport: { iata: 'DTW', createdBy: null } },
    code: 'UNAUTHENTICATED',
  });
  expect((await data.run(member(workspaceId, 'VIEWER'), query)).data.airport.createdBy).toHaveLength(36);
});

test('another workspace sees, counts, refers to and changes nothing, whatever id or key it names', async () => {
  const other = member(newId(), 'OWNER');
  const note = (await data.run(member(workspaceId, 'VIEWER'), createNote, { id: flightId })).data
    .createFlightNote;
  const { data: seen } = await data.run(
    other,
    `query ($a: ID!, $f: ID!, $n: ID!) { airport(id: $a) { id } byKey: airport(iata: "DTW") { id } flight(id: $f) { id } flightNote(id: $n) { id }
      airports { totalCount nodes { id } } flightNotes { totalCount nodes { id } } flights(where: { origin: { eq: $a } }) { totalCount nodes { id } } }`,
    { a: ids['DTW'], f: flightId, n: note.id },
  );
  const none = { totalCount: 0, nodes: [] };
  expect(seen).toEqual({
    airport: null,
    byKey: null,
    flight: null,
    flightNote: null,
    airports: none,
    flightNotes: none,
    flights: none,
  });
  expect((await data.run(other, updateNote, { id: note.id })).code).toBe('NOT_FOUND');
  expect((await data.run(other, deleteNote, { id: note.id })).code).toBe('NOT_FOUND');
  expect(
    (
      await data.run(other, `mutation ($id: ID!) { updateAirport(id: $id, input: { name: "x" }) { id } }`, {
        id: ids['DTW'],
      })
    ).code,
  ).toBe('NOT_FOUND');
  expect(
    (await data.run(other, `mutation ($id: ID!) { deleteFlight(id: $id) { id } }`, { id: flightId })).code,
  ).toBe('NOT_FOUND');
  expect((await data.run(other, createNote, { id: flightId })).code).toBe('NOT_FOUND');
  await makeAirports(data, other, [{ iata: 'DTW' }]);
});

test('what the subgraph itself refuses is told to the audit log, once for a caller who keeps asking', async () => {
  const viewer = member(workspaceId, 'VIEWER');
  const deleteFlight = `mutation ($id: ID!) { deleteFlight(id: $id) { id } }`;
  for (let tries = 0; tries < 3; tries += 1)
    expect((await data.run(viewer, deleteFlight, { id: flightId })).code).toBe('FORBIDDEN');
  const told = (await data.refusals()).filter((refusal) => JSON.stringify(refusal).includes(viewer.id));
  expect(told).toEqual([
    {
      coordinate: 'Mutation.deleteFlight',
      code: 'FORBIDDEN',
      principalKind: 'user',
      principalId: viewer.id,
    },
  ]);
});
