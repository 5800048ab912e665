import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { airportInput, makeAirports, makeFlights } from './airports.ts';
import { member, type OpenData, openData } from './open-data.ts';

let data: OpenData;
const workspaceId = newId();
const editor = member(workspaceId, 'EDITOR');
let flightId: string | undefined;
beforeAll(async () => {
  data = await openData();
  await makeAirports(data, editor, [{ iata: 'DTW' }, { iata: 'LAS' }]);
  [flightId] = await makeFlights(data, editor, [{ origin: 'DTW', destination: 'LAS' }]);
});
afterAll(() => data[Symbol.asyncDispose]());

const attacks = [
  `'; DROP TABLE data.airport; --`,
  `" OR "1"="1`,
  `$1`,
  `\\`,
  `%`,
  `_`,
  `{"$ne":null}`,
  `{"$where":"sleep(1000)"}`,
  `a.b`,
  `$gt`,
  `__proto__`,
  `constructor`,
  `toString`,
  `\u202e`,
  `<script>`,
  `\r\nX: y`,
  `NULL`,
  `0x27`,
  `\u{1F600}`,
  `E'\\x27'`,
  '/**/',
];

test('text that looks like code is stored, found, sorted and answered as text', async () => {
  const own = member(newId(), 'EDITOR');
  await makeAirports(
    data,
    own,
    attacks.map((attack, index) => ({ iata: `KEY${index}`, name: attack })),
  );
  for (const [index, attack] of attacks.entries()) {
    const query = `query ($v: String!) { airports(first: 100, where: { name: { eq: $v } }) { nodes { iata name } }
      starts: airports(first: 100, where: { name: { startsWith: $v } }) { nodes { iata } } has: airports(first: 100, where: { name: { contains: $v, ignoreCase: true } }) { nodes { iata } } }`;
    const { data: found, errors } = await data.run(own, query, { v: attack });
    expect(errors).toEqual([]);
    const expected = { iata: `KEY${index}` };
    expect(found.airports.nodes).toEqual([{ ...expected, name: attack }]);
    expect(found.starts.nodes).toContainEqual(expected);
    expect(found.has.nodes).toContainEqual(expected);
  }
  expect((await data.run(own, `{ airports { totalCount } }`)).data.airports.totalCount).toBe(attacks.length);
});

test('attacks in place of ids and cursors are BAD_USER_INPUT or CURSOR_INVALID', async () => {
  for (const attack of attacks) {
    expect((await data.run(editor, `query ($v: ID!) { airport(id: $v) { id } }`, { v: attack })).code).toBe(
      'BAD_USER_INPUT',
    );
    expect(
      (
        await data.run(
          editor,
          `query ($v: ID!) { flights(where: { origin: { in: [$v] } }) { nodes { id } } }`,
          { v: attack },
        )
      ).code,
    ).toBe('BAD_USER_INPUT');
    expect(
      (await data.run(editor, `query ($v: Cursor) { airports(after: $v) { nodes { id } } }`, { v: attack }))
        .code,
    ).toBe('CURSOR_INVALID');
    expect(
      (await data.run(editor, `mutation ($v: ID!) { deleteAirport(id: $v) { id } }`, { v: attack })).code,
    ).toBe('BAD_USER_INPUT');
    const key = await data.run(editor, `query ($v: String!) { airport(iata: $v) { id } }`, { v: attack });
    expect([key.data, key.errors]).toEqual([{ airport: null }, []]);
  }
});

test('ignoreCase lets A–Z stand for a–z and folds no other letter', async () => {
  const own = member(newId(), 'EDITOR');
  await makeAirports(data, own, [{ iata: 'AAA', name: 'CAFÉ Straße' }]);
  const query = `query ($c: String!) { airports(where: { name: { contains: $c, ignoreCase: true } }) { totalCount } }`;
  const found = async (c: string): Promise<unknown> =>
    (await data.run(own, query, { c })).data.airports.totalCount;
  expect([await found('caf'), await found('STRA')]).toEqual([1, 1]);
  expect([await found('café'), await found('STRASSE')]).toEqual([0, 0]);
});

