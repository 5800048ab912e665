import { randomBytes } from 'node:crypto';
import { eventually, graphCaller, type RunningProduct, startProduct } from '@tributary/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newApiKey, newcomer, newWorkspace, type Workspace } from './newcomers.ts';
import { rawRequest } from './raw-request.ts';
import { rawSocket } from './raw-socket.ts';
import { makeTenantData } from './tenant-data.ts';

// Rows 11, 12, 19, 21 and 54–56, on a product as production runs it, with the most talkative log.
let product: RunningProduct;
let url: string;

beforeAll(async () => {
  product = await startProduct({
    form: 'one',
    env: { NODE_ENV: 'production', ALLOW_EMBEDDED: '1', LOG_LEVEL: 'debug', REQUESTS_PER_MINUTE: '100000' },
  });
  ({ url } = product);
});
afterAll(() => product[Symbol.asyncDispose]());

const stranger = (query: string, variables?: object) => graphCaller(url)(query, variables);

test('production makes no demo workspace, and its start block shows no credential', () => {
  expect(product.output()).not.toMatch(/demo\.local|password|trb_/);
});

describe('the schema', () => {
  const questions = [
    '{ __schema { types { name } } }',
    '{ a: __type(name: "Airport") { name } }',
    'query ($n: String!) { ... on Query { b: __type(name: $n) { fields { name } } } }',
    '{ ...F } fragment F on Query { signUpOpen ...G } fragment G on Query { c: __schema { queryType { name } } }',
    '{ signUpOpen __schema @skip(if: false) { __typename } }',
  ];

  test('answers introspection to nobody but admins, however it is asked', async () => {
    const { ask } = await newcomer(url);
    for (const query of questions) {
      for (const caller of [graphCaller(url), ask]) {
        const { data, errors } = await caller(query, { n: 'Airport' });
        expect(errors[0]?.extensions['code']).toBe('INTROSPECTION_DISABLED');
        expect(data ?? null).toBeNull();
      }
    }
    using socket = await rawSocket(url);
    await socket.init();
    socket.send({ type: 'subscribe', id: 'a', payload: { query: questions[0] } });
    await eventually(() => expect(JSON.stringify(socket.messages)).toContain('INTROSPECTION_DISABLED'));
    const { owner } = await newWorkspace(url);
    expect((await owner.ask(questions[0] ?? '')).errors).toEqual([]);
  });

  const near = [
    '{ airpor { id } }',
    '{ airports { totalCoun } }',
    '{ airport(iat: "x") { id } }',
    '{ airports(where: { iat: { eq: "x" } }) { totalCount } }',
    '{ airports(where: { iata: { equ: "x" } }) { totalCount } }',
    '{ airports(orderBy: [{ nam: ASC }]) { totalCount } }',
    'mutation { changeMemberRole(userId: "x", role: ADMI) { __typename } }',
    '{ ... on Quer { signUpOpen } }',
    'query ($x: AirportWher) { signUpOpen }',
    '{ signUpOpen @skp(if: true) }',
    'subscription { airportChange { id } }',
  ];

  test.each(near)('proposes no name to %s', async (query) => {
    const { errors } = await stranger(query);
    expect(errors.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toMatch(/did you mean|suggest/i);
    expect(JSON.stringify(errors)).not.toMatch(/totalCount"|airports"|ADMIN"|AirportWhere"/);
  });

  test('hides federation, internal fields and internal types', async () => {
    const inside = [
      '_entities(representations: []) { __typename }',
      '_service { sdl }',
      'verifyApiKey(secret: "x") { id }',
      'resolveWorkspace(slug: "x") { id }',
      'waitingRevocations { row }',
    ];
    const { owner } = await newWorkspace(url);
    for (const field of inside) {
      for (const ask of [graphCaller(url), owner.ask])
        expect(JSON.stringify((await ask(`{ ${field} }`)).errors)).toContain('Cannot query field');
    }
    const { data } = await owner.ask('{ __schema { types { name } directives { name } } }');
    expect(JSON.stringify(data)).not.toMatch(/join__|_Entity|_Any|VerifiedApiKey|"allow"|inaccessible/);
  });

  test('and its execution leave no trace in an answer, whoever asks for one', async () => {
    for (const header of [
      'apollo-federation-include-trace',
      'apollo-tracing',
      'apollo-query-plan-experimental',
    ]) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [header]: 'ftv1' },
        body: JSON.stringify({ query: '{ airports { totalCount } }' }),
      });
      const answer = (await response.json()) as { extensions?: unknown };
      expect(answer.extensions).toBeUndefined();
      expect(response.headers.get('x-powered-by') ?? response.headers.get('server')).toBeNull();
    }
  });
});

