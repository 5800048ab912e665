import { buildData, prepareData } from '@tributary/data';
import { openDocumentStore } from '@tributary/engines/document-store/open';
import { createCursorCodec } from '@tributary/engines/event-log/cursor';
import { openEventLog } from '@tributary/engines/event-log/open';
import { openKeyValue } from '@tributary/engines/key-value/open';
import { openPubSub } from '@tributary/engines/pubsub/open';
import { buildGateway, gatewaySettings } from '@tributary/gateway';
import { applyMigrations } from '@tributary/prisma';
import { Closing, systemClock as clock, createLogger, createMetrics, newId } from '@tributary/runtime';
import {
  type AssertionVerifier,
  buildSubgraph,
  type CallContext,
  createAssertionMinter,
  createAssertionVerifier,
  type Principal,
  type ResolverMap,
  type Subgraph,
} from '@tributary/subgraph-kit';
import { migratedDatabase } from '@tributary/test-kit';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';

const workspaceId = newId();
const editor: Principal = { kind: 'user', id: newId(), workspaceId, role: 'EDITOR', scopes: null };
const anonymous: Principal = { kind: 'anonymous', id: 'anonymous', workspaceId, role: null, scopes: null };
const shown = newId();
const hidden = newId();
const model = `type Airport @model @access(read: [PUBLIC], write: [EDITOR]) { iata: String! @unique  photo: File }`;
const log = createLogger({ name: 'test', level: 'silent' });
const closing = new Closing();
let ask: (
  as: Principal,
  query: string,
  options?: { readonly variables?: Readonly<Record<string, unknown>>; readonly ownerIsThere?: boolean },
) => Promise<unknown>;

beforeAll(async () => {
  const relational = closing.use('database', await migratedDatabase(applyMigrations));
  const documents = closing.use('documents', await openDocumentStore('embedded:', { relational }));
  const keyValue = closing.use('key-value', await openKeyValue('embedded:', { clock, relational }));
  const pubSub = closing.use('pubsub', await openPubSub('embedded:', { relational }));
  const eventLog = closing.use('event log', await openEventLog('embedded:', { relational, log }));
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), clock);
  const verifier = await createAssertionVerifier(await exportJWK(pair.publicKey), clock);
  const engines = { relational, documents, keyValue, pubSub, eventLog };
  const shared = { ...engines, verifier, minter, onRefusal: () => undefined, clock, log };
  const deps = { ...shared, modelFiles: [{ name: 'model.graphql', text: model }] };
  await prepareData(deps);
  const gatewayOf = async (subgraphs: readonly Subgraph[]) =>
    closing.use(
      'gateway',
      await buildGateway({
        ...shared,
        subgraphs,
        cursors: createCursorCodec('a secret of at least sixteen bytes'),
        settings: gatewaySettings({}),
        metrics: createMetrics(),
      }),
    );
  const always = [buildData(deps), small(verifier, identity)];
  const alone = await gatewayOf(always);
  const joined = await gatewayOf([...always, small(verifier, files), small(verifier, covers)]);
  ask = async (as, query, { variables, ownerIsThere = true } = {}) => {
    const gateway = ownerIsThere ? joined : alone;
    const { data, errors = [] } = await gateway.execute({
      query,
      variables,
      assertion: await minter.mint(as),
      requestId: newId(),
    });
    return errors.length === 0 ? data : { data, codes: errors.map(({ extensions }) => extensions?.['code']) };
  };
  const create = `mutation ($input: [AirportInput!]!) { createAirports(input: $input) { error { code } } }`;
  const input = [
    { iata: 'AAA', photoId: shown },
    { iata: 'BBB', photoId: hidden },
    { iata: 'CCC', photoId: newId() },
    { iata: 'DDD' },
  ];
  expect(await ask(editor, create, { variables: { input } })).toEqual({
    createAirports: input.map(() => ({ error: null })),
  });
});
afterAll(() => closing[Symbol.asyncDispose]());

interface Small {
  readonly name: string;
  readonly typeDefs: string;
  readonly resolvers: ResolverMap;
}

function small(verifier: AssertionVerifier, definition: Small): Subgraph {
  return buildSubgraph({
    ...definition,
    createContext: (call) => call,
    verifier,
    onRefusal: () => undefined,
    log,
    ready: async () => undefined,
  });
}

/** What owns files, as far as their names: everybody sees one of them, members another. */
const files: Small = {
  name: 'files',
  typeDefs: `
    type Query { file(id: ID!): File @allow(to: ["PUBLIC"]) }
    type File @key(fields: "id") @allow(to: ["PUBLIC"]) { id: ID! name: String! }
  `,
  resolvers: {
    Query: { file: () => null },
    File: {
      __resolveReference: ({ id }: { id: string }, { principal }: CallContext) =>
        id === shown || (id === hidden && principal.role !== null) ? { id, name: `${id}.jpg` } : null,
    },
  },
};

/** What promises a file to every airport, and keeps the promise to nobody. */
const covers: Small = {
  name: 'covers',
  typeDefs: `
    type Query { cover: File @allow(to: ["PUBLIC"]) }
    type Airport @key(fields: "id") @allow(to: ["PUBLIC"]) { id: ID! cover: File! }
    type File @key(fields: "id", resolvable: false) { id: ID! }
  `,
  resolvers: {
    Airport: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      cover: () => ({ id: newId() }),
    },
  },
};

/** No graph is without one; nobody signs in here. */
const identity: Small = {
  name: 'identity',
  typeDefs: `type Query { signUpOpen: Boolean @allow(to: ["PUBLIC"]) }`,
  resolvers: { Query: { signUpOpen: () => false } },
};

test('a field of another subgraph’s type leads on into it, and is null where the owner shows the caller nothing', async () => {
  const query = '{ airports(orderBy: [{ iata: ASC }]) { nodes { iata photo { name } } } }';
  const photo = (id: string) => ({ name: `${id}.jpg` });
  expect(await ask(editor, query)).toEqual({
    airports: {
      nodes: [
        { iata: 'AAA', photo: photo(shown) },
        { iata: 'BBB', photo: photo(hidden) },
        { iata: 'CCC', photo: null },
        { iata: 'DDD', photo: null },
      ],
    },
  });
  expect(await ask(anonymous, query)).toMatchObject({
    airports: { nodes: [{ photo: photo(shown) }, { photo: null }, { photo: null }, { photo: null }] },
  });
});

test('while the owner is not part of the graph, its entities are their ids', async () => {
  const query = '{ airport(iata: "AAA") { photo { __typename id } } }';
  const expected = { airport: { photo: { __typename: 'File', id: shown } } };
  expect(await ask(anonymous, query, { ownerIsThere: false })).toEqual(expected);
  expect(await ask(anonymous, query)).toEqual(expected);
  expect(await ask(anonymous, '{ airport(iata: "DDD") { photo { id } } }', { ownerIsThere: false })).toEqual({
    airport: { photo: null },
  });
});

test('where an entity is required and its owner has none, what cannot be without it is null, with a code that says why', async () => {
  expect(await ask(anonymous, '{ airport(iata: "AAA") { iata cover { name } } }')).toEqual({
    data: { airport: null },
    codes: ['NOT_FOUND'],
  });
});
