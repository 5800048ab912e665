import { buildSubgraphSchema } from '@apollo/subgraph';
import { applyMigrations } from '@tributary/prisma';
import { CodedError, createLogger, newId, systemClock } from '@tributary/runtime';
import { sharedTypeDefs } from '@tributary/schema';
import {
  buildSubgraph,
  createAssertionMinter,
  createAssertionVerifier,
  dateTimeScalar,
  jsonScalar,
} from '@tributary/subgraph-kit';
import { migratedDatabase } from '@tributary/test-kit';
import { type FormattedExecutionResult, parse } from 'graphql';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildRest, openApiDocument, savedOperations } from '../src/index.ts';
import { editor } from './rest-harness.ts';

const typeDefs = /* GraphQL */ `
  type Query {
    series(name: String!, from: DateTime, where: JSON, first: Int, range: Range): JSON @allow(to: ["PUBLIC"])
    ask(sql: String!, from: DateTime, limit: Int! = 10): JSON @allow(to: ["PUBLIC"])
    preview(name: String!): Preview @allow(to: ["PUBLIC"])
  }
  type Mutation {
    limit(name: String!, limits: Limits!): JSON @allow(to: ["PUBLIC"])
    removeLast(name: String!): String @allow(to: ["PUBLIC"])
    enqueue(name: String!): Enqueued! @allow(to: ["PUBLIC"])
  }
  input Range { from: DateTime to: DateTime marks: Int not: Range }
  input Limits { rate: Int until: DateTime marks: [JSON] }
  type Enqueued { run: Preview! isNew: Boolean! }
  union Preview = TextPreview | TablePreview
  type TextPreview { text: String! }
  type TablePreview { rows: [[String]!]! }
`;

const files = [
  `query readSeries($name: String! @param(description: "x") $from: DateTime @param(description: "x")
     $where: JSON @param(description: "x" example: { origin: "DEN" }) $first: Int @param(description: "x")
     $range: Range @param(description: "x") @param(name: "until", at: "to", description: "x"))
   @route(method: GET, path: "/series/{name}", tag: "x", summary: "x", result: "series") {
     series(name: $name, from: $from, where: $where, first: $first, range: $range) }`,
  `query ask($sql: String! @param(description: "One SELECT.") $from: DateTime @param(description: "x")
     $limit: Int! = 10 @param(description: "x"))
   @route(method: POST, path: "/sql", tag: "x", summary: "x", bodyFields: ["sql", "from", "limit"], result: "ask") {
     ask(sql: $sql, from: $from, limit: $limit) }`,
  `query preview($name: String! @param(description: "x"))
   @route(method: GET, path: "/previews/{name}", tag: "x", summary: "x", result: "preview") {
     preview(name: $name) { ... on TextPreview { text } ... on TablePreview { rows } } }`,
  `mutation limit($name: String! @param(description: "x") $limits: Limits!)
   @route(method: PATCH, path: "/queues/{name}", tag: "x", summary: "x", body: "limits", result: "limit") {
     limit(name: $name, limits: $limits) }`,
  `mutation removeLast($name: String! @param(description: "x"))
   @route(method: DELETE, path: "/lasts/{name}", tag: "x", summary: "x", status: 204, result: "removeLast", nullIsDone: true) {
     removeLast(name: $name) }`,
  `mutation enqueue($name: String! @param(description: "x"))
   @route(method: POST, path: "/runs/{name}", tag: "x", summary: "x", status: 202, isNew: "enqueue.isNew", result: "enqueue.run") {
     enqueue(name: $name) { isNew run { ... on TextPreview { text } ... on TablePreview { rows } } } }`,
];
const operations = savedOperations(files.map((text, at) => ({ name: `${at}.graphql`, text })));

