import { relationalOutbox } from '@tributary/engines/outbox/relational';
import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { airportInput, makeAirports, makeFlights } from './airports.ts';
import { anonymous, member, type OpenData, openData } from './open-data.ts';

let data: OpenData;
let workspaceId: string;
beforeAll(async () => {
  data = await openData();
});
beforeEach(() => {
  workspaceId = newId();
});
afterAll(() => data[Symbol.asyncDispose]());

const create = `mutation ($input: AirportInput!) { createAirport(input: $input) { id iata name city latitude version createdAt updatedAt createdBy } }`;
const update = `mutation ($id: ID!, $input: AirportPatch!, $version: Int) { updateAirport(id: $id, input: $input, expectedVersion: $version) { id name city version } }`;
const remove = `mutation ($id: ID!, $version: Int) { deleteAirport(id: $id, expectedVersion: $version) { id iata } }`;

test('while too many events wait for the log changes are refused with a code that says to try again, reading goes on, and nothing was changed', async () => {
  const editor = member(workspaceId, 'EDITOR');
  const { id } = (await data.run(editor, create, { input: airportInput({ iata: 'AAA' }) })).data
    .createAirport;
  const outbox = await relationalOutbox(data.relational);
  await outbox.tellFull(true);
  const renaming = { id, input: { name: 'other' } };
  for (const [change, variables] of [
    [create, { input: airportInput({ iata: 'BBB' }) }],
    [update, renaming],
    [remove, { id }],
  ] as const) {
    const { errors, code } = await data.run(editor, change, variables);
    expect(code).toBe('BACKLOG_FULL');
    expect(errors[0]?.extensions).toMatchObject({ retryable: true });
  }
  const all = '{ airports(first: 9) { nodes { id version } } }';
  expect((await data.run(editor, all)).data.airports.nodes).toEqual([{ id, version: 1 }]);
  await outbox.tellFull(false);
  expect((await data.run(editor, update, renaming)).errors).toEqual([]);
});

