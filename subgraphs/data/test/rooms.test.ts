import { newId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { makeAirports, makeFlights } from './airports.ts';
import { anonymous, member, type OpenData, openData } from './open-data.ts';
import { base64, textOf, typed } from './yjs-updates.ts';

let data: OpenData;
let workspaceId: string;
let viewer: Principal;
let noteId: string;
beforeAll(async () => {
  data = await openData();
});
beforeEach(async () => {
  workspaceId = newId();
  viewer = member(workspaceId, 'VIEWER');
  const editor = member(workspaceId, 'EDITOR');
  await makeAirports(data, editor, [{ iata: 'DTW' }, { iata: 'LAS' }]);
  const [flightId] = await makeFlights(data, editor, [{ origin: 'DTW', destination: 'LAS' }]);
  const made = await data.run(
    viewer,
    `mutation ($id: ID!) { createFlightNote(input: { flightId: $id, title: "T" }) { id } }`,
    { id: flightId },
  );
  noteId = made.data.createFlightNote.id;
  await data.takeEvents();
});
afterAll(() => data[Symbol.asyncDispose]());

const apply = `mutation ($id: ID!, $update: Base64!) { applyDocUpdate(noteId: $id, update: $update) { seq } }`;
const read = `query ($id: ID!) { noteDocument(noteId: $id) { state seq } }`;
const follow = `subscription ($id: ID!, $after: Cursor) { docUpdates(noteId: $id, after: $after) { cursor snapshot update } }`;

const send = (as: Principal, update: Uint8Array): ReturnType<OpenData['run']> =>
  data.run(as, apply, { id: noteId, update: base64(update) });

test('two clients who write at the same time converge on one text', async () => {
  const [left, right] = [new Y.Doc(), new Y.Doc()];
  const sent: Promise<unknown>[] = [];
  const sendOwn = (as: Principal) => (update: Uint8Array, origin: unknown) => {
    if (origin !== 'remote') sent.push(send(as, update));
  };
  left.on('update', sendOwn(viewer));
  right.on('update', sendOwn(member(workspaceId, 'EDITOR')));
  for (const [index, word] of ['late', 'again', 'because', 'of', 'snow'].entries()) {
    (index % 2 === 0 ? left : right).getText('body').insert(0, `${word} `);
  }
  await Promise.all(sent);
  const events = await data.takeEvents();
  expect(events.map(({ topic, event }) => [topic, event.subject])).toEqual(
    Array(5).fill(['data.room', `FlightNote/${noteId}`]),
  );
  for (const { event } of events) {
    const { data: told } = await data.run(
      viewer,
      follow,
      { id: noteId, after: 'c' },
      { event, cursor: 'c2' },
    );
    expect(told.docUpdates).toMatchObject({ cursor: 'c2', snapshot: false });
    for (const doc of [left, right])
      Y.applyUpdate(doc, Buffer.from(told.docUpdates.update, 'base64'), 'remote');
  }
  const { noteDocument } = (await data.run(viewer, read, { id: noteId })).data;
  expect(left.getText('body').toString()).toBe(right.getText('body').toString());
  expect(textOf(noteDocument.state)).toBe(left.getText('body').toString());
  expect(noteDocument.seq).toBe(5);
});

test.each([
  ['nothing but zeros', Buffer.alloc(3)],
  ['many zeros', Buffer.alloc(45_000)],
  ['an update with a byte after it', Buffer.concat([typed('x'), Buffer.of(0)])],
  ['two updates', Buffer.concat([typed('x'), typed('y')])],
  ['half of an update', typed('x').subarray(0, 8)],
  ['nothing', Buffer.alloc(0)],
])('%s is not an update: it is refused, and nothing of it is kept', async (_what, update) => {
  expect(await send(viewer, update)).toMatchObject({ code: 'BAD_USER_INPUT' });
  expect((await data.run(viewer, read, { id: noteId })).data.noteDocument.seq).toBe(0);
  expect(await data.takeEvents()).toEqual([]);
});

test('the first payload of a subscription without a cursor is the whole text', async () => {
  const doc = new Y.Doc();
  doc.getText('body').insert(0, 'hello');
  await send(viewer, Y.encodeStateAsUpdate(doc));
  const opening = (await data.run(viewer, follow, { id: noteId })).data.docUpdates;
  expect(opening).toMatchObject({ cursor: null, snapshot: true });
  expect(textOf(opening.update)).toBe('hello');
  expect((await data.run(viewer, follow, { id: noteId, after: 'c' })).data.docUpdates).toBeNull();
});

test('after many updates the text is the same, the numbers go on, and few rows are kept', async () => {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  for (let index = 0; index < 130; index += 1) doc.getText('body').insert(0, `${index},`);
  let seq = 0;
  for (const update of updates) seq = (await send(viewer, update)).data.applyDocUpdate.seq;
  expect(seq).toBe(130);
  // The state is written once its hundredth update has been answered.
  await eventually(async () => {
    const { rows } = await data.relational.query('SELECT 1 FROM data.room_update WHERE room = $1', [
      `FlightNote/${noteId}`,
    ]);
    expect(rows).toHaveLength(30);
  });
  const { noteDocument } = (await data.run(viewer, read, { id: noteId })).data;
  expect([textOf(noteDocument.state), noteDocument.seq]).toEqual([doc.getText('body').toString(), 130]);
});

test('what is no update, or too large a one, is refused and not kept', async () => {
  for (const bytes of [Buffer.from('nonsense'), Buffer.from([1, 2, 3, 4, 255]), Buffer.alloc(0)]) {
    expect((await send(viewer, bytes)).code).toBe('BAD_USER_INPUT');
  }
  const doc = new Y.Doc();
  doc.getText('body').insert(0, 'x'.repeat(300_000));
  expect((await send(viewer, Y.encodeStateAsUpdate(doc))).code).toBe('PAYLOAD_TOO_LARGE');
  expect((await data.run(viewer, apply, { id: noteId, update: 'not base64!' })).code).toBe('BAD_USER_INPUT');
  expect((await data.run(viewer, read, { id: noteId })).data.noteDocument.seq).toBe(0);
  expect(await data.takeEvents()).toEqual([]);
});

test('a text is edited by whoever made the note and by editors, read by members, and absent for others', async () => {
  const doc = new Y.Doc();
  doc.getText('body').insert(0, 'x');
  const update = Y.encodeStateAsUpdate(doc);
  expect((await send(member(workspaceId, 'VIEWER'), update)).code).toBe('FORBIDDEN');
  expect((await send(member(newId(), 'OWNER'), update)).code).toBe('NOT_FOUND');
  expect((await data.run(member(workspaceId, 'VIEWER'), read, { id: noteId })).errors).toEqual([]);
  expect((await data.run(member(newId(), 'OWNER'), read, { id: noteId })).code).toBe('NOT_FOUND');
  expect((await data.run(member(newId(), 'OWNER'), follow, { id: noteId })).code).toBe('NOT_FOUND');
});

test('presence is told to the others, listed to newcomers, and ends by leaving', async () => {
  const heard: string[] = [];
  await using _heard = await data.pubSub.subscribe(`presence:${workspaceId}:${noteId}`, (payload) =>
    heard.push(payload),
  );
  const set = `mutation ($id: ID!, $state: JSON) { setPresence(noteId: $id, clientId: "tab-1", state: $state) { clientId } }`;
  const watch = `subscription ($id: ID!) { presenceChanged(noteId: $id) { snapshot clients { clientId memberId state } } }`;
  expect((await data.run(viewer, set, { id: noteId, state: { name: 'Ada' } })).errors).toEqual([]);
  const present = { clientId: 'tab-1', memberId: viewer.id, state: { name: 'Ada' } };
  expect((await data.run(viewer, watch, { id: noteId })).data.presenceChanged).toEqual({
    snapshot: true,
    clients: [present],
  });
  const message = await eventually(() => heard[0] ?? Promise.reject(new Error('nothing heard yet')));
  const told = await data.run(viewer, watch, { id: noteId }, { event: JSON.parse(message), cursor: '' });
  expect(told.data.presenceChanged).toEqual({ snapshot: false, clients: [present] });
  await data.run(viewer, set, { id: noteId, state: null });
  expect((await data.run(viewer, watch, { id: noteId })).data.presenceChanged.clients).toEqual([]);
  expect((await data.run(viewer, set, { id: noteId, state: 'x'.repeat(5_000) })).code).toBe(
    'PAYLOAD_TOO_LARGE',
  );
});

const appear = `mutation ($id: ID!, $clientId: String!) { setPresence(noteId: $id, clientId: $clientId, state: {}) { memberId } }`;

test('who may read a note is seen beside its text, also without the right to edit it, and cannot fill the room', async () => {
  const reader = member(workspaceId, 'VIEWER');
  expect((await send(reader, Y.encodeStateAsUpdate(new Y.Doc()))).code).toBe('FORBIDDEN');
  for (let n = 1; n <= 11; n += 1) {
    const { code } = await data.run(reader, appear, { id: noteId, clientId: `tab-${n}` });
    expect([n, code]).toEqual([n, n <= 10 ? undefined : 'TOO_MANY_CONNECTIONS']);
  }
  expect((await data.run(viewer, appear, { id: noteId, clientId: 'tab-1' })).code).toBeUndefined();
  expect((await data.run(member(newId(), 'OWNER'), appear, { id: noteId, clientId: 'x' })).code).toBe(
    'NOT_FOUND',
  );
});

test('strangers read a public text, and do not appear beside it', async () => {
  await using board = await openData([
    `type Board @model @room @access(read: [PUBLIC], write: [EDITOR]) { title: String }`,
  ]);
  const editor = member(workspaceId, 'EDITOR');
  const make = 'mutation { createBoard(input: { title: "T" }) { id } }';
  const { id } = (await board.run(editor, make)).data.createBoard;
  const stranger = anonymous(workspaceId);
  expect((await board.run(stranger, read, { id })).errors).toEqual([]);
  expect((await board.run(stranger, appear, { id, clientId: 'x' })).code).toBe('UNAUTHENTICATED');
  expect((await board.run(viewer, appear, { id, clientId: 'x' })).errors).toEqual([]);
});

test('a deleted note leaves no text behind', async () => {
  const doc = new Y.Doc();
  doc.getText('body').insert(0, 'x');
  await send(viewer, Y.encodeStateAsUpdate(doc));
  await data.run(viewer, `mutation ($id: ID!) { deleteFlightNote(id: $id) { id } }`, { id: noteId });
  const { rows } = await data.relational.query('SELECT room FROM data.room_state WHERE room = $1', [
    `FlightNote/${noteId}`,
  ]);
  expect(rows).toEqual([]);
  expect((await data.run(viewer, read, { id: noteId })).code).toBe('NOT_FOUND');
});

test('whoever is not in a room leaves it without being refused, however many are in it', async () => {
  for (let n = 0; n < 10; n += 1)
    expect((await data.run(viewer, appear, { id: noteId, clientId: `tab-${n}` })).errors).toEqual([]);
  expect((await data.run(viewer, appear, { id: noteId, clientId: 'tab-10' })).code).toBe(
    'TOO_MANY_CONNECTIONS',
  );
  const leave = `mutation ($id: ID!) { setPresence(noteId: $id, clientId: "expired") { state } }`;
  expect(await data.run(viewer, leave, { id: noteId })).toMatchObject({
    errors: [],
    data: { setPresence: { state: null } },
  });
});

test('who follows a note that is deleted is told so, and is refused from then on', async () => {
  const heard: string[] = [];
  await using _heard = await data.pubSub.subscribe(`presence:${workspaceId}:${noteId}`, (payload) =>
    heard.push(payload),
  );
  expect((await data.run(viewer, appear, { id: noteId, clientId: 'tab-1' })).errors).toEqual([]);
  await data.run(viewer, `mutation ($id: ID!) { deleteFlightNote(id: $id) { id } }`, { id: noteId });
  const events = await data.takeEvents();
  expect(events.map(({ event }) => [event.type, event.subject])).toEqual([
    ['data.document.deleted', `FlightNote/${noteId}`],
    ['data.room.closed', `FlightNote/${noteId}`],
  ]);
  const event = events[1]?.event;
  if (event === undefined) throw new Error('no event of the room');
  const watch = `subscription ($id: ID!) { presenceChanged(noteId: $id) { snapshot } }`;
  const last = await eventually(() => heard[1] ?? Promise.reject(new Error('nothing heard yet')));
  await data.pubSub.publish(`presence:${workspaceId}:${noteId}`, 'after it');
  await eventually(() => expect(heard.at(-1)).toBe('after it'));
  expect(heard.slice(1)).toEqual([last, 'after it']);
  const told = [
    await data.run(viewer, follow, { id: noteId, after: 'c' }, { event, cursor: 'c2' }),
    await data.run(viewer, watch, { id: noteId }, { event: JSON.parse(last), cursor: '' }),
  ];
  for (const { code, data: nothing } of told)
    expect([code, Object.values(nothing)]).toEqual(['NOT_FOUND', [null]]);
  const other = await data.run(viewer, follow, { id: newId(), after: 'c' }, { event, cursor: 'c2' });
  expect([other.errors, other.data.docUpdates]).toEqual([[], null]);
});

test('a note that takes the id of a deleted one begins without a text, whatever was written while the first was deleted', async () => {
  const doc = new Y.Doc();
  doc.getText('body').insert(0, 'of the first');
  const update = Y.encodeStateAsUpdate(doc);
  const { flight } = (await data.run(viewer, '{ flightNotes(first: 1) { nodes { flight { id } } } }')).data
    .flightNotes.nodes[0];
  const make = `mutation ($id: ID!, $flight: ID!) { createFlightNote(input: { id: $id, flightId: $flight, title: "T" }) { id } }`;
  for (let round = 0; round < 10; round += 1) {
    const [written, removed] = await Promise.all([
      send(viewer, update),
      data.run(viewer, `mutation ($id: ID!) { deleteFlightNote(id: $id) { id } }`, { id: noteId }),
    ]);
    expect([undefined, 'NOT_FOUND']).toContain(written.code);
    expect(removed.errors).toEqual([]);
    expect((await data.run(viewer, make, { id: noteId, flight: flight.id })).errors).toEqual([]);
    const { noteDocument } = (await data.run(viewer, read, { id: noteId })).data;
    expect(noteDocument.seq).toBe(0);
  }
});