type Args = Readonly<Record<string, unknown>>;
const relational = await migratedDatabase(applyMigrations);
let graph: ReturnType<typeof buildSubgraph>;
let send: (method: string, target: string, body?: unknown) => Promise<{ status: number; json: unknown }>;
beforeAll(async () => {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), systemClock);
  const shared = {
    verifier: await createAssertionVerifier(await exportJWK(pair.publicKey), systemClock),
    onRefusal: () => undefined,
    log: createLogger({ name: 'test', level: 'silent' }),
  };
  graph = buildSubgraph({
    name: 'graph',
    typeDefs: `${sharedTypeDefs()} ${typeDefs}`,
    resolvers: {
      DateTime: dateTimeScalar,
      JSON: jsonScalar,
      Query: {
        series: (_parent: unknown, args: Args) => {
          if (args['first'] === 0) throw outOfRange('first');
          return args;
        },
        ask: (_parent: unknown, args: Args) => args,
        preview: (_parent: unknown, { name }: Args) =>
          name === 'table'
            ? { __typename: 'TablePreview', rows: [['DEN', null]] }
            : { __typename: 'TextPreview', text: 'Snow.' },
      },
      Mutation: {
        removeLast: (_parent: unknown, { name }: Args) => {
          if (name === 'absent') throw new CodedError('NOT_FOUND', 'There is no such thing.');
          return name === 'last' ? null : name;
        },
        enqueue: (_parent: unknown, { name }: Args) => ({
          isNew: name === 'new',
          run: { __typename: 'TextPreview', text: name },
        }),
        limit: () => {
          throw outOfRange('limits.rate');
        },
      },
    },
    createContext: (call) => call,
    ready: async () => undefined,
    ...shared,
  });
  // As a gateway in another process tells it: of scalars the name alone.
  const schema = buildSubgraphSchema([{ typeDefs: parse(graph.sdl) }]);
  const rest = buildRest({
    relational,
    operations,
    clock: systemClock,
    execute: async (call) => (await graph.execute(call)) as FormattedExecutionResult,
    apiSchema: async () => schema,
    ...shared,
  });
  send = async (method, target, body) => {
    const [path = '', query = ''] = target.split('?', 2);
    const answer = await rest.door?.handle({
      method,
      path,
      query,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: new TextEncoder().encode(body === undefined ? '' : JSON.stringify(body)),
      assertion: await minter.mint(editor),
      requestId: newId(),
    });
    return { status: answer?.status ?? 0, json: JSON.parse(String(answer?.body) || 'null') };
  };
});
afterAll(() => relational[Symbol.asyncDispose]());

const outOfRange = (argument: string): CodedError =>
  new CodedError('BAD_USER_INPUT', 'It lies between 1 and 100.', { details: { argument } });

test('a moment whose + was read as a space is refused by the name of its parameter, with how + is written', async () => {
  const { status, json } = await send('GET', '/v1/series/x?from=2001-01-01T00:00:00+02:00');
  expect({ status, json }).toMatchObject({
    status: 400,
    json: {
      code: 'BAD_USER_INPUT',
      parameter: 'from',
      detail:
        'The parameter "from" is wrong: A DateTime is RFC 3339 text with an offset, like 2001-01-01T00:47:00Z. There is a space in it, as which + is read: write + as %2B.',
    },
  });
  expect(JSON.stringify(json)).not.toContain('Variable');
  expect((await send('GET', '/v1/series/x?from=2001-01-01T00:00:00%2B02:00')).json).toEqual({
    name: 'x',
    from: '2000-12-31T22:00:00.000Z',
  });
});

test('a refusal of the graph names the parameter that fills the place, whatever it is called there', async () => {
  const { json } = await send('GET', `/v1/series/x?until=${encodeURIComponent('a" at "range.x"; b')}`);
  expect(json).toMatchObject({
    parameter: 'until',
    detail: expect.stringContaining('The parameter "until" is wrong: A DateTime'),
  });
  expect((await send('GET', '/v1/series/x?first=0')).json).toMatchObject({
    parameter: 'first',
    detail: 'It lies between 1 and 100.',
  });
});

test('a removal after which nothing is left is done, and one of what is not there is refused', async () => {
  expect((await send('DELETE', '/v1/lasts/one')).status).toBe(204);
  expect((await send('DELETE', '/v1/lasts/last')).status).toBe(204);
  expect(await send('DELETE', '/v1/lasts/absent')).toMatchObject({
    status: 404,
    json: { code: 'NOT_FOUND' },
  });
});

test('a refusal of the graph is led to its place in the body', async () => {
  expect((await send('PATCH', '/v1/queues/x', { rate: 0 })).json).toMatchObject({
    detail: 'It lies between 1 and 100.',
    errors: [{ pointer: '/rate', detail: 'It lies between 1 and 100.' }],
  });
  expect((await send('PATCH', '/v1/queues/x', { until: 'soon' })).json).toMatchObject({
    parameter: 'body',
    detail: expect.stringMatching(/^The body at \/until is wrong: A DateTime/),
    errors: [{ pointer: '/until' }],
  });
  expect((await send('PATCH', '/v1/queues/x', { marks: [1, { 'a.b': 1 }] })).json).toMatchObject({
    errors: [{ pointer: '/marks/1' }],
  });
});

