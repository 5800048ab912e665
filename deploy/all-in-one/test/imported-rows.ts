import { buildData, prepareData } from '@tributary/data';
import { openDocumentStore } from '@tributary/engines/document-store/open';
import { openKeyValue } from '@tributary/engines/key-value/open';
import { openPubSub } from '@tributary/engines/pubsub/open';
import { builtInJobs, graphForRuns, type JobContext, modelInputs } from '@tributary/job-runner';
import { applyMigrations } from '@tributary/prisma';
import { Closing, CodedError, systemClock as clock, createLogger, newId } from '@tributary/runtime';
import { modelFiles } from '@tributary/schema';
import {
  createAssertionMinter,
  createAssertionVerifier,
  type GraphExecutor,
  graphError,
} from '@tributary/subgraph-kit';
import { migratedDatabase } from '@tributary/test-kit';
import type { FormattedExecutionResult } from 'graphql';
import { exportJWK, generateKeyPair } from 'jose';

export type Graph = JobContext<unknown>['graph'];

export interface Imported {
  readonly rows: number;
  readonly created: number;
  readonly refused: number;
  readonly errors: readonly { readonly row: number; readonly code: string; readonly message: string }[];
}

export interface Attempt {
  readonly text: string;
  readonly name: string;
  readonly input: object;
  readonly runId?: string;
  readonly checkpoint?: unknown;
  /** Saves what the next attempt goes on from; what it throws ends this one. */
  readonly saveCheckpoint?: (state: unknown) => Promise<void>;
  readonly progress?: JobContext<unknown>['progress'];
  readonly warn?: JobContext<unknown>['log']['warn'];
  readonly describe?: (real: JobContext<unknown>['describe']) => JobContext<unknown>['describe'];
}

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const [job] = builtInJobs().filter(({ name }) => name === 'import-dataset');

/** The import as an editor's run has it, on the data subgraph with a database of its own. */
export async function openImports() {
  const closing = new Closing();
  const log = createLogger({ name: 'test', level: 'silent' });
  const relational = closing.use('database', await migratedDatabase(applyMigrations));
  const embedded = { relational, clock, allowEmbedded: true };
  const documents = closing.use('documents', await openDocumentStore('embedded:', embedded));
  const keyValue = closing.use('key-value', await openKeyValue('embedded:', embedded));
  const pubSub = closing.use('pubsub', await openPubSub('embedded:', embedded));
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), clock);
  const verifier = await createAssertionVerifier(await exportJWK(pair.publicKey), clock);
  const deps = { relational, documents, keyValue, pubSub, verifier, onRefusal: () => undefined, clock, log };
  const data = { ...deps, modelFiles: modelFiles() };
  await prepareData(data);
  const subgraph = buildData(data);
  const execute: GraphExecutor = async (call) => (await subgraph.execute(call)) as FormattedExecutionResult;
  const workspaceId = newId();
  const principal = { kind: 'user', id: newId(), role: 'EDITOR', scopes: null };
  const runs = graphForRuns({ minter, execute });
  const { signal } = new AbortController();
  const graphOf =
    (runId: string): Graph =>
    async <Data>(query: string, variables = {}): Promise<Data> => {
      const run = { id: runId, job: 'import-dataset', workspaceId, principal };
      const { data: answer, errors = [] } = await runs(run, { query, variables }, signal);
      if (errors.length > 0) throw graphError(errors);
      return answer as Data;
    };
  const nothing = (): Promise<never> => Promise.reject(new CodedError('NOT_FOUND', 'It is not needed here.'));
  const describe = modelInputs({ minter, execute, clock });
  /** What a run of an editor has, apart from what a test says. */
  const contextOf = (changed: Partial<JobContext<unknown>> = {}): JobContext<unknown> => {
    const runId = newId();
    return {
      runId,
      workspaceId,
      attempt: 1,
      isFirst: true,
      input: {},
      signal,
      checkpoint: null,
      progress: () => undefined,
      log: silent,
      saveCheckpoint: async () => undefined,
      graph: graphOf(runId),
      describe,
      download: nothing,
      keepFile: async () => newId(),
      sql: { exportFile: nothing, rows: nothing },
      enqueue: nothing,
      ...changed,
    };
  };
  const attempt = async (asked: Attempt): Promise<Imported> => {
    const { runId = newId(), name, text, input } = asked;
    const file = { name, sizeBytes: text.length, sha256: 'a'.repeat(64), downloadUrl: '/files/d/x' };
    const graph: Graph = async <Data>(query: string, variables?: Readonly<Record<string, unknown>>) =>
      query.includes('ImportFile') ? ({ file } as Data) : graphOf(runId)<Data>(query, variables);
    const context = contextOf({
      runId,
      graph,
      input: { file: newId(), ...input },
      checkpoint: asked.checkpoint ?? null,
      saveCheckpoint: asked.saveCheckpoint ?? (async () => undefined),
      progress: asked.progress ?? (() => undefined),
      log: { ...silent, ...(asked.warn === undefined ? {} : { warn: asked.warn }) },
      describe: asked.describe?.(describe) ?? describe,
      download: async () => pieces(text),
    });
    if (job === undefined) throw new TypeError('there is no import');
    return (await job.run(context)) as Imported;
  };
  const close = (): Promise<void> => closing[Symbol.asyncDispose]();
  return { attempt, contextOf, graph: graphOf(newId()), [Symbol.asyncDispose]: close };
}

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
