import { readFileSync } from 'node:fs';
import type { Logger } from '@tributary/runtime';
import { sharedTypeDefs } from '@tributary/schema';
import {
  type AssertionVerifier,
  buildSubgraph,
  type OnRefusal,
  type Subgraph,
} from '@tributary/subgraph-kit';
import type { Context } from './context.ts';
import { type CoreDeps, createCore } from './core.ts';
import { resolvers } from './resolvers/resolvers.ts';

export interface AnalyticsDeps extends CoreDeps {
  readonly verifier: AssertionVerifier;
  readonly onRefusal: OnRefusal;
  readonly log: Logger;
}

/** The contract of the analytics subgraph, shared scalars included. */
export function analyticsTypeDefs(): string {
  return `${sharedTypeDefs()}\n${readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8')}`;
}

/** Builds the analytics subgraph; opens nothing. @throws CodedError MODEL_INVALID naming every fault of the declarations. */
export function buildAnalytics(deps: AnalyticsDeps): Subgraph {
  const core = createCore(deps);
  return buildSubgraph<Context>({
    name: 'analytics',
    typeDefs: analyticsTypeDefs(),
    resolvers,
    createContext: (call) => ({ ...call, core }),
    verifier: deps.verifier,
    onRefusal: deps.onRefusal,
    log: deps.log,
    ready: () => core.relational.ping(),
  });
}