test('conditions that say nothing, are null, or go on for ever are refused rather than dropped', async () => {
  const code = async (where: unknown): Promise<unknown> =>
    (
      await data.run(editor, `query ($w: AirportWhere) { airports(where: $w) { nodes { id } } }`, {
        w: where,
      })
    ).code;
  const nested = (depth: number): object =>
    depth === 0 ? { iata: { eq: 'x' } } : { not: nested(depth - 1) };
  const bad = [
    { iata: null },
    { iata: {} },
    { iata: { eq: null } },
    { iata: { in: null } },
    { and: null },
    { not: null },
    { not: {} },
    { and: [] },
    { and: [{}] },
    { or: [] },
    { or: [{ iata: { eq: 'DTW' } }, {}] },
    { and: [{ or: [{}] }] },
    { iata: { ignoreCase: true } },
    { iata: { eq: 'dtw', ignoreCase: true } },
    { iata: { in: ['dtw'], ignoreCase: true } },
    { iata: { startsWith: 'd', ne: 'dtw', ignoreCase: true } },
    nested(30),
    { iata: { in: Array(1_001).fill('x') } },
    { or: Array(300).fill({ iata: { eq: 'x' } }) },
    { iata: { contains: 'x'.repeat(300) } },
    { iata: { eq: 'a\0b' } },
  ];
  for (const where of bad)
    expect(await code(where), JSON.stringify(where).slice(0, 80)).toBe('BAD_USER_INPUT');
  for (const where of [{}, null, undefined, { iata: { eq: 'DTW', ignoreCase: false } }])
    expect(await code(where)).toBeUndefined();
  const said = async (where: unknown): Promise<unknown> =>
    (await data.run(editor, `query ($w: AirportWhere) { airports(where: $w) { totalCount } }`, { w: where }))
      .errors[0]?.message;
  expect(await said({ and: [{}] })).toBe('where.and has a part that says nothing.');
  expect(await said({ iata: null })).toBe('where.iata is null; leave it out, or use isNull.');
  const forgotten = await data.run(
    editor,
    `query ($c: StringComparison) { airports(where: { iata: $c }) { totalCount } }`,
  );
  expect(forgotten.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', variable: 'c' });
  const order = async (orderBy: unknown): Promise<unknown> =>
    (
      await data.run(editor, `query ($o: [AirportOrder!]) { airports(orderBy: $o) { nodes { id } } }`, {
        o: orderBy,
      })
    ).code;
  for (const orderBy of [
    [{}],
    [{ iata: 'ASC', name: 'ASC' }],
    [{ iata: null }],
    [{ iata: 'ASC' }, { iata: 'DESC' }],
    [{ iata: 'UP' }],
    [{ createdBy: 'ASC' }],
  ]) {
    expect(await order(orderBy), JSON.stringify(orderBy)).toBe('BAD_USER_INPUT');
  }
});

test('values that cannot be kept as they are are refused by field', async () => {
  const airport = (fields: object): Promise<unknown> =>
    data
      .run(editor, `mutation ($i: AirportInput!) { createAirport(input: $i) { id } }`, {
        i: { ...airportInput({ iata: 'NEW' }), ...fields },
      })
      .then(({ code }) => code);
  const bad = [
    { name: 'x'.repeat(10_001) },
    { name: 'a\0b' },
    { name: 'a\ud800b' },
    { iata: '   ' },
    { iata: 'x'.repeat(501) },
    { name: null },
    { latitude: '1' },
    { latitude: Number.POSITIVE_INFINITY },
    { id: newId().toUpperCase() },
    { workspaceId: newId() },
    { createdBy: 'me' },
    { version: 9 },
    { ['__proto__x']: 1 },
  ];
  for (const fields of bad)
    expect(await airport(fields), JSON.stringify(fields).slice(0, 60)).toBe('BAD_USER_INPUT');
  const flight = (scheduledAt: unknown, delayMinutes: unknown = 1): Promise<unknown> =>
    data
      .run(editor, `mutation ($i: FlightInput!) { createFlight(input: $i) { id } }`, {
        i: {
          scheduledAt,
          delayMinutes,
          distanceMiles: 1,
          origin: { iata: 'DTW' },
          destination: { iata: 'LAS' },
        },
      })
      .then(({ code }) => code);
  for (const time of [
    '2001-02-30T00:00:00Z',
    '2001-01-01',
    '2001-01-01T00:00:00',
    '2001-13-01T00:00:00Z',
    'now',
    1,
    '9999-12-31T23:59:59-01:00',
    '0000-01-01T00:00:00Z',
  ]) {
    expect(await flight(time), String(time)).toBe('BAD_USER_INPUT');
  }
  expect(await flight('2001-01-01T00:00:00Z', 2 ** 31)).toBe('BAD_USER_INPUT');
  expect(await flight('2001-01-01T00:00:00Z', 1.5)).toBe('BAD_USER_INPUT');
});

test('JSON that is deep, reaches prototypes or reads as an operator is refused; other JSON comes back as it was, any finite number too', async () => {
  const note = async (body: unknown): Promise<unknown> => {
    const made = await data.run(
      editor,
      `mutation ($f: ID!, $b: JSON) { createFlightNote(input: { flightId: $f, body: $b }) { body } }`,
      { f: flightId, b: body },
    );
    return made.code ?? made.data.createFlightNote.body;
  };
  const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });
  const bad = [
    JSON.parse('{"__proto__": {"x": 1}}'),
    { constructor: { prototype: {} } },
    { $ne: null },
    { 'a.b': 1 },
    deep(40),
    { a: 'x\0' },
    Array(10_001).fill(0),
  ];
  for (const body of bad) expect(await note(body)).toBe('BAD_USER_INPUT');
  expect(
    (
      await data.run(
        editor,
        `mutation ($f: ID!) { createFlightNote(input: { flightId: $f, body: { __proto__: 1 } }) { id } }`,
        { f: flightId },
      )
    ).code,
  ).toBe('BAD_USER_INPUT');
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  for (const body of [
    { a: [1, 'é', null, true, { b: {} }] },
    [2 ** 53, 1e300, -Number.MAX_VALUE, Number.MIN_VALUE, 0.1],
    [],
    'text',
    0,
    false,
  ])
    expect(await note(body)).toEqual(body);
});

test('a refused field beside a reference to nothing is one coded error, and leaves nothing unhandled', async () => {
  const input = { flightId: newId(), title: 'x'.repeat(20_000) };
  expect(
    (
      await data.run(editor, `mutation ($i: FlightNoteInput!) { createFlightNote(input: $i) { id } }`, {
        i: input,
      })
    ).code,
  ).toBe('BAD_USER_INPUT');
});

test('a stranger who asks a public record for what only members see loses that field and nothing else', async () => {
  const stranger = { ...editor, kind: 'anonymous' as const, role: null };
  const answer = await data.run(
    stranger,
    `{ flights { nodes { distanceMiles notes { totalCount nodes { id } } } } }`,
  );
  expect(answer.data.flights.nodes).toEqual([{ distanceMiles: 100, notes: null }]);
  expect(answer.code).toBe('UNAUTHENTICATED');
});
