import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeAirports, makeFlights } from './airports.ts';
import { anonymous, apiKey, member, type OpenData, openData } from './open-data.ts';

const diary = `
type Place @model @access(read: [PUBLIC], write: [EDITOR]) { name: String! }
type Diary @model @access(read: [OWNER_OF_ROW, ADMIN], write: [OWNER_OF_ROW]) { text: String! }
type Memo @model(store: DOCUMENT) @access(read: [OWNER_OF_ROW, ADMIN], write: [OWNER_OF_ROW]) { text: String! }`;

let data: OpenData;
let own: OpenData;
beforeAll(async () => {
  data = await openData();
  own = await openData([diary]);
});
afterAll(async () => {
  await data[Symbol.asyncDispose]();
  await own[Symbol.asyncDispose]();
});

test('a member has every item of a model, fields by their names and references as ids, and none of another workspace', async () => {
  const workspaceId = newId();
  const ids = await makeAirports(data, member(workspaceId, 'EDITOR'), [{ iata: 'DTW' }, { iata: 'LAS' }]);
  await makeFlights(data, member(workspaceId, 'EDITOR'), [{ origin: 'DTW', destination: 'LAS' }]);
  const { status, lines } = await data.rows(member(workspaceId, 'VIEWER'), 'Flight');
  expect([status, lines]).toEqual([
    200,
    [expect.objectContaining({ origin: ids['DTW'], destination: ids['LAS'], version: 1 })],
  ]);
  expect((await data.rows(member(workspaceId, 'VIEWER'), 'Airport')).lines).toHaveLength(2);
  expect((await data.rows(member(newId(), 'OWNER'), 'Airport')).lines).toEqual([]);
});

test.each(['Diary', 'Memo'])('of %s everybody has their own rows, and admins all', async (model) => {
  const workspaceId = newId();
  const [first, second] = [member(workspaceId, 'EDITOR'), member(workspaceId, 'EDITOR')];
  for (const [as, text] of [
    [first, 'of the first'],
    [second, 'of the second'],
  ] as const)
    await own.run(as, `mutation ($text: String!) { create${model}(input: { text: $text }) { id } }`, {
      text,
    });
  const texts = async (as: typeof first): Promise<unknown> =>
    (await own.rows(as, model)).lines.map(({ text }) => text).toSorted();
  expect(await texts(first)).toEqual(['of the first']);
  expect(await texts(second)).toEqual(['of the second']);
  expect(await texts(member(workspaceId, 'ADMIN'))).toEqual(['of the first', 'of the second']);
});

test('strangers, keys without the scope and other methods are refused with a code', async () => {
  const workspaceId = newId();
  const refused = async (...asked: Parameters<OpenData['rows']>): Promise<unknown> => {
    const { status, lines } = await data.rows(...asked);
    return [status, lines[0]?.code];
  };
  // Public is each item of it, and not all of them at once.
  expect(await refused(anonymous(workspaceId), 'Airport')).toEqual([401, 'UNAUTHENTICATED']);
  expect(await refused(apiKey(workspaceId, 'EDITOR', ['data:write']), 'Airport')).toEqual([403, 'FORBIDDEN']);
  expect(await refused(member(workspaceId, 'EDITOR'), 'Nothing')).toEqual([404, 'NOT_FOUND']);
  expect(await refused(member(workspaceId, 'EDITOR'), '../Airport')).toEqual([404, 'NOT_FOUND']);
  expect(await refused(member(workspaceId, 'EDITOR'), 'Airport', 'DELETE')).toEqual([
    405,
    'METHOD_NOT_ALLOWED',
  ]);
});
