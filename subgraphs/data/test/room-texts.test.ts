import { createLogger, newId, systemClock } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { eventually, observedDatabase } from '@tributary/test-kit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { eventOf } from '../src/items/change-event.ts';
import { RoomLog } from '../src/rooms/room-log.ts';
import { RoomTexts } from '../src/rooms/room-texts.ts';
import { member, type OpenData, openData } from './open-data.ts';
import { base64, tangledUpdate, textOf, typed } from './yjs-updates.ts';

let data: OpenData;
let workspaceId: string;
let editor: Principal;
let noteId: string;
beforeAll(async () => {
  data = await openData([
    `type Page @model @room @access(read: [MEMBER], write: [EDITOR]) { title: String }`,
  ]);
});
beforeEach(async () => {
  workspaceId = newId();
  editor = member(workspaceId, 'EDITOR');
  noteId = (await data.run(editor, 'mutation { createPage(input: { title: "T" }) { id } }')).data.createPage
    .id;
  await data.takeEvents();
});
afterAll(() => data[Symbol.asyncDispose]());

const apply = `mutation ($id: ID!, $update: Base64!) { applyDocUpdate(noteId: $id, update: $update) { seq } }`;
const read = `query ($id: ID!) { noteDocument(noteId: $id) { state seq } }`;

const send = (as: Principal, update: Uint8Array): ReturnType<OpenData['run']> =>
  data.run(as, apply, { id: noteId, update: base64(update) });

test('an update that takes long to put in its place is refused, nothing of it is kept, and nobody waits for it', async () => {
  let refused = false;
  const trying = send(editor, tangledUpdate(14_000)).then(({ code }) => {
    refused = true;
    return code;
  });
  expect((await data.run(editor, read, { id: noteId })).data.noteDocument.seq).toBe(0);
  expect(refused).toBe(false);
  expect(await trying).toBe('PAYLOAD_TOO_LARGE');
  expect(await data.takeEvents()).toEqual([]);
  // Who sent it does not keep the place where such are tried; others find it free.
  expect((await send(editor, tangledUpdate(200))).code).toBe('OVERLOADED');
  expect((await send(editor, typed('short'))).data.applyDocUpdate.seq).toBe(1);
  expect((await send(member(workspaceId, 'EDITOR'), tangledUpdate(200))).data.applyDocUpdate.seq).toBe(2);
});

test('a text edited for long without a network arrives as one update of many pieces', async () => {
  const doc = new Y.Doc();
  for (let at = 0; at < 3_000; at += 1) doc.getText('body').insert((at * 7) % (at + 1), String(at % 10));
  expect((await send(editor, Y.encodeStateAsUpdate(doc))).data.applyDocUpdate.seq).toBe(1);
  const { state } = (await data.run(editor, read, { id: noteId })).data.noteDocument;
  expect(textOf(state)).toBe(doc.getText('body').toString());
});

test('an update whose clients come in no order loses nothing to those it is merged with', async () => {
  const unordered = tangledUpdate(50, false);
  for (const update of [typed('first'), unordered, typed('last')]) await send(editor, update);
  const { state } = (await data.run(editor, read, { id: noteId })).data.noteDocument;
  expect(textOf(state)).toMatch(/first/);
  expect(textOf(state)).toMatch(/last/);
  expect(textOf(state)).toHaveLength('firstlast'.length + textOf(base64(unordered)).length);
});

test('large texts are read whole by many at once, and their state is written before their updates are many', async () => {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  for (let at = 0; at < 6; at += 1) doc.getText('body').insert(at, String(at).repeat(200_000));
  for (const update of updates) expect((await send(editor, update)).errors).toEqual([]);
  const readers = await Promise.all(Array.from({ length: 20 }, () => data.run(editor, read, { id: noteId })));
  const states = new Set(readers.map((answer) => answer.data.noteDocument.state as string));
  // Before and after the state is written anew the bytes may differ, never the text.
  expect(new Set([...states].map((state) => textOf(state)))).toEqual(
    new Set([doc.getText('body').toString()]),
  );
  await eventually(async () => {
    const { rows } = await data.relational.query('SELECT seq FROM data.room_update WHERE room = $1', [
      `Page/${noteId}`,
    ]);
    expect(rows.map(({ seq }) => Number(seq))).toEqual([]);
  });
});

test('many who open a room at once read it together, and each what was kept before it asked', async () => {
  const log = createLogger({ name: 'test', level: 'silent' });
  const statements: string[] = [];
  const relational = observedDatabase(data.relational, statements);
  const roomLog = new RoomLog({ relational, texts: new RoomTexts(systemClock), log });
  const room = { workspaceId, room: `Page/${noteId}`, born: '2026-01-01T00:00:00Z' };
  const event = eventOf(
    { topic: 'data.room', verb: 'updated', subject: room.room, data: { update: '' } },
    editor,
    systemClock,
  );
  const append = (text: string) => roomLog.append({ ...room, update: typed(text), event });
  await append('first');
  statements.length = 0;
  const opened = await Promise.all(Array.from({ length: 50 }, () => roomLog.read(room)));
  expect(statements).toHaveLength(2);
  expect(new Set(await Promise.all(opened.map(({ state }) => state()))).size).toBe(2);
  for (const text of ['second', 'third']) {
    const before = roomLog.read(room);
    const seq = await append(text);
    const after = await roomLog.read(room);
    expect([after.seq, textOf(base64(await after.state()))]).toEqual([seq, expect.stringContaining(text)]);
    expect((await before).seq).toBeLessThanOrEqual(seq);
  }
});

test('a room whose text takes too long takes no more, and keeps and shows what it has', async () => {
  const log = createLogger({ name: 'test', level: 'silent' });
  const roomLogOf = (textMs: number): RoomLog => {
    const texts = new RoomTexts(systemClock, { updateMs: 60_000, textMs });
    return new RoomLog({ relational: data.relational, texts, log });
  };
  const roomLog = roomLogOf(1);
  const room = { workspaceId, room: 'Page/tangled', born: '2026-01-01T00:00:00Z' };
  const appended = async (update: Uint8Array): Promise<number> => {
    const event = eventOf(
      { topic: 'data.room', verb: 'updated', subject: 'Page/tangled', data: { update: '' } },
      editor,
      systemClock,
    );
    return await roomLog.append({ ...room, update, event });
  };
  const tangled = tangledUpdate(6_000);
  for (let seq = 1; seq <= 300; seq += 1)
    expect(await appended(seq === 1 ? tangled : typed(String(seq)))).toBe(seq);
  await expect(appended(typed('one more'))).rejects.toMatchObject({
    code: expect.stringMatching(/^(PAYLOAD_TOO_LARGE|OVERLOADED)$/),
  });
  // To put one after the other takes no comparing.
  const { seq, state } = await roomLogOf(60_000).read(room);
  expect(seq).toBe(300);
  expect((await state()).byteLength).toBeGreaterThan(tangled.byteLength);
});