test('a parameter that takes JSON takes what a body may hold, and nothing else', async () => {
  const where = { origin: ['DEN', 'SLC'] };
  expect((await send('GET', `/v1/series/x?where=${encodeURIComponent(JSON.stringify(where))}`)).json).toEqual(
    { name: 'x', where },
  );
  for (const text of ['DEN', '{"a":1,"a":2}', '{"__proto__":{}}', '', '[1e999]'])
    expect(await send('GET', `/v1/series/x?where=${encodeURIComponent(text)}`)).toMatchObject({
      status: 400,
      json: {
        parameter: 'where',
        detail: 'The parameter "where" must be JSON that every reader reads alike.',
      },
    });
});

test('a body of several fields fills a variable with each, and every fault in it is told at once', async () => {
  expect(await send('POST', '/v1/sql', { sql: 'SELECT 1' })).toEqual({
    status: 200,
    json: { sql: 'SELECT 1', limit: 10 },
  });
  expect((await send('POST', '/v1/sql', { limit: 'x', to: 1 })).json).toMatchObject({
    parameter: 'body',
    errors: expect.arrayContaining([
      expect.objectContaining({ pointer: '/sql' }),
      expect.objectContaining({ pointer: '/limit' }),
      expect.objectContaining({ pointer: '/to' }),
    ]),
  });
  expect((await send('POST', '/v1/sql', 'SELECT 1')).status).toBe(400);
  expect((await send('POST', '/v1/sql', null)).json).toMatchObject({
    parameter: 'body',
    errors: [{ pointer: '' }],
  });
  expect((await send('POST', '/v1/sql?sql=x', { sql: 'SELECT 1' })).json).toMatchObject({ parameter: 'sql' });
  expect((await send('POST', '/v1/sql', { sql: 'SELECT 1', from: 'then' })).json).toMatchObject({
    errors: [{ pointer: '/from' }],
  });
});

test('of several shapes that an answer can have, the one it has is sent and all are described', async () => {
  expect((await send('GET', '/v1/previews/table')).json).toEqual({ rows: [['DEN', null]] });
  expect((await send('GET', '/v1/previews/text')).json).toEqual({ text: 'Snow.' });
  const { paths, components } = openApiDocument(
    operations,
    buildSubgraphSchema([{ typeDefs: parse(graph.sdl) }]),
  ) as unknown as { paths: Record<string, Record<string, object>>; components: { schemas: object } };
  expect(paths['/previews/{name}']?.['get']).toMatchObject({
    responses: {
      200: {
        content: {
          'application/json': { schema: { oneOf: [{ required: ['text'] }, { required: ['rows'] }] } },
        },
      },
    },
  });
  expect(paths['/series/{name}']?.['get']).toMatchObject({
    parameters: expect.arrayContaining([
      expect.objectContaining({
        name: 'where',
        content: { 'application/json': expect.objectContaining({ example: { origin: 'DEN' } }) },
      }),
    ]),
  });
  expect(components.schemas).toMatchObject({
    AskBody: {
      required: ['sql'],
      properties: { sql: { type: 'string', description: 'One SELECT.' } },
      additionalProperties: false,
    },
  });
});

test('a parameter that takes an input object holds it as JSON, beside parameters for its places', async () => {
  const asked = (range: unknown, more = ''): ReturnType<typeof send> =>
    send('GET', `/v1/series/x?range=${encodeURIComponent(JSON.stringify(range))}${more}`);
  const from = '2001-01-01T00:00:00.000Z';
  const to = '2002-01-01T00:00:00.000Z';
  expect((await asked({ from, not: { from, to } })).json).toMatchObject({
    range: { from, not: { from, to } },
  });
  expect((await asked({ from }, `&until=${to}`)).json).toMatchObject({ range: { from, to } });
  for (const [wrong, detail] of [
    [{ marks: 'x' }, expect.stringContaining('The parameter "range" is wrong at "/marks": Int cannot')],
    [
      { from, not: { from, at: 1 } },
      'The parameter "range" is wrong at "/not/at": There is no such field here.',
    ],
    [null, 'The parameter "range" must be an object.'],
    ['x', expect.stringContaining('The parameter "range" is wrong at ""')],
  ] as const)
    expect(await asked(wrong)).toMatchObject({ status: 400, json: { parameter: 'range', detail } });
  expect(await send('GET', '/v1/series/x?range={from')).toMatchObject({ status: 400 });
  expect(await asked({ from, to }, `&until=${to}`)).toMatchObject({
    status: 400,
    json: { parameter: 'until', detail: expect.stringContaining('says already') },
  });
});

test('what was there already is answered as such: 200 and not 202', async () => {
  expect(await send('POST', '/v1/runs/new', {})).toMatchObject({ status: 202, json: { text: 'new' } });
  expect(await send('POST', '/v1/runs/old', {})).toMatchObject({ status: 200, json: { text: 'old' } });
});
