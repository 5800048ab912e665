import {
  childrenRunning,
  noProcesses,
} from '@tributary/engines/contained-process/contained-children.fixture';
import { createMetrics } from '@tributary/runtime';
import { buildSubgraph, type CallContext, type Subgraph, serveSubgraph } from '@tributary/subgraph-kit';
import { eventStream, eventually, freeze } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { remoteSubgraph } from '../src/execution/remote-subgraph.ts';
import { workspaceId } from './graph/identity-subgraph.ts';
import { silentLog } from './graph/silent-log.ts';
import {
  ask,
  codeOf,
  startGateway,
  type TestGateway,
  type TestGatewayOptions,
} from './graph/start-gateway.ts';

import { airportUpdated } from './subscriptions/airport-subgraph.ts';
import { rawSocket } from './subscriptions/raw-socket.ts';

type Verifier = Parameters<NonNullable<TestGatewayOptions['replace']>>[1]['verifier'];

/** The next version of `reviews`, as a process that replaces the old one behind the same address. */
function nextReviews(verifier: Verifier, fields: string): Subgraph {
  return buildSubgraph<CallContext>({
    name: 'reviews',
    typeDefs: `type Query { ${fields} }`,
    verifier,
    log: silentLog,
    onRefusal: () => undefined,
    createContext: (call) => call,
    ready: async () => undefined,
    resolvers: { Query: { bestReview: () => 'the best' } },
  });
}

/** As it is now, but products have other stars, and no `principalSeen`. */
function reviewsOfProducts(verifier: Verifier): Subgraph {
  return buildSubgraph<CallContext>({
    name: 'reviews',
    typeDefs: `
      type Query { bestReview: String @allow(to: ["PUBLIC"]) }
      type Review { stars: Int! note: String }
      type Product @key(fields: "id") @allow(to: ["PUBLIC"]) { id: ID! reviews: [Review!] }
    `,
    verifier,
    log: silentLog,
    onRefusal: () => undefined,
    createContext: (call) => call,
    ready: async () => undefined,
    resolvers: {
      Query: { bestReview: () => 'the best' },
      Product: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        reviews: () => [{ stars: 1, note: 'new' }],
      },
    },
  });
}

interface Replaceable {
  readonly product: TestGateway;
  deploy(fields: string): void;
  deployReviewsOfProducts(): void;
  readonly away: () => Promise<void>;
}

async function withRemoteReviews(): Promise<Replaceable> {
  let running: Subgraph | undefined;
  let verifierOfAll: Verifier | undefined;
  let away: () => Promise<void> = async () => undefined;
  const product = await startGateway({
    replace: async (subgraph, { minter, verifier }) => {
      if (subgraph.name !== 'reviews') return subgraph;
      running = subgraph;
      verifierOfAll = verifier;
      const { name } = subgraph;
      const process = {
        ...subgraph,
        execute: async (call) => (running ?? subgraph).execute(call),
      } satisfies Subgraph;
      const served = await serveSubgraph(process, { port: 0, host: '127.0.0.1', metrics: createMetrics() });
      const remote = await remoteSubgraph({
        name,
        url: served.url,
        minter,
        doorPrefixes: [],
        connections: 2,
      });
      away = async () => served[Symbol.asyncDispose]();
      onTestFinished(async () => {
        await remote[Symbol.asyncDispose]();
        await away();
      });
      return remote;
    },
  });
  onTestFinished(() => product[Symbol.asyncDispose]());
  const deploy = (fields: string): void => {
    if (verifierOfAll !== undefined) running = nextReviews(verifierOfAll, fields);
  };
  const deployReviewsOfProducts = (): void => {
    if (verifierOfAll !== undefined) running = reviewsOfProducts(verifierOfAll);
  };
  return { product, deploy, deployReviewsOfProducts, away: () => away() };
}

const old = { query: '{ latestReview { stars } }' };
const added = { query: '{ bestReview }' };

test('a reload reads what a remote subgraph can do now: new fields appear, fields that are gone are refused', async () => {
  const { product, deploy } = await withRemoteReviews();
  expect((await ask(product.url, added)).status).toBe(400);
  deploy('bestReview: String @allow(to: ["PUBLIC"])');
  expect((await ask(product.url, added)).status).toBe(400);
  await product.gateway.reload();
  expect((await ask(product.url, added)).body).toEqual({ data: { bestReview: 'the best' } });
  expect(codeOf(await ask(product.url, old))).toBe('BAD_USER_INPUT');
});

