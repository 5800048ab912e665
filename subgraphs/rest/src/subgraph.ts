import { readFileSync } from 'node:fs';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, type Logger, requireEngines } from '@tributary/runtime';
import { sharedTypeDefs } from '@tributary/schema';
import {
  type AssertionVerifier,
  buildSubgraph,
  dateTimeScalar,
  type GraphExecutor,
  type OnRefusal,
  type Subgraph,
} from '@tributary/subgraph-kit';
import type { GraphQLSchema } from 'graphql';
import { idempotencyTable } from './adapters/idempotency-table.ts';
import { usageTable } from './adapters/usage-table.ts';
import type { SavedOperation } from './domain/saved-operation.ts';
import { restDoor } from './door.ts';
import { restRoutes } from './resolvers/Query/rest-routes.ts';
import { restUsage } from './resolvers/Query/rest-usage.ts';
import { fittingRoutes } from './usecases/fitting-routes.ts';
import { usageCounter } from './usecases/usage-counter.ts';

export interface RestDeps {
  readonly relational: Relational;
  /** Runs an operation through the gateway; may be bound after the subgraph is built, before its first request. */
  readonly execute: GraphExecutor;
  readonly operations: readonly SavedOperation[];
  /** The graph's public schema. The same object while nothing changed: what is derived from it is kept by identity. */
  readonly apiSchema: () => Promise<GraphQLSchema>;
  readonly verifier: AssertionVerifier;
  readonly onRefusal: OnRefusal;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The REST subgraph. Disposing writes the usage that is still in memory; dispose it before its engines. */
export type RestSubgraph = Subgraph & AsyncDisposable;

/** The REST subgraph's contract, shared scalars included. */
export function restTypeDefs(): string {
  return `${sharedTypeDefs()}\n${readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8')}`;
}

/** Builds the REST subgraph: routes behind its door, their list and usage in the graph. Opens nothing. */
export function buildRest(deps: RestDeps): RestSubgraph {
  const { relational, operations, verifier, clock, log } = deps;
  const table = usageTable(relational);
  const usage = usageCounter({ sink: table, clock, log });
  const fitting = fittingRoutes({ operations, log });
  let isChecked = false;
  /** The graph is there after its subgraphs: whether the routes fit it is looked at with the first question whether we are ready. */
  const checkRoutes = (): void => {
    if (isChecked) return;
    isChecked = true;
    deps
      .apiSchema()
      .then(fitting)
      .catch(() => {
        isChecked = false;
      });
  };
  const door = restDoor({
    operations,
    fitting,
    usage,
    verifier,
    log,
    execute: deps.execute,
    apiSchema: deps.apiSchema,
    idempotency: idempotencyTable(relational),
  });
  const subgraph = buildSubgraph({
    name: 'rest',
    typeDefs: restTypeDefs(),
    resolvers: { Query: { restRoutes, restUsage }, DateTime: dateTimeScalar },
    createContext: (call) => ({ ...call, operations, usage: table }),
    verifier,
    onRefusal: deps.onRefusal,
    log,
    door,
    ready: () => {
      checkRoutes();
      return requireEngines({ database: relational });
    },
  });
  return { ...subgraph, [Symbol.asyncDispose]: () => usage[Symbol.asyncDispose]() };
}
