import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeAirports, makeFlights } from './airports.ts';
import { anonymous, member, type OpenData, openData } from './open-data.ts';

let data: OpenData;
const workspaceId = newId();
const editor = member(workspaceId, 'EDITOR');
let ids: Record<string, string>;
let flights: readonly string[];

beforeAll(async () => {
  data = await openData();
  ids = await makeAirports(data, editor, [{ iata: 'AAA' }, { iata: 'BBB' }, { iata: 'CCC' }]);
  const legs = ['AAA-BBB', 'AAA-CCC', 'BBB-AAA', 'AAA-BBB', 'AAA-BBB', 'CCC-AAA'];
  flights = await makeFlights(
    data,
    editor,
    legs.map((leg, index) => ({
      origin: leg.slice(0, 3),
      destination: leg.slice(4),
      delayMinutes: index * 10,
      flightKey: `F${index}`,
    })),
  );
});
afterAll(() => data[Symbol.asyncDispose]());

test('three levels of relations take one statement each, and counting them one more each', async () => {
  const query = `{ airports(first: 3) { totalCount nodes { iata departures(first: 2) { totalCount nodes { flightKey destination { iata } } } } } }`;
  const first = await data.run(anonymous(workspaceId), query);
  expect(first.errors).toEqual([]);
  expect(first.data.airports.totalCount).toBe(3);
  expect(first.data.airports.nodes[0]).toEqual({
    iata: 'AAA',
    departures: {
      totalCount: 4,
      nodes: [
        { flightKey: 'F0', destination: { iata: 'BBB' } },
        { flightKey: 'F1', destination: { iata: 'CCC' } },
      ],
    },
  });
  const statements = await data.statementsOf(() => data.run(anonymous(workspaceId), query));
  expect(statements).toHaveLength(5);
  const uncounted = query.replaceAll('totalCount', '');
  expect(await data.statementsOf(() => data.run(anonymous(workspaceId), uncounted))).toHaveLength(3);
});

test('two references to one model share a statement', async () => {
  const query = `{ flights(first: 6) { nodes { origin { iata } destination { name } } } }`;
  expect(await data.statementsOf(() => data.run(editor, query))).toHaveLength(2);
});

test('a statement reads only the columns that the operation mentions', async () => {
  const [statement] = await data.statementsOf(() =>
    data.run(editor, `{ airports(first: 1) { nodes { iata } } }`),
  );
  expect(statement).toContain('"iata"');
  expect(statement).not.toMatch(/latitude|created_at|version/);
});

test('a list relation filters, orders and pages for each parent by itself', async () => {
  const query = `query ($after: Cursor) { airport(iata: "AAA") { departures(where: { delayMinutes: { gte: 10 } }, orderBy: [{ delayMinutes: DESC }], first: 2, after: $after) {
    totalCount nodes { flightKey } pageInfo { hasNextPage hasPreviousPage endCursor } } } }`;
  const first = (await data.run(editor, query)).data.airport.departures;
  expect(first).toMatchObject({
    totalCount: 3,
    nodes: [{ flightKey: 'F4' }, { flightKey: 'F3' }],
    pageInfo: { hasNextPage: true, hasPreviousPage: false },
  });
  const second = (await data.run(editor, query, { after: first.pageInfo.endCursor })).data.airport.departures;
  expect(second).toMatchObject({
    totalCount: 3,
    nodes: [{ flightKey: 'F1' }],
    pageInfo: { hasNextPage: false, hasPreviousPage: true },
  });
});

test('the same relation with other arguments is another list', async () => {
  const query = `{ airport(iata: "AAA") { few: departures(first: 1) { nodes { flightKey } } late: departures(where: { delayMinutes: { gt: 30 } }) { nodes { flightKey } } } }`;
  expect((await data.run(editor, query)).data.airport).toEqual({
    few: { nodes: [{ flightKey: 'F0' }] },
    late: { nodes: [{ flightKey: 'F4' }] },
  });
});

test('flights are found by the id of the airport they leave from', async () => {
  const query = `query ($id: ID!) { flights(where: { origin: { eq: $id } }) { nodes { flightKey } } }`;
  expect((await data.run(editor, query, { id: ids['CCC'] })).data.flights.nodes).toEqual([
    { flightKey: 'F5' },
  ]);
});

