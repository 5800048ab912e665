import { readFileSync } from 'node:fs';
import { Closing, requireEngines } from '@tributary/runtime';
import { sharedTypeDefs } from '@tributary/schema';
import {
  type AssertionVerifier,
  buildSubgraph,
  type OnRefusal,
  type Subgraph,
} from '@tributary/subgraph-kit';
import type { Context } from './context.ts';
import { type CoreDeps, createCore } from './core.ts';
import { filesDoor } from './doors/files-door.ts';
import { createLoaders } from './loaders/loaders.ts';
import { ShownPreviews } from './loaders/shown-previews.ts';
import { resolvers } from './resolvers/resolvers.ts';
import { startScanWorker } from './scan-worker.ts';
import { startSweeper } from './sweeper.ts';
import { scanPending } from './usecases/scan-pending.ts';
import { type Swept, sweep } from './usecases/sweep.ts';

export interface FilesDeps extends CoreDeps {
  readonly verifier: AssertionVerifier;
  readonly onRefusal: OnRefusal;
}

export interface FilesSubgraph extends Subgraph {
  /** Removes once what nobody can ask for any more. */
  sweep(): Promise<Swept>;
  /** Has up to ten files scanned that wait for it; answers how many. None where there is no scanner. */
  scan(): Promise<number>;
  /** What runs beside the subgraph until disposed: the sweeper, and the scan worker where there is a scanner. */
  startWorkers(): AsyncDisposable;
}

/** The contract of the files subgraph, shared scalars included. */
export function filesTypeDefs(): string {
  return `${sharedTypeDefs()}\n${readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8')}`;
}

/** Builds the files subgraph; opens nothing. */
export function buildFiles(deps: FilesDeps): FilesSubgraph {
  const core = createCore(deps);
  const { verifier, onRefusal, log, relational, objects, keyProvider } = deps;
  const subgraph = buildSubgraph<Context>({
    name: 'files',
    typeDefs: filesTypeDefs(),
    resolvers,
    createContext: (call) => ({
      ...call,
      core,
      loaders: createLoaders(relational, call.principal.workspaceId),
      previews: new ShownPreviews(core, call),
      isOperator: core.operators(call),
    }),
    verifier,
    onRefusal,
    log,
    streamDoor: filesDoor({ core, verifier, onRefusal }),
    ready: () =>
      requireEngines({ database: relational, 'object-store': objects, 'key-provider': keyProvider }),
  });
  const { scanner } = core;
  return {
    ...subgraph,
    sweep: () => sweep(core),
    scan: async () => (scanner === undefined ? 0 : scanPending(core, scanner)),
    startWorkers: () => {
      const workers = new Closing();
      workers.use('sweeper', startSweeper(core));
      if (scanner !== undefined) workers.use('scan worker', startScanWorker(core, scanner));
      return workers;
    },
  };
}