describe('what people trust the product with', () => {
  const canary = randomBytes(6).toString('hex');
  const person = `canary-${canary}@secret.test`;
  const secrets = {
    password: `Password ${canary}!`,
    text: `canary-text-${canary}`,
    card: '4111 1111 1111 1111',
    social: '078-05-1120',
    query: `canary_field_${canary}`,
    agent: `canary-agent-${canary}`,
  };
  let workspace: Workspace;
  let tokens: readonly string[];

  beforeAll(async () => {
    workspace = await newWorkspace(url);
    const { ask, refreshToken, accessToken } = workspace.owner;
    const key = await newApiKey(workspace, 'VIEWER', ['data:read']);
    tokens = [refreshToken, accessToken, key.authorization.slice('Bearer '.length)];
    const { flight } = await makeTenantData(ask);
    const { password, text, card, social, query, agent } = secrets;
    const input = { email: person, password, name: text };
    await stranger(`mutation ($input: SignUpInput!) { signUp(input: $input) { __typename } }`, { input });
    const signIn = `mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }`;
    await stranger(signIn, { input: { email: person, password: `wrong ${password}` } });
    await ask(`mutation ($input: FlightNoteInput!) { createFlightNote(input: $input) { id } }`, {
      input: { flightId: flight, title: text, body: { card, social } },
    });
    await ask(`mutation ($input: FlightNoteInput!) { createFlightNote(input: $input) { id } }`, {
      input: { flightId: flight, title: text, body: { card, social, $where: text } },
    });
    await ask(`{ ${query}(email: "${person}") { id } }`);
    await ask(`query ($n: Int) { airports(first: $n) { totalCount } }`, { n: text });
    await ask(`query Named { airports(where: { name: { contains: "${text}" } }) { totalCount } }`);
    const headers = {
      'user-agent': agent,
      cookie: `session=${text}`,
      authorization: ask.authorization ?? '',
      referer: `http://x/${text}`,
    };
    await fetch(`${url}/v1/airports?city=${text}`, { headers });
    await fetch(`${url}/v1/airports/${text}`, { headers });
    await fetch(`${url}/nothing/${text}?email=${person}`, { headers });
    await fetch(`${url}/graphql?query={${query}}&email=${person}`, { headers });
    await fetch(`${url}/v1/airports`, { headers: { authorization: `Bearer ${text}` } });
    using socket = await rawSocket(url);
    socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${text}` } });
    await socket.closed();
  });

  const everySecret = (): readonly string[] => [
    person,
    ...Object.values(secrets),
    ...tokens,
    encodeURIComponent(person),
  ];

  test('appears in no line of the log', async () => {
    await eventually(() => expect(product.output()).toContain('"route":"/v1/*"'));
    const log = product.output();
    for (const secret of everySecret()) expect([secret, log.includes(secret)]).toEqual([secret, false]);
  });

  test('appears in no metric', async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    for (const secret of [...everySecret(), workspace.slug, workspace.id, workspace.owner.userId])
      expect([secret, metrics.includes(secret)]).toEqual([secret, false]);
    expect(metrics).toMatch(/_seconds_count\{/);
  });

  test('appears in the audit log as names and ids, never as values', async () => {
    const audit = await eventually(async () => {
      const { data } = await workspace.owner.ask(
        `{ auditLog(first: 100) { nodes { action subject details actor { id } } } }`,
      );
      expect(JSON.stringify(data)).toContain('data.document.created');
      return JSON.stringify(data);
    });
    for (const secret of everySecret()) expect([secret, audit.includes(secret)]).toEqual([secret, false]);
  });
});

test('whatever a request is made of, each line of the log is one JSON object of bounded length', async () => {
  const { host } = new URL(url);
  const hostile = [
    '\x1b[31mred',
    '","level":60,"x":"',
    '\\u000a{"level":60}',
    '%0d%0a{"forged":true}',
    'a'.repeat(9_000),
  ];
  for (const text of hostile) {
    const line = `GET /${encodeURIComponent(text).slice(0, 9_000)} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${text}\r\nX-Request-Id: ${text}\r\nTraceparent: ${text}\r\nConnection: close\r\n\r\n`;
    await rawRequest(url, line);
    await stranger(`query Forged { signUpOpen } # ${text}`);
    await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'query A { signUpOpen }', operationName: text }),
    });
  }
  const lines = product
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{') || line.includes('forged'));
  expect(lines.length).toBeGreaterThan(hostile.length);
  for (const line of lines) {
    expect(line.length).toBeLessThan(4_096);
    expect(() => JSON.parse(line) as unknown).not.toThrow();
  }
  for (const broken of ['"forged":true', '\x1b[31mred']) expect(product.output()).not.toContain(broken);
});

