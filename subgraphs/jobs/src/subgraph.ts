import { readFileSync } from 'node:fs';
import type { KeyProvider } from '@tributary/engines/key-provider';
import type { Relational } from '@tributary/engines/relational';
import { EnqueuedTogether, JobWake } from '@tributary/job-queue';
import { type Clock, type Logger, requireEngines, Turns } from '@tributary/runtime';
import { sharedTypeDefs, topicContracts } from '@tributary/schema';
import {
  type AssertionVerifier,
  buildSubgraph,
  type OnRefusal,
  type Subgraph,
} from '@tributary/subgraph-kit';
import type { Context } from './context.ts';
import type { JobsCore } from './core.ts';
import { hooksDoor } from './hooks-door.ts';
import { createLoaders } from './loaders/loaders.ts';
import { resolvers } from './resolvers/resolvers.ts';
import { NextTicks } from './usecases/next-ticks.ts';

export interface JobsDeps {
  /** With the platform tables migrated and the outbox made. */
  readonly relational: Relational;
  readonly keyProvider: KeyProvider;
  readonly clock: Clock;
  readonly verifier: AssertionVerifier;
  readonly onRefusal: OnRefusal;
  readonly log: Logger;
}

/** The contract of the jobs subgraph, shared scalars included. */
export function jobsTypeDefs(): string {
  return `${sharedTypeDefs()}\n${readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8')}`;
}

/** Builds the jobs subgraph; opens nothing. */
export function buildJobs(deps: JobsDeps): Subgraph {
  const { relational, keyProvider, verifier, onRefusal, log } = deps;
  const core: JobsCore = {
    ...deps,
    together: new EnqueuedTogether(deps),
    wake: new JobWake(relational, log),
    nextTicks: new NextTicks(),
    graphTurns: new Turns({ tooMany: 'Too many graphs of runs', atOnce: 3, each: 1, waiting: 200 }),
    eventShapes: new Map(topicContracts().flatMap(({ types }) => Object.entries(types))),
  };
  return buildSubgraph<Context>({
    name: 'jobs',
    typeDefs: jobsTypeDefs(),
    resolvers,
    createContext: (call) => ({ ...call, core, loaders: createLoaders(core, call) }),
    verifier,
    onRefusal,
    // It counts its steps before it reads any.
    ownTextChecks: new Set(['Mutation.enqueueDag']),
    log,
    door: hooksDoor(core, verifier),
    ready: () => requireEngines({ database: relational, 'key-provider': keyProvider }),
  });
}
