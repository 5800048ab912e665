import { CodedError, createLogger, createMetrics, systemClock } from '@tributary/runtime';
import { sharedTypeDefs } from '@tributary/schema';
import {
  buildSubgraph,
  createAssertionMinter,
  createAssertionVerifier,
  openHttpGraph,
  serveSubgraph,
} from '@tributary/subgraph-kit';
import { eventually } from '@tributary/test-kit';
import { isObjectType } from 'graphql';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { introspectedSchema } from '../src/adapters/introspected-schema.ts';
import { boundsOf } from '../src/domain/broken-bound.ts';
import { anonymous } from './rest-harness.ts';

let graph: Awaited<ReturnType<typeof serveGraph>>;
let http: ReturnType<typeof openHttpGraph>;
beforeAll(async () => {
  graph = await serveGraph();
  http = openHttpGraph(graph.served.url, { connections: 4 });
});
afterAll(async () => {
  await http[Symbol.asyncDispose]();
  await graph.served[Symbol.asyncDispose]();
});

/** A real GraphQL server with the gateway's address and headers. */
async function serveGraph() {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), systemClock);
  const subgraph = buildSubgraph({
    name: 'graph',
    typeDefs: `${sharedTypeDefs()} type Query {
      who(delayed: Boolean): String @allow(to: ["PUBLIC"])
      fieldConstraints: [FieldConstraint!] @allow(to: ["PUBLIC"])
    }
    type FieldConstraint { coordinates: [String!]! min: Float max: Float minLength: Int maxLength: Int }`,
    resolvers: {
      Query: {
        fieldConstraints: () => [
          { coordinates: ['FieldConstraint.max', 'Elsewhere.x'], min: 0, maxLength: 3 },
        ],
        who: (
          _parent: unknown,
          { delayed }: { delayed?: boolean },
          { principal }: { principal: { id: string } },
        ) => (delayed === true ? new Promise(() => undefined) : principal.id),
      },
    },
    createContext: (call) => call,
    verifier: await createAssertionVerifier(await exportJWK(pair.publicKey), systemClock),
    onRefusal: () => undefined,
    log: createLogger({ name: 'test', level: 'silent' }),
    ready: async () => undefined,
  });
  const served = await serveSubgraph(subgraph, { port: 0, host: '127.0.0.1', metrics: createMetrics() });
  return { served, minter };
}

const call = async (query: string, signal = AbortSignal.timeout(5_000)) => ({
  query,
  operationName: 'q',
  variables: {},
  assertion: await graph.minter.mint(anonymous),
  requestId: 'r',
  signal,
});

test('an operation reaches the graph over HTTP with the rights of its caller', async () => {
  const { execute } = http;
  expect(await execute(await call('query q { who }'))).toEqual({ data: { who: 'anonymous' } });
});

test('a deadline that passes and a gateway that is away are coded errors', async () => {
  const { execute } = http;
  const late = execute(await call('query q { who(delayed: true) }', AbortSignal.timeout(50)));
  await expect(late).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  await using nowhere = openHttpGraph('http://127.0.0.1:1', { connections: 1 });
  await expect(nowhere.execute(await call('query q { who }'))).rejects.toMatchObject({
    code: 'SUBGRAPH_UNAVAILABLE',
    status: 503,
  });
});

test('the schema is asked for once for many askers, and outlives a gateway that is away', async () => {
  let asked = 0;
  let away = false;
  let monotonicMs = 0;
  const { execute } = http;
  const apiSchema = introspectedSchema({
    minter: graph.minter,
    clock: { now: () => Date.now(), monotonicMs: () => monotonicMs },
    execute: (sent) => {
      asked += 1;
      return away ? Promise.reject(new CodedError('SUBGRAPH_UNAVAILABLE', 'away')) : execute(sent);
    },
  });
  const [first, ...others] = await Promise.all([apiSchema(), apiSchema(), apiSchema()]);
  expect(first?.getQueryType()?.getFields()).toHaveProperty('who');
  expect(others.every((schema) => schema === first)).toBe(true);
  const bounded = first?.getType('FieldConstraint');
  expect(isObjectType(bounded) && boundsOf(bounded.getFields()['max'] ?? { extensions: {} })).toEqual({
    minimum: 0,
    maxLength: 3,
  });
  expect(asked).toBe(2);
  monotonicMs = 60_000;
  expect(await apiSchema()).toBe(first);
  expect(asked).toBe(3);
  await eventually(async () => {
    monotonicMs += 60_000;
    away = true;
    expect(await apiSchema()).toBe(first);
    expect(asked).toBeGreaterThan(4);
  });
});

test('before the gateway told its schema there is an error, and the next asker tries again', async () => {
  const { execute } = http;
  let away = true;
  const apiSchema = introspectedSchema({
    minter: graph.minter,
    clock: systemClock,
    execute: (sent) =>
      away ? Promise.reject(new CodedError('SUBGRAPH_UNAVAILABLE', 'away')) : execute(sent),
  });
  await expect(apiSchema()).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  away = false;
  expect((await apiSchema()).getQueryType()?.name).toBe('Query');
});