test.skipIf(noProcesses !== undefined)(
  'requests are answered while another graph is composed and read, however long that takes, and while operations are planned over it (needs /proc)',
  async () => {
    const { product, deploy } = await withRemoteReviews();
    const others = new Set(await childrenRunning('supergraph-child'));
    const reading = async (): Promise<number> => {
      const [pid] = (await childrenRunning('supergraph-child')).filter((each) => !others.has(each));
      if (pid === undefined) throw new Error('there is no process that composes');
      return pid;
    };
    deploy('bestReview: String @allow(to: ["PUBLIC"])');
    const reloaded = product.gateway.reload();
    const pid = await eventually(reading);
    freeze(pid);
    expect((await ask(product.url, { query: '{ product(id: "1") { name } }' })).body.errors).toBeUndefined();
    process.kill(pid, 'SIGCONT');
    await reloaded;
    expect((await ask(product.url, added)).body).toEqual({ data: { bestReview: 'the best' } });
    expect(await childrenRunning('planning-child')).not.toEqual([]);
    await product[Symbol.asyncDispose]();
    expect((await childrenRunning('supergraph-child')).filter((each) => !others.has(each))).toEqual([]);
  },
);

test('the old graph stays in force when the new contracts do not compose', async () => {
  const { product, deploy } = await withRemoteReviews();
  const before = product.gateway.supergraphSdl;
  // `product` exists in `catalog`, with another type.
  deploy('product: Int @allow(to: ["PUBLIC"])');
  await expect(product.gateway.reload()).rejects.toThrow(/do not compose/);
  expect(product.gateway.supergraphSdl).toBe(before);
  expect((await ask(product.url, { query: '{ product(id: "1") { name } }' })).body.errors).toBeUndefined();
});

test('the old graph stays in force while a contract cannot be read', async () => {
  const { product, away } = await withRemoteReviews();
  const before = product.gateway.supergraphSdl;
  await away();
  await expect(product.gateway.reload()).rejects.toThrow();
  expect(product.gateway.supergraphSdl).toBe(before);
});

test('over a reload sockets stay, subscriptions that fit go on with the new graph, and others end with a code', async () => {
  const { product, deployReviewsOfProducts } = await withRemoteReviews();
  await using socket = await rawSocket(`${product.url.replace('http', 'ws')}/graphql`);
  await socket.init();
  const follow = (fields: string) => `subscription { productChanged(id: "p1") { ${fields} } }`;
  await socket.subscribed('plain', follow('name'));
  await socket.subscribed('filled', follow('name reviews { stars }'));
  await socket.subscribed('gone', follow('name principalSeen'));
  const rename = (name: string) =>
    product.eventLog.append('data.record', [
      { ...airportUpdated('p1', name, { workspaceId }), subject: 'Product/p1', data: name },
    ]);
  await rename('one');
  const change = (name: string, more = {}) => ({ productChanged: { name, ...more } });
  const stars = (count: number) => ({ reviews: [{ stars: count }] });
  await eventually(() => expect(socket.payloads('filled')).toEqual([change('one', stars(4))]));
  await eventually(() => expect(socket.payloads('gone')).toHaveLength(1));
  deployReviewsOfProducts();
  await product.gateway.reload();
  expect(await socket.message('error', 'gone')).toMatchObject({
    payload: [{ message: expect.stringContaining('principalSeen'), extensions: { code: 'BAD_USER_INPUT' } }],
  });
  await rename('two');
  await eventually(() => expect(socket.payloads('plain')).toEqual([change('one'), change('two')]));
  await eventually(() =>
    expect(socket.payloads('filled')).toEqual([change('one', stars(4)), change('two', stars(1))]),
  );
  expect(socket.payloads('gone')).toHaveLength(1);
  await socket.subscribed('new', follow('reviews { note }'));
  await rename('three');
  await eventually(() =>
    expect(socket.payloads('new')).toEqual([{ productChanged: { reviews: [{ note: 'new' }] } }]),
  );
});

test('over a reload streams of events stay, and one that fits no longer is told why and is complete', async () => {
  const { product, deployReviewsOfProducts } = await withRemoteReviews();
  const follow = (fields: string) =>
    eventStream(product.url, { query: `subscription { productChanged(id: "p1") { ${fields} } }` });
  await using filled = await follow('name reviews { stars }');
  await using gone = await follow('name principalSeen');
  deployReviewsOfProducts();
  await product.gateway.reload();
  await eventually(() => expect(gone.state).toBe('ended'));
  expect(gone.events.map(({ type }) => type)).toEqual(['next', 'complete']);
  expect(JSON.parse(gone.events[0]?.data ?? '')).toMatchObject({
    errors: [{ message: expect.stringContaining('principalSeen'), extensions: { code: 'BAD_USER_INPUT' } }],
  });
  await product.eventLog.append('data.record', [
    { ...airportUpdated('p1', 'two', { workspaceId }), subject: 'Product/p1', data: 'two' },
  ]);
  await eventually(() =>
    expect(filled.payloads()).toEqual([{ productChanged: { name: 'two', reviews: [{ stars: 1 }] } }]),
  );
});