test('documents that refer to records are listed under them, each parent with its own page', async () => {
  const mutation = `mutation ($input: [FlightNoteInput!]!) { createFlightNotes(input: $input) { flightNote { id flight { flightKey } } error { code } } }`;
  const notes = Array.from({ length: 12 }, (_, index) => ({
    flightId: flights[index < 9 ? 0 : 1],
    title: `N${index}`,
  }));
  const made = await data.run(editor, mutation, { input: notes });
  expect(made.errors).toEqual([]);
  expect(made.data.createFlightNotes[0].flightNote.flight).toEqual({ flightKey: 'F0' });
  const query = `{ flights(first: 3) { nodes { flightKey notes(first: 2, orderBy: [{ title: DESC }]) { totalCount nodes { title } pageInfo { hasNextPage } } } } }`;
  const answer = await data.run(editor, query);
  expect(answer.errors).toEqual([]);
  expect(answer.data.flights.nodes.map((node: { notes: unknown }) => node.notes)).toEqual([
    { totalCount: 9, nodes: [{ title: 'N8' }, { title: 'N7' }], pageInfo: { hasNextPage: true } },
    { totalCount: 3, nodes: [{ title: 'N9' }, { title: 'N11' }], pageInfo: { hasNextPage: true } },
    { totalCount: 0, nodes: [], pageInfo: { hasNextPage: false } },
  ]);
});

test('notes under fifty flights and their counts take one statement each, however they are spread', async () => {
  const own = member(newId(), 'EDITOR');
  await makeAirports(data, own, [{ iata: 'AAA' }]);
  const ids = await makeFlights(data, own, Array(50).fill({ origin: 'AAA', destination: 'AAA' }));
  const mutation = `mutation ($input: [FlightNoteInput!]!) { createFlightNotes(input: $input) { error { code } } }`;
  const crowd = Array.from({ length: 300 }, (_, index) => ({
    flightId: ids[index < 200 ? 0 : index % 50],
    title: `N${index}`,
  }));
  const writing = await data.statementsOf(async () => {
    expect((await data.run(own, mutation, { input: crowd })).errors).toEqual([]);
  });
  expect(writing).toHaveLength(3);
  const query = `query ($notes: Int) { flights(first: 50) { nodes { id notes(first: $notes) { totalCount nodes { title } pageInfo { hasNextPage } } } } }`;
  for (const notes of [3, 100]) {
    const reading = await data.statementsOf(async () => {
      const answer = await data.run(own, query, { notes });
      expect(answer.errors).toEqual([]);
      for (const { id, notes: page } of answer.data.flights.nodes) {
        const totalCount = crowd.filter(({ flightId }) => flightId === id).length;
        expect(page).toMatchObject({ totalCount, pageInfo: { hasNextPage: totalCount > notes } });
        expect(page.nodes).toHaveLength(Math.min(totalCount, notes));
      }
    });
    expect(reading).toHaveLength(3);
  }
});

test('a record that documents refer to cannot be deleted', async () => {
  const refused = await data.run(editor, `mutation ($id: ID!) { deleteFlight(id: $id) { id } }`, {
    id: flights[0],
  });
  expect(refused.errors[0]?.extensions).toMatchObject({
    code: 'STILL_REFERENCED',
    referredBy: 'FlightNote.flight',
    advice: expect.stringContaining('refers to it'),
  });
});

test('entities are resolved by each of their keys in one statement a key, whatever else the representation claims', async () => {
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Airport { id iata name } } }`;
  const representations = [
    { __typename: 'Airport', id: ids['AAA'], name: 'forged', workspaceId: newId() },
    { __typename: 'Airport', id: newId() },
    { __typename: 'Airport', iata: 'BBB' },
    { __typename: 'Airport', id: ids['CCC'] },
    { __typename: 'Airport', id: "' OR 1=1 --" },
    { __typename: 'Airport' },
  ];
  const { data: answer } = await data.run(anonymous(workspaceId), query, { r: representations });
  expect(
    answer._entities.map(
      (entity: { iata: string; name: string } | null) => entity && [entity.iata, entity.name],
    ),
  ).toEqual([['AAA', 'AAA Airport'], null, ['BBB', 'BBB Airport'], ['CCC', 'CCC Airport'], null, null]);
  expect(await data.statementsOf(() => data.run(editor, query, { r: representations }))).toHaveLength(2);
});
