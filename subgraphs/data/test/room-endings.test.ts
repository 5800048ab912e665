import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { member, type OpenData, openData } from './open-data.ts';
import { base64, typed } from './yjs-updates.ts';

let data: OpenData;
beforeAll(async () => {
  data = await openData([
    'type Page @model(store: DOCUMENT) @room @access(read: [MEMBER], write: [OWNER_OF_ROW, ADMIN]) { title: String }',
  ]);
});
afterAll(() => data[Symbol.asyncDispose]());

const remove = `mutation ($id: ID!) { deletePage(id: $id) { id } }`;

test('a deletion is told to be done also where the text cannot be removed, and a later start removes it, and no other', async () => {
  const workspaceId = newId();
  const maker = member(workspaceId, 'EDITOR');
  const makeWithText = async (): Promise<string> => {
    const { id } = (await data.run(maker, 'mutation { createPage(input: {}) { id } }')).data.createPage;
    const apply = `mutation ($id: ID!, $update: Base64!) { applyDocUpdate(noteId: $id, update: $update) { seq } }`;
    expect((await data.run(maker, apply, { id, update: base64(typed('text')) })).errors).toEqual([]);
    return id;
  };
  const texts = async (): Promise<unknown> =>
    (
      await data.relational.query<{ room: string }>(
        'SELECT s.room FROM data.room_state s JOIN data.room_update u USING (workspace_id, room) ORDER BY s.room',
      )
    ).rows.map(({ room }) => room.slice('Page/'.length));
  const [kept, deleted] = [await makeWithText(), await makeWithText()];

  const rename = (from: string, to: string) =>
    data.relational.query(`ALTER TABLE data.${from} RENAME TO ${to}`);
  await rename('room_update', 'room_update_away');
  const removed = await data
    .run(maker, remove, { id: deleted })
    .finally(() => rename('room_update_away', 'room_update'));
  expect(removed).toMatchObject({ errors: [], data: { deletePage: { id: deleted } } });
  expect((await data.run(member(workspaceId, 'EDITOR'), remove, { id: kept })).code).toBe('FORBIDDEN');

  // Others may be deleting their items while one starts.
  await data.startAgain();
  expect(await texts()).toEqual([kept, deleted]);
  await data.relational.query(
    `UPDATE data.room_state SET ending_at = ending_at - interval '1 hour' WHERE ending_at IS NOT NULL`,
  );
  await data.startAgain();
  expect(await texts()).toEqual([kept]);

  // What was begun to be deleted and is there goes on, and a document store that is another, or older, ends nothing.
  await data.relational.query(`UPDATE data.room_state SET ending_at = now() - interval '1 hour'`);
  await data.startAgain();
  await data.relational.query('DELETE FROM document.page');
  await data.startAgain();
  expect(await texts()).toEqual([kept]);
});
