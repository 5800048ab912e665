import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventLog } from '@tributary/engines/event-log/open';
import { openKeyProvider } from '@tributary/engines/key-provider/open';
import { relationalOutbox } from '@tributary/engines/outbox/relational';
import { createJobQueue } from '@tributary/job-queue';
import { buildJobs, startTriggers } from '@tributary/jobs';
import { applyMigrations } from '@tributary/prisma';
import { Closing, systemClock as clock, createLogger, createMetrics, newId } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema';
import {
  createAssertionMinter,
  createAssertionVerifier,
  noWorkspaceId,
  type Principal,
  type Role,
  type StreamEvent,
} from '@tributary/subgraph-kit';
import { giveRights, migratedDatabase, observedDatabase } from '@tributary/test-kit';
import { exportJWK, generateKeyPair } from 'jose';

export const workspaceId = newId();

export function member(role: Role | null, changed: Partial<Principal> = {}): Principal {
  return { kind: 'user', id: newId(), workspaceId, role, scopes: null, ...changed };
}

export const editor = member('EDITOR');
export const viewer = member('VIEWER');
export const admin = member('ADMIN');
export const stranger = member('OWNER', { workspaceId: newId() });

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers by the shape they asked for.
  readonly data: any;
  readonly codes: readonly unknown[];
  readonly messages: readonly string[];
  readonly details: readonly Readonly<Record<string, unknown>>[];
}

export interface DoorAnswer {
  readonly status: number | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers by the shape they asked for.
  readonly json: any;
}

const greet = {
  type: 'object',
  properties: { name: { type: 'string' } },
  required: ['name'],
  additionalProperties: false,
};

/** The jobs subgraph on embedded engines, with two jobs that a runner has told of, and the queue such a runner would use. */
export async function openJobs() {
  const closing = new Closing();
  const relational = closing.use('database', await migratedDatabase(applyMigrations));
  const outbox = await relationalOutbox(relational);
  const log = createLogger({ name: 'test', level: 'silent' });
  const queue = closing.use('queue', createJobQueue({ relational, clock, log, random: () => 0 }));
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), clock);
  const verifier = await createAssertionVerifier(await exportJWK(pair.publicKey), clock);
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-jobs-'));
  closing.defer('data folder', () => rm(dataDir, { recursive: true, force: true }));
  const keyProvider = closing.use('keys', await openKeyProvider('embedded:', { dataDir, clock }));
  const statements: string[] = [];
  const observed = observedDatabase(relational, statements);
  const jobs = buildJobs({
    relational: observed,
    keyProvider,
    clock,
    verifier,
    onRefusal: () => undefined,
    log,
  });
  const known = new Map<string, Promise<void>>();
  /** Who asks for the first time has the rights they show; what is taken from them later stays taken. */
  const enters = (principal: Principal): Promise<void> => {
    const key = `${principal.workspaceId} ${principal.id}`;
    const entering = known.get(key) ?? giveRights(relational, principal);
    known.set(key, entering);
    return entering;
  };
  const ask = async (
    principal: Principal,
    query: string,
    variables: Record<string, unknown> = {},
    stream?: StreamEvent,
  ): Promise<Answer> => {
    await enters(principal);
    const assertion = await minter.mint(principal);
    const { data, errors = [] } = await jobs.execute({ query, variables, assertion, requestId: 'r', stream });
    return {
      data,
      codes: errors.map(({ extensions }) => extensions['code']),
      messages: errors.map(({ message }) => message),
      details: errors.map(({ extensions }) => extensions),
    };
  };
  const told = async (name: string, schema: object): Promise<void> => {
    await relational.query(
      `INSERT INTO jobs.definition (name, description, queue, input_schema, max_attempts, backoff_ms, backoff_max_ms, time_limit_ms)
       VALUES ($1, 'A job of the tests.', 'default', $2, 1, 1000, 60000, 60000)`,
      [name, JSON.stringify(schema)],
    );
  };
  await told('greet', greet);
  await told('anything', {});
  return {
    relational,
    queue,
    ask,
    /** What the subgraph asks the database while this is done. */
    statementsOf: async (work: () => Promise<unknown>): Promise<readonly string[]> => {
      statements.length = 0;
      await work();
      return [...statements];
    },
    /** A runner tells of one more job. */
    told,
    enqueue: async (input: Record<string, unknown> = {}, as = editor): Promise<string> => {
      const { data, messages } = await ask(
        as,
        'mutation ($input: EnqueueJobInput!) { enqueueJob(input: $input) { run { id } } }',
        { input: { job: 'anything', ...input } },
      );
      if (data?.enqueueJob === undefined) throw new Error(messages.join());
      return data.enqueueJob.run.id;
    },
    claim: () => queue.claim({ jobs: ['greet', 'anything'], limit: 50, leaseMs: 30_000, runner: 'test' }),
    takeEvents: async () => {
      const pending = await outbox.pending(10_000);
      await outbox.forget(pending);
      return pending.map(({ event }) => event);
    },
    keyProvider,
    keyFolder: join(dataDir, 'wrapping-keys'),
    log,
    /** A call of a hook, as the gateway passes it on for a stranger. */
    call: async (path: string, headers: Record<string, string>, body: string): Promise<DoorAnswer> => {
      const nobody = member(null, { kind: 'anonymous', id: 'anonymous', workspaceId: noWorkspaceId });
      const assertion = await minter.mint(nobody);
      const request = { method: 'POST', path, query: '', headers, assertion, requestId: 'r' };
      const answer = await jobs.door?.handle({ ...request, body: Buffer.from(body) });
      return { status: answer?.status, json: JSON.parse(String(answer?.body)) };
    },
    /** Starts what follows the log, on an embedded one; events appended to it are seen. */
    projecting: async ({ twice = false } = {}) => {
      const eventLog = closing.use('event log', await openEventLog('embedded:', { relational, log }));
      await eventLog.declareTopics(topicContracts());
      const metrics = createMetrics();
      const consume: typeof eventLog.consume = (options) =>
        eventLog.consume({
          ...options,
          onRecords: async (records) => {
            await options.onRecords(records);
            // As a consumer that dies between its effect and its commit makes it.
            if (twice) await options.onRecords(records);
          },
        });
      const handing = { consume, append: eventLog.append.bind(eventLog) };
      closing.use('triggers', await startTriggers({ relational, eventLog: handing, clock, log, metrics }));
      return eventLog;
    },
    [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
  };
}

export type OpenJobs = Awaited<ReturnType<typeof openJobs>>;
