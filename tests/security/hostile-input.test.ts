import { type GraphCaller, graphCaller } from '@tributary/test-kit';
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { newWorkspace } from './newcomers.ts';
import {
  airportInput,
  freshCode,
  makeAirport,
  makeNote,
  makeTenantData,
  type TenantData,
} from './tenant-data.ts';

// Rows 28–34: what is sent is a value or a coded refusal, never code, never a condition that vanishes.
const { url } = inject('product');

let ask: GraphCaller;
let data: TenantData;

beforeAll(async () => {
  ({ ask } = (await newWorkspace(url)).owner);
  data = await makeTenantData(ask);
});

const codesOf = (errors: readonly { readonly extensions: Readonly<Record<string, unknown>> }[]) =>
  errors.map(({ extensions }) => extensions['code']);

async function rest(method: string, path: string, body?: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/v1${path}`, {
    method,
    headers: {
      authorization: ask.authorization ?? '',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, text: await response.text() };
}

describe('what an input does not declare is refused, never ignored', () => {
  const ruled = [
    'role',
    'workspaceId',
    'tenantId',
    'ownerId',
    'createdAt',
    'createdBy',
    'version',
    'updatedAt',
  ];
  const known = new Set(['id', ...Object.keys(airportInput(''))]);
  const extra = fc.oneof(fc.constantFrom(...ruled), fc.string({ minLength: 1, maxLength: 12 }));

  test('over the graph and over REST, whatever it is called and holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        extra.filter((name) => !known.has(name)),
        fc.jsonValue({ maxDepth: 2 }),
        async (name, value) => {
          const input = `{${JSON.stringify(name)}:${JSON.stringify(value)},${JSON.stringify(airportInput('EXTRA')).slice(1)}`;
          const response = await fetch(`${url}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', authorization: ask.authorization ?? '' },
            body: `{"query":"mutation ($input: AirportInput!) { createAirport(input: $input) { id } }","variables":{"input":${input}}}`,
          });
          expect([name, response.status]).toEqual([name, 400]);
          expect(await response.text()).toMatch(/"code":"BAD_(USER_INPUT|REQUEST)"/);
          expect([name, (await rest('POST', '/airports', input)).status]).toEqual([name, 400]);
        },
      ),
      { numRuns: 50 },
    );
    const { data: found } = await ask(`{ airport(iata: "EXTRA") { id } }`);
    expect(found).toEqual({ airport: null });
  });

  test('so nobody signs up with a role or adds themselves a workspace', async () => {
    for (const field of ['role: OWNER', 'workspace: "demo"', 'id: "x"', 'emailVerified: true']) {
      const { errors } = await graphCaller(url)(
        `mutation { signUp(input: { email: "a@b.test", password: "long enough 123", name: "x", ${field} }) { __typename } }`,
      );
      expect(codesOf(errors)).toContain('BAD_USER_INPUT');
    }
  });
});

describe('a condition that is missing, null or empty never turns into “every row”', () => {
  const deleteText = `mutation ($id: ID!) { deleteAirport(id: $id) { id } }`;

  test('for changes: without an id nothing is changed or deleted', async () => {
    for (const variables of [{}, { id: null }, { id: '' }, { id: [] }, { id: {} }, { id: ' ' }]) {
      const { errors } = await ask(deleteText, variables);
      expect(codesOf(errors)).toEqual(['BAD_USER_INPUT']);
    }
    expect((await ask(`{ airports { totalCount } }`)).data).toEqual({ airports: { totalCount: 1 } });
  });

  test('for reads: neither an empty nor an undefined key finds somebody’s first row', async () => {
    for (const variables of [{}, { id: null, iata: null }]) {
      const query = `query ($id: ID, $iata: String) { airport(id: $id, iata: $iata) { id } }`;
      const { data: found, errors } = await ask(query, variables);
      expect(found).toEqual({ airport: null });
      expect(codesOf(errors)).toEqual(['BAD_USER_INPUT']);
    }
    expect((await ask(`{ airport(iata: "") { id } }`)).data).toEqual({ airport: null });
  });

  test('for lists: a condition that says nothing is refused', async () => {
    for (const where of [
      { iata: {} },
      { iata: { eq: null } },
      { iata: null },
      { not: null },
      { and: null },
    ]) {
      const query = `query ($where: AirportWhere) { airports(where: $where) { nodes { id } } }`;
      const { data: found, errors } = await ask<{ airports: unknown }>(query, { where });
      const isNullComparison = JSON.stringify(where) === '{"iata":{"eq":null}}';
      if (isNullComparison && errors.length === 0) expect(found.airports).toEqual({ nodes: [] });
      else expect([where, codesOf(errors)]).toEqual([where, ['BAD_USER_INPUT']]);
    }
  });
});

const operators = [
  '{"$ne":null}',
  '{"$gt":""}',
  '{"$where":"sleep(9000)"}',
  '{"a.b":1}',
  '{"x":{"$regex":"a*"}}',
];