test('an error that is our fault tells an id and nothing of the inside; so do errors of every other kind', async () => {
  const inside =
    /node_modules|\.(ts|js):\d+|at \w+ \(|postgres|prisma|SELECT |ECONN|127\.0\.0\.1:\d|stacktrace|relation "/i;
  const requests: readonly RequestInit[] = [
    { body: '{' },
    { body: 'null' },
    { body: '[]' },
    { body: '{"query":7}' },
    { body: '{"query":"{"}' },
    { body: '{"query":"query A{a}query B{b}"}' },
    { body: '{"query":"{ airport(id: \\"\\u0000\\") { id } }"}' },
    { body: '{"query":"{ airports(after: \\"e30\\") { totalCount } }"}' },
    { body: '{"query":"{ flights(where: { delayMinutes: { eq: 99999999999 } }) { totalCount } }"}' },
    { body: '{"query":"{ airports(first: 1.5) { totalCount } }"}' },
    {
      body: '{"query":"query ($a: DateTime) { flights(where: { scheduledAt: { gt: $a } }) { totalCount } }","variables":{"a":"275761-01-01"}}',
    },
    { body: '{"query":"{ signUpOpen }","extensions":{"persistedQuery":{"version":9}}}' },
    { body: '{"query":"{ signUpOpen }","variables":"x"}' },
    { body: Buffer.from([0xff, 0xfe, 0x00]) },
  ];
  for (const request of requests) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...request,
    });
    const text = await response.text();
    expect([request.body, inside.exec(text)?.[0]]).toEqual([request.body, undefined]);
    expect([request.body, text.includes('INTERNAL')]).toEqual([request.body, false]);
  }
  for (const path of [
    '/v1/airports/%00',
    '/v1/airports?after=e30',
    '/v1/nothing',
    '/%zz',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e',
    '/.env',
    '/v1/docs/../../x',
  ]) {
    const { text, statuses } = await rawRequest(
      url,
      `GET ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: close\r\n\r\n`,
    );
    expect([path, statuses[0] === 400 || statuses[0] === 404 || statuses[0] === 401]).toEqual([path, true]);
    expect([path, inside.exec(text.replace(/^Host.*$/m, ''))?.[0]]).toEqual([path, undefined]);
  }
});
