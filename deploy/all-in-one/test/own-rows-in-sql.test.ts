import { buildAnalytics, gatewayRows } from '@tributary/analytics';
import { buildData, prepareData } from '@tributary/data';
import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import { openDocumentStore } from '@tributary/engines/document-store/open';
import { openEventLog } from '@tributary/engines/event-log/open';
import { openInference } from '@tributary/engines/inference/open';
import { openKeyValue } from '@tributary/engines/key-value/open';
import { openPubSub } from '@tributary/engines/pubsub/open';
import { openStreamEngine } from '@tributary/engines/stream-engine/open';
import { applyMigrations } from '@tributary/prisma';
import {
  Closing,
  CodedError,
  systemClock as clock,
  createLogger,
  createMetrics,
  newId,
} from '@tributary/runtime';
import {
  createAssertionMinter,
  createAssertionVerifier,
  type Principal,
  type Role,
  type Subgraph,
  serveSubgraph,
} from '@tributary/subgraph-kit';
import { migratedDatabase } from '@tributary/test-kit';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';

const log = createLogger({ name: 'test', level: 'silent' });
const models = ['Diary', 'Memo'].map((name, at) => ({
  name: `${name}.graphql`,
  text: `type ${name} @model${at === 0 ? '' : '(store: DOCUMENT)'} @access(read: [OWNER_OF_ROW, ADMIN], write: [OWNER_OF_ROW]) { text: String! }`,
}));
const workspaceId = newId();
const member = (role: Role): Principal => ({ kind: 'user', id: newId(), workspaceId, role, scopes: null });

const closing = new Closing();
let ask: (
  of: 'data' | 'analytics',
  as: Principal,
  query: string,
  variables?: Readonly<Record<string, unknown>>,
) => Promise<Readonly<Record<string, unknown>>>;

/** The data and analytics subgraphs on models of their own; rows of models go from one to the other over HTTP, as in the split form. */
beforeAll(async () => {
  const relational = closing.use('database', await migratedDatabase(applyMigrations));
  const documents = closing.use('documents', await openDocumentStore('embedded:', { relational }));
  const keyValue = closing.use('key-value', await openKeyValue('embedded:', { clock, relational }));
  const pubSub = closing.use('pubsub', await openPubSub('embedded:', { relational }));
  const eventLog = closing.use('event log', await openEventLog('embedded:', { relational, log }));
  const streamEngine = closing.use(
    'stream engine',
    await openStreamEngine('embedded:', { relational, eventLog, eventLogUrl: 'embedded:', clock, log }),
  );
  const inference = closing.use('inference', await openInference({ clock, log }));
  const batchEngine = closing.use('batch engine', await openBatchEngine('embedded:', { clock }));
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), clock);
  const verifier = await createAssertionVerifier(await exportJWK(pair.publicKey), clock);
  const shared = { relational, verifier, onRefusal: () => undefined, clock, log };
  const dataDeps = { ...shared, documents, keyValue, pubSub, modelFiles: models };
  await prepareData(dataDeps);
  const data = buildData(dataDeps);
  const served = closing.use(
    'data',
    await serveSubgraph(data, { port: 0, host: '127.0.0.1', metrics: createMetrics() }),
  );
  const analytics = await buildAnalytics({
    ...shared,
    streamEngine,
    inference,
    batchEngine,
    files: () => () => Promise.reject(new CodedError('NOT_FOUND', 'There is no such file.')),
    operators: () => async () => false,
    modelRows: gatewayRows(() => served.url),
    sources: { models, tracking: [], metrics: [], predictions: [] },
    // A busy machine may take seconds to start a process.
    queryTimeLimitMs: 30_000,
  });
  const subgraphs: Readonly<Record<'data' | 'analytics', Subgraph>> = { data, analytics };
  ask = async (of, as, query, variables = {}) => {
    const call = { query, variables, assertion: await minter.mint(as), requestId: newId() };
    const { data: answered, errors = [] } = await subgraphs[of].execute(call);
    expect(errors).toEqual([]);
    return answered ?? {};
  };
});
afterAll(() => closing[Symbol.asyncDispose]());

test.each(['Diary', 'Memo'])(
  'in SQL a table of %s, whose rows are of those who made them, holds those of the caller alone, and all for who may read all',
  async (model) => {
    const [first, second, admin] = [member('EDITOR'), member('EDITOR'), member('ADMIN')];
    for (const [as, text] of [
      [first, 'one'],
      [second, 'two'],
      [second, 'three'],
    ] as const)
      await ask('data', as, `mutation ($text: String!) { create${model}(input: { text: $text }) { id } }`, {
        text,
      });
    const texts = async (as: Principal): Promise<unknown> => {
      const sql = `SELECT text FROM ${model.toLowerCase()} WHERE text <> '' OR true ORDER BY text`;
      const { analyticsQuery } = await ask(
        'analytics',
        as,
        'query ($sql: String!) { analyticsQuery(sql: $sql) { rows } }',
        { sql },
      );
      return (analyticsQuery as { rows: string[][] }).rows.flat();
    };
    expect(await texts(first)).toEqual(['one']);
    expect(await texts(second)).toEqual(['three', 'two']);
    expect(await texts(admin)).toEqual(['one', 'three', 'two']);
    expect(await texts(member('EDITOR'))).toEqual([]);
  },
);