describe('operators of an engine', () => {
  test('in JSON are refused at any depth, written and patched', async () => {
    const nested = fc.array(fc.constantFrom('a', 'b'), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...operators), nested, async (operator, way) => {
        const body = way.reduceRight<unknown>((inner, key) => ({ [key]: [inner] }), JSON.parse(operator));
        const { errors } = await ask(
          `mutation ($id: ID!, $body: JSON) { updateFlightNote(id: $id, input: { body: $body }) { id } }`,
          { id: data.note, body },
        );
        expect(codesOf(errors)).toEqual(['BAD_USER_INPUT']);
      }),
      { numRuns: 30 },
    );
  });

  test('in REST queries are refused by name', async () => {
    for (const query of [
      'iata[$ne]=x',
      'a[$gt]=',
      'where[$where]=1',
      '$where=1',
      'iata.x=1',
      '__proto__[x]=1',
    ])
      expect([query, (await rest('GET', `/airports?${query}`)).status]).toEqual([query, 400]);
  });

  test('and SQL in any text argument find nothing, change nothing and cost no time', async () => {
    const attacks = [
      `' OR '1'='1`,
      `'; DROP TABLE data.airport; --`,
      `" OR ""="`,
      `x' UNION SELECT password_hash FROM identity.users --`,
      `'||pg_sleep(9)||'`,
      `$1`,
      `\\'; SELECT pg_sleep(9)`,
      ...operators,
    ];
    const query = `query ($t: String!) { airport(iata: $t) { id } flight(flightKey: $t) { id }
      airports(where: { or: [{ name: { contains: $t } }, { city: { eq: $t } }, { iata: { startsWith: $t } }] }) { totalCount } }`;
    for (const attack of attacks) {
      const startedMs = performance.now();
      const { data: found } = await ask(query, { t: attack });
      expect(found).toEqual({ airport: null, flight: null, airports: { totalCount: 0 } });
      expect(performance.now() - startedMs).toBeLessThan(2_000);
      expect((await rest('GET', `/airports?city=${encodeURIComponent(attack)}`)).text).toBe('[]');
      expect([400, 404]).toContain((await rest('GET', `/airports/${encodeURIComponent(attack)}`)).status);
    }
  });

  test.each(['id', 'after'])('in place of an %s are a coded refusal', async (argument) => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 80 }), async (text) => {
        const query =
          argument === 'id'
            ? `query ($t: ID!) { airport(id: $t) { id } }`
            : `query ($t: Cursor!) { airports(after: $t) { nodes { id } } }`;
        const { errors } = await ask(query, { t: text });
        expect(codesOf(errors)).toHaveLength(1);
        expect(['BAD_USER_INPUT', 'CURSOR_INVALID']).toContain(codesOf(errors)[0]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('JSON that reaches for prototypes, infinity or the stack', () => {
  const bodies = [
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"a":{"__proto__":{"polluted":1}}}',
    '{"a":1e400}',
    `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`,
    `[${'['.repeat(100)}${']'.repeat(100)}]`,
  ];

  test('is refused over the graph and over REST, and the next answers are as before', async () => {
    for (const body of bodies) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: ask.authorization ?? '' },
        body: `{"query":"mutation ($id: ID!, $body: JSON) { updateFlightNote(id: $id, input: { body: $body }) { id } }","variables":{"id":"${data.note}","body":${body}}}`,
      });
      expect(await response.text()).toMatch(/"code":"BAD_(USER_INPUT|REQUEST)"/);
      expect((await rest('PATCH', `/notes/${data.note}`, `{"body":${body}}`)).status).toBe(400);
    }
    const { data: note } = await ask(`query ($id: ID!) { flightNote(id: $id) { body } }`, { id: data.note });
    expect(note).toEqual({ flightNote: { body: { text: 'ours' } } });
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    '%s as alias, variable, operation and JSON text is an ordinary name or a coded refusal',
    async (name) => {
      const query = `query ${name}($${name}: String) { ${name}: airport(iata: $${name}) { ${name}: name flights: departures { ${name}: nodes { ${name}: id } } } }`;
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: ask.authorization ?? '' },
        body: `{"query":${JSON.stringify(query)},"variables":{"${name}":"${data.iata}"}}`,
      });
      const text = await response.text();
      expect(response.status).toBeLessThan(500);
      expect(text).not.toContain('INTERNAL');
      if (response.status === 200) expect(text).toContain(`Field ${data.iata}`);
      const { data: after } = await ask(`{ airports { totalCount } }`);
      expect(after).toEqual({ airports: { totalCount: 1 } });
    },
  );
});

test('whatever text is stored comes back as it was, and is found as it is', async () => {
  const airport = await makeAirport(ask, freshCode());
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), async (name) => {
      const { data: changed, errors } = await ask(
        `mutation ($id: ID!, $name: String!) { updateAirport(id: $id, input: { name: $name }) { name } }`,
        { id: airport, name },
      );
      if (errors.length > 0) expect(codesOf(errors)).toEqual(['BAD_USER_INPUT']);
      else expect(changed).toEqual({ updateAirport: { name } });
    }),
    { numRuns: 40 },
  );
  await ask(`mutation ($id: ID!) { deleteAirport(id: $id) { id } }`, { id: airport });
});

test('a message of errors repeats little of what it was given, and takes no time that grows with its square', async () => {
  const noteId = await makeNote(ask, data.flight);
  const startedMs = performance.now();
  const text = 'Did you mean '.repeat(70_000);
  const { errors } = await ask(`query ($n: Int) { airports(first: $n) { totalCount } }`, { n: text });
  const body = JSON.stringify({ title: { x: text } });
  const refused = await rest('PATCH', `/notes/${noteId}`, body);
  expect(performance.now() - startedMs).toBeLessThan(2_000);
  expect(errors[0]?.message.length).toBeLessThanOrEqual(500);
  expect([refused.status, refused.text.length < 2_048]).toEqual([400, true]);
  for (const query of [`{ ${'a'.repeat(100_000)} }`, `query ($${'v'.repeat(60_000)}: Int) { signUpOpen }`]) {
    const { errors: short } = await ask(query);
    expect(JSON.stringify(short).length).toBeLessThan(2_048);
  }
});
