import { applyMigrations } from '@tributary/prisma';
import { createLogger, type Logger, newId, systemClock } from '@tributary/runtime';
import { createAssertionMinter, createAssertionVerifier, type GraphExecutor } from '@tributary/subgraph-kit';
import { migratedDatabase } from '@tributary/test-kit';
import { buildSchema, type FormattedExecutionResult, GraphQLError, graphql } from 'graphql';
import { exportJWK, generateKeyPair } from 'jose';
import { buildRest, savedOperations } from '../src/index.ts';
import { editor } from './rest-harness.ts';

export type Root = Readonly<Record<string, (args: never) => unknown>>;

/** The routes of some operations over a graph of the test's own. */
export async function ownRoutes({
  typeDefs,
  root,
  texts,
  log = createLogger({ name: 'test', level: 'silent' }),
}: {
  readonly typeDefs: string;
  readonly root: Root;
  readonly texts: readonly string[];
  readonly log?: Logger;
}) {
  const relational = await migratedDatabase(applyMigrations);
  const schema = buildSchema(typeDefs);
  const operations = savedOperations(texts.map((text, at) => ({ name: `${at}.graphql`, text })));
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), systemClock);
  const graph: GraphExecutor = async ({ query, variables }) =>
    (await graphql({
      schema,
      source: query,
      rootValue: root,
      variableValues: variables,
    })) as FormattedExecutionResult;
  let around = (execute: GraphExecutor): GraphExecutor => execute;
  const rest = buildRest({
    relational,
    operations,
    verifier: await createAssertionVerifier(await exportJWK(pair.publicKey), systemClock),
    clock: systemClock,
    execute: (call) => around(graph)(call),
    apiSchema: async () => schema,
    onRefusal: () => undefined,
    log,
  });
  const send = async (
    method: string,
    target: string,
    { body, headers = {} }: { readonly body?: unknown; readonly headers?: Record<string, string> } = {},
  ) => {
    const [path = '', query = ''] = target.split('?', 2);
    const response = await rest.door?.handle({
      method,
      path,
      query,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: new TextEncoder().encode(body === undefined ? '' : JSON.stringify(body)),
      assertion: await minter.mint(editor),
      requestId: newId(),
    });
    if (response === undefined) throw new TypeError('the subgraph has no door');
    const text = String(response.body);
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: (text === '' ? undefined : JSON.parse(text)) as Record<string, unknown>,
    };
  };
  return {
    send,
    ready: rest.ready,
    relational,
    operations,
    schema,
    /** What stands between the routes and the graph from now on. */
    through: (next: (execute: GraphExecutor) => GraphExecutor) => {
      around = next;
    },
    async [Symbol.asyncDispose]() {
      await rest[Symbol.asyncDispose]();
      await relational[Symbol.asyncDispose]();
    },
  };
}

/** What a resolver of the graph throws. */
export function refusal(code: string): GraphQLError {
  return new GraphQLError(`It is ${code}.`, { extensions: { code } });
}
