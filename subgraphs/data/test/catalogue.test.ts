import { newId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anonymous, apiKey, member, type OpenData, openData } from './open-data.ts';

let data: OpenData;
const workspaceId = newId();
beforeAll(async () => {
  data = await openData();
});
afterAll(() => data[Symbol.asyncDispose]());

const query = `{ dataModels { name store singular plural writable ownItemsOnly room
  fields { name type required unique system filterable sortable target } lists { name target via } } }`;

interface Described {
  readonly name: string;
  readonly writable: boolean;
  readonly ownItemsOnly: boolean;
  readonly room: boolean;
  readonly fields: readonly { readonly name: string }[];
  readonly lists: readonly { readonly name: string }[];
}

async function modelsFor(as: Principal): Promise<Readonly<Record<string, Described>>> {
  const { data: answer, errors } = await data.run(as, query);
  expect(errors).toEqual([]);
  return Object.fromEntries((answer.dataModels as Described[]).map((model) => [model.name, model]));
}

test('the catalogue says of each field what can be done with it', async () => {
  const { Flight } = await modelsFor(member(workspaceId, 'EDITOR'));
  const field = (name: string) => Flight?.fields.find((candidate) => candidate.name === name);
  expect(Flight).toMatchObject({ singular: 'flight', plural: 'flights', store: 'RELATIONAL' });
  expect(field('id')).toMatchObject({ type: 'ID', unique: true, system: true, sortable: true, target: null });
  expect(field('origin')).toMatchObject({
    target: 'Airport',
    filterable: true,
    sortable: false,
    required: true,
  });
  expect(field('delayMinutes')).toMatchObject({
    type: 'Int',
    filterable: true,
    sortable: true,
    system: false,
  });
  expect(field('createdBy')).toMatchObject({ filterable: false, sortable: false });
  expect(Flight?.lists).toEqual([{ name: 'notes', target: 'FlightNote', via: 'flight' }]);
});

test('the catalogue says which items have a text that is edited together', async () => {
  const { Flight, FlightNote } = await modelsFor(member(workspaceId, 'VIEWER'));
  expect([Flight?.room, FlightNote?.room]).toEqual([false, true]);
});

test('whoever asks sees the models they may read, and of those what they may see', async () => {
  const forStrangers = await modelsFor(anonymous(workspaceId));
  expect(Object.keys(forStrangers).sort()).toEqual(['Airport', 'Flight']);
  expect(forStrangers['Flight']?.lists).toEqual([]);
  expect(forStrangers['Airport']?.fields.map(({ name }) => name)).not.toContain('createdBy');
  const forMembers = await modelsFor(member(workspaceId, 'VIEWER'));
  expect(Object.keys(forMembers).sort()).toEqual(['Airport', 'Flight', 'FlightNote']);
  expect(forMembers['Airport']?.fields.map(({ name }) => name)).toContain('createdBy');
});

test('a model is writable for those whose writes would be taken', async () => {
  const rights = async (as: Principal) =>
    Object.values(await modelsFor(as)).map(({ name, writable, ownItemsOnly }) => [
      name,
      writable,
      ownItemsOnly,
    ]);
  expect(await rights(anonymous(workspaceId))).toEqual([
    ['Airport', false, false],
    ['Flight', false, false],
  ]);
  expect(await rights(member(workspaceId, 'VIEWER'))).toEqual([
    ['Airport', false, false],
    ['FlightNote', true, true],
    ['Flight', false, false],
  ]);
  expect(await rights(member(workspaceId, 'EDITOR'))).toEqual([
    ['Airport', true, false],
    ['FlightNote', true, false],
    ['Flight', true, false],
  ]);
  expect(await rights(apiKey(workspaceId, 'EDITOR', ['data:read']))).toEqual([
    ['Airport', false, false],
    ['FlightNote', false, false],
    ['Flight', false, false],
  ]);
});

test('a key without the scope to read is told nothing', async () => {
  expect(await data.run(apiKey(workspaceId, 'OWNER', ['identity:read']), query)).toMatchObject({
    code: 'FORBIDDEN',
  });
});
