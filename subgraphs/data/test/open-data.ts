import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { openDocumentStore } from '@tributary/engines/document-store/open';
import { openKeyValue } from '@tributary/engines/key-value/open';
import type { OutgoingEvent } from '@tributary/engines/outbox';
import { relationalOutbox } from '@tributary/engines/outbox/relational';
import type { PubSub } from '@tributary/engines/pubsub';
import { openPubSub } from '@tributary/engines/pubsub/open';
import type { Relational } from '@tributary/engines/relational';
import { applyMigrations } from '@tributary/prisma';
import { Closing, createLogger, createMetrics, newId, systemClock } from '@tributary/runtime';
import { modelFiles } from '@tributary/schema';
import {
  createAssertionMinter,
  createAssertionVerifier,
  createRefusalSink,
  type Principal,
  type Role,
  type StreamEvent,
} from '@tributary/subgraph-kit';
import { doorRequest, migratedDatabase, observedDatabase } from '@tributary/test-kit';
import type { GraphQLError } from 'graphql';
import { exportJWK, generateKeyPair } from 'jose';
import { buildData, prepareData } from '../src/index.ts';
import { inFiles } from './models-of.ts';

export interface Answer {
  /** Whatever JSON it is: what tests expect of it is its check. */
  readonly data: ReturnType<typeof JSON.parse>;
  readonly errors: readonly GraphQLError[];
  /** The code of the first error. */
  readonly code: unknown;
}

type Line = ReturnType<typeof JSON.parse>;

export interface OpenData extends AsyncDisposable {
  readonly workspaceId: string;
  readonly relational: Relational;
  readonly pubSub: PubSub;
  readonly sdl: string;
  run(
    as: Principal,
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    stream?: StreamEvent,
  ): Promise<Answer>;
  /** What the door of a model's rows answers: its status, and the items or the problem, line by line. */
  rows(as: Principal, model: string, method?: string): Promise<{ status: number; lines: readonly Line[] }>;
  /** The statements that `work` sends to PostgreSQL, BEGIN and COMMIT left out. */
  statementsOf(work: () => Promise<unknown>): Promise<readonly string[]>;
  /** Takes the events of changes that were written since it was last called, in order. */
  takeEvents(): Promise<readonly OutgoingEvent[]>;
  /** What another process does that starts with the same models. */
  startAgain(): Promise<void>;
  /** What the audit log will be told of refusals so far. */
  refusals(): Promise<readonly unknown[]>;
}

/** The data subgraph on a database of its own, with the demo's models or those given. */
export async function openData(modelSources = modelFiles().map(({ text }) => text)): Promise<OpenData> {
  const closing = new Closing();
  const database = closing.use('database', await migratedDatabase(applyMigrations));
  const statements: string[] = [];
  const relational = observedDatabase(database, statements);
  const log = createLogger({ name: 'test', level: 'silent' });
  const documents = closing.use('documents', await openDocumentStore('embedded:', { relational }));
  const keyValue = closing.use(
    'key-value',
    await openKeyValue('embedded:', { clock: systemClock, relational }),
  );
  const pubSub = closing.use('pubsub', await openPubSub('embedded:', { relational }));
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(privateKey), systemClock);
  const verifier = await createAssertionVerifier(await exportJWK(publicKey), systemClock);
  const refusals = createRefusalSink({
    relational: database,
    clock: systemClock,
    log,
    metrics: createMetrics(),
    source: '/subgraphs/data',
  });
  const deps = {
    relational,
    documents,
    keyValue,
    pubSub,
    verifier,
    onRefusal: refusals.onRefusal,
    clock: systemClock,
    log,
    modelFiles: inFiles(modelSources),
  };
  await prepareData(deps);
  const subgraph = buildData(deps);
  const outboxes = [await relationalOutbox(database), documents.outbox];
  return {
    workspaceId: newId(),
    relational,
    pubSub,
    sdl: subgraph.sdl,
    run: async (as, query, variables, stream) => {
      const assertion = await minter.mint(as);
      const { data, errors = [] } = await subgraph.execute({
        query,
        variables,
        assertion,
        requestId: newId(),
        stream,
      });
      return { data, errors, code: errors[0]?.extensions['code'] };
    },
    rows: async (as, model, method = 'GET') => {
      const request = { method, path: `/data/rows/${model}`, assertion: await minter.mint(as) };
      const { status, body } = (await subgraph.streamDoor?.handle(doorRequest(request))) ?? {
        status: 0,
        body: '',
      };
      const whole = typeof body === 'string' ? body : await text(Readable.from(body));
      return { status, lines: whole.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)])) };
    },
    statementsOf: async (work) => {
      statements.length = 0;
      await work();
      return [...statements];
    },
    takeEvents: async () => {
      const taken: OutgoingEvent[] = [];
      for (const outbox of outboxes) {
        const pending = (await outbox.pending(100_000)).filter(({ topic }) => topic.startsWith('data.'));
        await outbox.forget(pending);
        taken.push(...pending.map(({ topic, event }) => ({ topic, event })));
      }
      return taken;
    },
    startAgain: () => prepareData(deps),
    refusals: async () => {
      await refusals.settled();
      const pending = await documents.outbox.pending(100_000);
      return pending.filter(({ topic }) => topic === 'identity.refusal').map(({ event }) => event.data);
    },
    [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
  };
}

/** A member of the workspace with this role; each call makes another user. */
export function member(workspaceId: string, role: Role): Principal {
  return { kind: 'user', id: newId(), workspaceId, role, scopes: null };
}

export function anonymous(workspaceId: string): Principal {
  return { kind: 'anonymous', id: 'anonymous', workspaceId, role: null, scopes: null };
}

export function apiKey(workspaceId: string, role: Role, scopes: readonly string[]): Principal {
  return { kind: 'apiKey', id: newId(), workspaceId, role, scopes };
}
