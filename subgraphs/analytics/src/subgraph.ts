import { readFileSync } from 'node:fs';
import { type Logger, requireEngines } from '@tributary/runtime';
import { sharedTypeDefs } from '@tributary/schema';
import {
  type AssertionVerifier,
  buildSubgraph,
  type OnRefusal,
  type Subgraph,
} from '@tributary/subgraph-kit';
import type { Context } from './context.ts';
import {
  type AnalyticsSources,
  type CompiledSources,
  type CoreDeps,
  compileSources,
  createCore,
} from './core.ts';
import { mergeTypes } from './declarations/merge-types.ts';
import { entityPredictions } from './loaders/entity-predictions.ts';
import { entitySeriesLoader } from './loaders/entity-series.ts';
import { modelVersionsLoader } from './loaders/model-versions.ts';
import { shadowDriftLoader } from './loaders/shadow-drift.ts';
import { metricTypeDefs } from './metrics/metric-sdl.ts';
import { preparePredictions } from './predictions/prediction-fields.ts';
import { predictionTypeDefs } from './predictions/prediction-sdl.ts';
import { resolversOf } from './resolvers/resolvers.ts';
import { rowsDoor } from './rows-door.ts';
import { AnswerPoints } from './usecases/answer-points.ts';

export interface AnalyticsDeps extends CoreDeps {
  readonly verifier: AssertionVerifier;
  readonly onRefusal: OnRefusal;
  readonly log: Logger;
}

/** The contract: shared scalars, what is written, and what follows from the declarations. @throws CodedError MODEL_INVALID */
export function analyticsTypeDefs(sources: AnalyticsSources): string {
  return typeDefsOf(compileSources(sources));
}

function typeDefsOf({ metrics, models, predictions }: CompiledSources): string {
  const written = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');
  return mergeTypes([
    sharedTypeDefs(),
    written,
    metricTypeDefs(metrics, models),
    predictionTypeDefs(predictions),
  ]);
}

/** Builds the analytics subgraph; opens nothing. @throws CodedError MODEL_INVALID naming every fault of the declarations. */
export function buildAnalytics(deps: AnalyticsDeps): Subgraph {
  const core = createCore(deps);
  return buildSubgraph<Context>({
    name: 'analytics',
    typeDefs: typeDefsOf(core),
    resolvers: resolversOf(core),
    createContext: (call) => {
      const { principal, signal } = call;
      const { workspaceId } = principal;
      const points = new AnswerPoints(signal);
      return {
        ...call,
        core,
        points,
        entitySeries: entitySeriesLoader(core, { principal, points }),
        modelVersions: modelVersionsLoader(core.relational, workspaceId),
        shadowDrift: shadowDriftLoader(core.relational, { workspaceId, signal }),
        predictEntities: entityPredictions({ ...core, workspaceId, signal }),
        predictedFields: new WeakMap(),
        findFile: core.files(call),
        isOperator: core.operators(call),
      };
    },
    // One event that is wrong keeps no other from being taken.
    ownTextChecks: new Set(['Mutation.track']),
    prepareEntities: preparePredictions(core.predictions),
    verifier: deps.verifier,
    onRefusal: deps.onRefusal,
    log: deps.log,
    streamDoor: rowsDoor({ ...deps, core }),
    ready: () =>
      requireEngines({
        database: core.relational,
        'stream-engine': core.streamEngine,
        inference: core.inference,
        'batch-engine': core.batchEngine,
      }),
  });
}
