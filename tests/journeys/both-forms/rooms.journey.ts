import { eventually, type GraphCaller, graphCaller, signedIn, subscribing } from '@tributary/test-kit';
import { beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { newWorkspace } from '../../security/newcomers.ts';
import { RoomEditor, textIn } from '../room-editor.ts';

const createNote = `mutation ($flightId: ID!) { createFlightNote(input: { flightId: $flightId, title: "Handover" }) { id } }`;
const readText = `query ($noteId: ID!) { noteDocument(noteId: $noteId) { state seq } }`;
const applyText = `mutation ($noteId: ID!, $update: Base64!) { applyDocUpdate(noteId: $noteId, update: $update) { seq } }`;
const setPresence = `mutation ($noteId: ID!, $clientId: String!, $state: JSON) { setPresence(noteId: $noteId, clientId: $clientId, state: $state) { memberId expiresAt } }`;
const followPresence = `subscription ($noteId: ID!) { presenceChanged(noteId: $noteId) { snapshot clients { clientId state } } }`;
const followText = `subscription ($noteId: ID!) { docUpdates(noteId: $noteId) { snapshot update } }`;

interface PresenceChanged {
  readonly presenceChanged: {
    readonly snapshot: boolean;
    readonly clients: readonly { readonly clientId: string; readonly state: unknown }[];
  };
}
interface NoteText {
  readonly noteDocument: { readonly state: string; readonly seq: number };
}

const { form, url } = inject('product');
let editor: GraphCaller;
let owner: GraphCaller;
let viewer: GraphCaller;
let noteId = '';

beforeAll(async () => {
  editor = await signedIn(url, 'editor@demo.local');
  owner = await signedIn(url, 'owner@demo.local');
  viewer = await signedIn(url, 'viewer@demo.local');
}, 120_000);
beforeEach(async () => {
  const { data: found } = await editor<{ flights: { nodes: { id: string }[] } }>(
    `{ flights(first: 1) { nodes { id } } }`,
  );
  const { data } = await editor<{ createFlightNote: { id: string } }>(createNote, {
    flightId: found.flights.nodes[0]?.id,
  });
  noteId = data.createFlightNote.id;
});

const at = (desk: GraphCaller): RoomEditor =>
  new RoomEditor({ url, noteId, authorization: desk.authorization });
const stored = async (): Promise<{ readonly text: string; readonly seq: number }> => {
  const { data } = await viewer<NoteText>(readText, { noteId });
  return { text: textIn(data.noteDocument.state), seq: data.noteDocument.seq };
};

test('two people who write at the same time, one of them offline for a while, end with the same text, every word in it once', async () => {
  await using anna = at(editor);
  await using bert = at(owner);
  await Promise.all([anna.connect(), bert.connect()]);
  const write = (who: RoomEditor, name: string, count: number): void => {
    // One at the front, one at the end: their words meet in every order.
    for (let index = 0; index < count; index += 1)
      who.type(index % 2 === 0 ? 0 : who.text.length, `<${name}${index}>`);
  };
  write(anna, 'anna', 20);
  write(bert, 'bert', 20);
  await Promise.all([anna.saved(), bert.saved()]);
  await eventually(() => expect([anna.received, bert.received]).toEqual([40, 40]));
  expect(anna.text).toBe(bert.text);

  bert.cut();
  write(bert, 'offline', 10);
  write(anna, 'meanwhile', 10);
  await anna.saved();
  expect(bert.text).not.toContain('meanwhile');
  await bert.connect();
  write(anna, 'again', 5);
  write(bert, 'back', 5);
  await Promise.all([anna.saved(), bert.saved()]);

  const { seq } = await stored();
  expect(seq).toBe(70);
  // Each has every update once, through the cut; the whole text came only at the very start.
  await eventually(() => expect([anna.received, bert.received]).toEqual([seq, seq]));
  expect([anna.snapshots, bert.snapshots]).toEqual([1, 1]);
  expect(bert.text).toBe(anna.text);
  expect((await stored()).text).toBe(anna.text);
  const words = anna.text.match(/<[a-z]+\d+>/g) ?? [];
  expect(words.join('')).toBe(anna.text);
  expect(new Set(words).size).toBe(70);
}, 60_000);

test('what one erases while the other writes into it stays erased, and what was written stays', async () => {
  await using anna = at(editor);
  await using bert = at(owner);
  await Promise.all([anna.connect(), bert.connect()]);
  anna.type(0, 'gate A1, gate B2');
  await eventually(() => expect(bert.text).toBe('gate A1, gate B2'));
  bert.cut();
  bert.type(8, ' (closed),');
  anna.erase(0, 9);
  await anna.saved();
  await bert.connect();
  await eventually(() => expect(anna.text).toBe(bert.text));
  expect(anna.text).toBe(' (closed),gate B2');
});

test('who is there shows up at the others, moves, and leaves', async () => {
  const clientId = `anna-${form}`;
  await editor(setPresence, { noteId, clientId: 'early', state: { name: 'Early' } });
  await using watching = await subscribing<PresenceChanged>(url, {
    query: followPresence,
    variables: { noteId },
    authorization: viewer.authorization,
  });
  const { presenceChanged: present } = await watching.first(
    ({ presenceChanged }) => presenceChanged.snapshot,
  );
  expect(present.clients).toEqual([{ clientId: 'early', state: { name: 'Early' } }]);
  for (const state of [{ name: 'Anna', cursor: 0 }, { name: 'Anna', cursor: 7 }, null]) {
    const { errors } = await editor(setPresence, { noteId, clientId, state });
    expect(errors).toEqual([]);
  }
  const states = () =>
    watching.payloads
      .flatMap(({ presenceChanged }) => presenceChanged.clients)
      .filter((client) => client.clientId === clientId)
      .map(({ state }) => state);
  // The last word is what counts; what lies between may be left out.
  await eventually(() => expect(states().at(-1)).toBeNull());
  expect(states()[0]).toMatchObject({ name: 'Anna' });
  await using later = await subscribing<PresenceChanged>(url, {
    query: followPresence,
    variables: { noteId },
    authorization: owner.authorization,
  });
  const { presenceChanged: left } = await later.first(({ presenceChanged }) => presenceChanged.snapshot);
  expect(left.clients.map((client) => client.clientId)).toEqual(['early']);
});

test('whoever follows a note, or who is with it, is told when it is deleted, and the subscription ends', async () => {
  const following = async (query: string) =>
    subscribing<object>(url, { query, variables: { noteId }, authorization: viewer.authorization });
  await using text = await following(followText);
  await using presence = await following(followPresence);
  for (const subscription of [text, presence]) await subscription.first(() => true);
  const deletion = 'mutation ($id: ID!) { deleteFlightNote(id: $id) { id } }';
  expect((await editor(deletion, { id: noteId })).errors).toEqual([]);
  for (const { troubles } of [text, presence])
    await eventually(() =>
      expect(troubles[0]).toMatchObject({
        message: 'There is no such FlightNote.',
        extensions: { code: 'NOT_FOUND' },
      }),
    );
});

test('a viewer reads along, but is refused to edit, with a code that says why', async () => {
  await using anna = at(editor);
  await using reader = at(viewer);
  await Promise.all([anna.connect(), reader.connect()]);
  anna.type(0, 'boarding at 10:40');
  await eventually(() => expect(reader.text).toBe('boarding at 10:40'));
  const { state } = (await viewer<NoteText>(readText, { noteId })).data.noteDocument;
  const { errors } = await viewer(applyText, { noteId, update: state });
  expect(errors[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', advice: expect.any(String) });
  expect((await stored()).seq).toBe(1);
});

test('to a member of another workspace the room does not exist, whatever is asked of it', async () => {
  const { owner: stranger } = await newWorkspace(url);
  const { state } = (await viewer<NoteText>(readText, { noteId })).data.noteDocument;
  const asked = [
    await stranger.ask(readText, { noteId }),
    await stranger.ask(applyText, { noteId, update: state }),
    await stranger.ask(setPresence, { noteId, clientId: 'stranger', state: {} }),
  ];
  for (const { errors } of asked) expect(errors[0]?.extensions['code']).toBe('NOT_FOUND');
  for (const query of [followText, followPresence]) {
    const { authorization } = stranger.ask;
    await using refused = await subscribing(url, { query, variables: { noteId }, authorization });
    expect(refused.troubles).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    expect(refused.payloads).toEqual([]);
  }
  const { errors } = await graphCaller(url)(readText, { noteId });
  expect(errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  expect((await stored()).seq).toBe(0);
});
