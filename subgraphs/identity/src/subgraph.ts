import { readFileSync } from 'node:fs';
import type { KeyValue } from '@tributary/engines/key-value';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, type Logger, type Registry, requireEngines } from '@tributary/runtime';
import { sharedTypeDefs } from '@tributary/schema';
import {
  type AssertionVerifier,
  buildSubgraph,
  createRefusalSink,
  type Subgraph,
} from '@tributary/subgraph-kit';

import type { Context } from './context.ts';
import { createCore, type IdentitySettings } from './core.ts';
import { keySetDoor } from './key-set-door.ts';
import { createLoaders } from './loaders/loaders.ts';
import { resolvers } from './resolvers/resolvers.ts';

export interface IdentityDeps {
  /** With the platform tables migrated and the outbox made. */
  readonly relational: Relational;
  readonly keyValue: KeyValue;
  readonly verifier: AssertionVerifier;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly settings: IdentitySettings;
}

/** Identity's contract, shared scalars included. */
export function identityTypeDefs(): string {
  return `${sharedTypeDefs()}\n${readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8')}`;
}

/** Builds the identity subgraph; opens nothing. @throws CodedError CONFIG_INVALID for a wrong sealing key. */
export function buildIdentity(deps: IdentityDeps): Subgraph {
  const core = createCore(deps);
  const refusals = createRefusalSink({ ...deps, source: '/subgraphs/identity' });
  return buildSubgraph<Context>({
    name: 'identity',
    typeDefs: identityTypeDefs(),
    resolvers,
    createContext: (call) => ({
      ...call,
      askedAtMs: deps.clock.monotonicMs(),
      core,
      refusals,
      loaders: createLoaders(core, call.principal),
    }),
    verifier: deps.verifier,
    onRefusal: refusals.onRefusal,
    // What a client calls a workspace, or shows as its token, is only looked up: what cannot be stored is none.
    ownTextChecks: new Set(['Query.resolveWorkspace', 'Mutation.refreshSession']),
    log: deps.log,
    door: keySetDoor(core.keys),
    // The key may be known from before: that the database answers is asked by itself.
    ready: () =>
      requireEngines({ database: deps.relational, 'signing-keys': { ping: () => core.keys.active() } }),
  });
}
