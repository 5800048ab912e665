import { Supergraph } from '@apollo/federation-internals';
import { analyticsTypeDefs } from '@tributary/analytics';
import { buildData, prepareData } from '@tributary/data';
import { openDocumentStore } from '@tributary/engines/document-store/open';
import { openKeyValue } from '@tributary/engines/key-value/open';
import { openPubSub } from '@tributary/engines/pubsub/open';
import { filesTypeDefs } from '@tributary/files';
import { jobsTypeDefs } from '@tributary/jobs';
import { applyMigrations } from '@tributary/prisma';
import {
  addBounds,
  buildRest,
  constraintsQuery,
  type FieldConstraint,
  savedOperations,
} from '@tributary/rest';
import { Closing, CodedError, createLogger, newId, systemClock } from '@tributary/runtime';
import {
  composeSupergraph,
  metricFiles,
  modelFiles,
  predictionFiles,
  restOperationFiles,
  trackingFiles,
} from '@tributary/schema';
import {
  createAssertionMinter,
  createAssertionVerifier,
  federatedSdl,
  type Principal,
} from '@tributary/subgraph-kit';
import { migratedDatabase } from '@tributary/test-kit';
import type { FormattedExecutionResult, GraphQLSchema } from 'graphql';
import { exportJWK, generateKeyPair } from 'jose';

const editor: Principal = {
  kind: 'user',
  id: 'editor',
  workspaceId: '01938f6e-0000-7000-8000-000000000001',
  role: 'EDITOR',
  scopes: null,
};
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: Record<string, unknown>;
}

export const operations = savedOperations(restOperationFiles());

/** Every route, over the data subgraph alone, on embedded engines; of the others there is the contract. */
export async function restOverData() {
  const closing = new Closing();
  let answerIsLost = false;
  const log = createLogger({ name: 'test', level: 'silent' });
  const relational = closing.use('database', await migratedDatabase(applyMigrations));
  const documents = closing.use(
    'documents',
    await openDocumentStore('embedded:', { relational, allowEmbedded: true }),
  );
  const keyValue = closing.use(
    'key-value',
    await openKeyValue('embedded:', { clock: systemClock, relational, allowEmbedded: true }),
  );
  const pubSub = closing.use('pubsub', await openPubSub('embedded:', { relational, allowEmbedded: true }));
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), systemClock);
  const verifier = await createAssertionVerifier(await exportJWK(pair.publicKey), systemClock);
  const shared = { relational, verifier, onRefusal: () => undefined, clock: systemClock, log };
  const data = { ...shared, documents, keyValue, pubSub, modelFiles: modelFiles() };
  await prepareData(data);
  const graph = buildData(data);
  const rest = closing.use(
    'rest',
    buildRest({
      ...shared,
      operations,
      execute: async (call) => {
        const result = (await graph.execute(call)) as FormattedExecutionResult;
        if (!answerIsLost) return result;
        answerIsLost = false;
        throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The answer was lost.');
      },
      apiSchema: async (): Promise<GraphQLSchema> => schema,
    }),
  );
  // Routes of other subgraphs are in the document; only those of data are called here.
  const measured = { models: modelFiles(), tracking: trackingFiles(), metrics: metricFiles() };
  const declared = { ...measured, predictions: predictionFiles() };
  const others = { analytics: analyticsTypeDefs(declared), files: filesTypeDefs(), jobs: jobsTypeDefs() };
  const told = Object.entries(others).map(([name, typeDefs]) => ({ name, sdl: federatedSdl(typeDefs) }));
  const schema: GraphQLSchema = Supergraph.build(composeSupergraph([graph, rest, ...told]))
    .apiSchema()
    .toGraphQLJSSchema();
  const asked = await graph.execute({
    query: constraintsQuery,
    assertion: await minter.mint(editor),
    requestId: newId(),
  });
  addBounds(schema, asked.data?.['fieldConstraints'] as readonly FieldConstraint[]);
  const send = async (
    method: string,
    target: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const [path = '', query = ''] = target.split('?', 2);
    const response = await rest.door?.handle({
      method,
      path,
      query,
      requestId: newId(),
      assertion: await minter.mint(editor),
      headers: { 'content-type': 'application/json', ...headers },
      body: new TextEncoder().encode(body === undefined ? '' : JSON.stringify(body)),
    });
    if (response === undefined) throw new TypeError('no door');
    const text = String(response.body);
    return {
      status: response.status,
      headers: response.headers,
      json: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    };
  };
  return {
    send,
    schema,
    /** The next operation has its effect but its answer is lost, as when a process dies in between. */
    loseAnswer: () => {
      answerIsLost = true;
    },
    [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
  };
}