describe('a record', () => {
  test('is answered by its id and by its unique field as it was written', async () => {
    const editor = member(workspaceId, 'EDITOR');
    const made = await data.run(editor, create, { input: airportInput({ iata: 'DTW', city: 'Detroit' }) });
    expect(made.errors).toEqual([]);
    const { id } = made.data.createAirport;
    expect(made.data.createAirport).toMatchObject({
      iata: 'DTW',
      city: 'Detroit',
      version: 1,
      createdBy: editor.id,
    });
    const read = `query ($id: ID, $iata: String) { byId: airport(id: $id) { id iata latitude createdAt } byIata: airport(iata: $iata) { id iata latitude createdAt } }`;
    const { data: answer, errors } = await data.run(anonymous(workspaceId), read, { id, iata: 'DTW' });
    expect(errors).toEqual([]);
    expect(answer.byId).toEqual({
      id,
      iata: 'DTW',
      latitude: 1.5,
      createdAt: made.data.createAirport.createdAt,
    });
    expect(answer.byIata).toEqual(answer.byId);
  });

  test('that is absent is null when asked for and NOT_FOUND when changed', async () => {
    const editor = member(workspaceId, 'EDITOR');
    const read = await data.run(editor, `query ($id: ID) { airport(id: $id) { id } }`, { id: newId() });
    expect(read).toMatchObject({ data: { airport: null }, errors: [] });
    expect((await data.run(editor, update, { id: newId(), input: { name: 'x' } })).code).toBe('NOT_FOUND');
    expect((await data.run(editor, remove, { id: newId() })).code).toBe('NOT_FOUND');
  });

  test('asked for by a malformed id, by no key or by two keys is BAD_USER_INPUT', async () => {
    const editor = member(workspaceId, 'EDITOR');
    for (const args of [`id: "1' OR 1=1"`, `id: ""`, `iata: "A", id: "${newId()}"`, `iata: null`]) {
      expect((await data.run(editor, `{ airport(${args}) { id } }`)).code, args).toBe('BAD_USER_INPUT');
    }
    expect((await data.run(editor, `{ airport { id } }`)).code).toBe('BAD_USER_INPUT');
    expect((await data.run(editor, update, { id: 'x', input: {} })).code).toBe('BAD_USER_INPUT');
  });

  test('changes only in the fields named, with its version and one event', async () => {
    const editor = member(workspaceId, 'EDITOR');
    const ids = await makeAirports(data, editor, [{ iata: 'DTW', city: 'Detroit' }]);
    await data.takeEvents();
    const changed = await data.run(editor, update, { id: ids['DTW'], input: { name: 'Metro' }, version: 1 });
    expect(changed.data.updateAirport).toEqual({
      id: ids['DTW'],
      name: 'Metro',
      city: 'Detroit',
      version: 2,
    });
    const [written, ...others] = await data.takeEvents();
    expect(others).toEqual([]);
    expect(written).toMatchObject({
      topic: 'data.record',
      event: {
        type: 'data.record.updated',
        subject: `Airport/${ids['DTW']}`,
        partitionkey: `Airport/${ids['DTW']}`,
        workspaceid: workspaceId,
        actorid: editor.id,
        data: {
          model: 'Airport',
          version: 2,
          before: { name: 'DTW Airport' },
          after: { name: 'Metro', city: 'Detroit' },
          changed: ['name'],
        },
      },
    });
  });

  test('keeps its version and makes no event when a change changes nothing', async () => {
    const editor = member(workspaceId, 'EDITOR');
    const ids = await makeAirports(data, editor, [{ iata: 'DTW' }]);
    await data.takeEvents();
    const same = await data.run(editor, update, { id: ids['DTW'], input: { name: 'DTW Airport' } });
    expect(same.data.updateAirport.version).toBe(1);
    expect(await data.takeEvents()).toEqual([]);
  });

  test('changed since it was read is refused with the version it has by now', async () => {
    const editor = member(workspaceId, 'EDITOR');
    const ids = await makeAirports(data, editor, [{ iata: 'DTW' }]);
    await data.run(editor, update, { id: ids['DTW'], input: { name: 'A' }, version: 1 });
    const late = await data.run(editor, update, { id: ids['DTW'], input: { name: 'B' }, version: 1 });
    expect(late.code).toBe('VERSION_CONFLICT');
    expect(late.errors[0]?.extensions['currentVersion']).toBe(2);
    expect((await data.run(editor, remove, { id: ids['DTW'], version: 1 })).code).toBe('VERSION_CONFLICT');
  });

  test('changed by twenty at once with one expected version is changed by exactly one', async () => {
    const editor = member(workspaceId, 'EDITOR');
    const ids = await makeAirports(data, editor, [{ iata: 'DTW' }]);
    const tries = Array.from({ length: 20 }, (_, index) =>
      data.run(editor, update, { id: ids['DTW'], input: { name: `N${index}` }, version: 1 }),
    );
    const codes = (await Promise.all(tries)).map(({ code }) => code);
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    expect(codes.filter((code) => code === 'VERSION_CONFLICT')).toHaveLength(19);
  });

  test('with a taken unique value is refused, naming the field', async () => {
    const editor = member(workspaceId, 'EDITOR');
    const ids = await makeAirports(data, editor, [{ iata: 'DTW' }, { iata: 'LAS' }]);
    const again = await data.run(editor, create, { input: airportInput({ iata: 'DTW' }) });
    expect(again.code).toBe('CONFLICT');
    const moved = await data.run(editor, update, { id: ids['LAS'], input: { iata: 'DTW' } });
    expect(moved.errors[0]?.extensions).toMatchObject({ code: 'CONFLICT', fields: ['iata'] });
  });

  test('cannot be deleted while others refer to it, and can be afterwards', async () => {
    const editor = member(workspaceId, 'EDITOR');
    const ids = await makeAirports(data, editor, [{ iata: 'DTW' }, { iata: 'LAS' }]);
    const [flight] = await makeFlights(data, editor, [{ origin: 'DTW', destination: 'LAS' }]);
    const refused = await data.run(editor, remove, { id: ids['DTW'] });
    expect(refused.errors[0]?.extensions).toMatchObject({
      code: 'STILL_REFERENCED',
      referredBy: 'Flight.origin',
      count: 1,
    });
    await data.run(editor, `mutation ($id: ID!) { deleteFlight(id: $id) { id } }`, { id: flight });
    expect((await data.run(editor, remove, { id: ids['DTW'] })).data.deleteAirport).toEqual({
      id: ids['DTW'],
      iata: 'DTW',
    });
  });

  test('that lacks a required reference, or names one in two ways, is refused by field', async () => {
    const editor = member(workspaceId, 'EDITOR');
    const ids = await makeAirports(data, editor, [{ iata: 'DTW' }]);
    const input = {
      scheduledAt: '2001-01-01T00:00:00Z',
      delayMinutes: 1,
      distanceMiles: 1,
      originId: ids['DTW'],
    };
    const mutation = `mutation ($input: FlightInput!) { createFlight(input: $input) { id } }`;
    expect((await data.run(editor, mutation, { input })).errors[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'destination',
    });
    const twice = { ...input, origin: { iata: 'DTW' }, destinationId: ids['DTW'] };
    expect((await data.run(editor, mutation, { input: twice })).errors[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'origin',
    });
    const absent = { ...input, destination: { iata: 'XXX' } };
    expect((await data.run(editor, mutation, { input: absent })).errors[0]?.extensions).toMatchObject({
      code: 'NOT_FOUND',
      field: 'destination',
    });
  });
});
