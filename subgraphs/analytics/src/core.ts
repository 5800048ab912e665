import type { BatchEngine } from '@tributary/engines/batch-engine';
import type { Inference } from '@tributary/engines/inference';
import type { Relational } from '@tributary/engines/relational';
import type { StreamEngine } from '@tributary/engines/stream-engine';
import { type Clock, type Logger, Turns } from '@tributary/runtime';
import type { CallContext, IsOperator } from '@tributary/subgraph-kit';
import type { ModelRows } from './adapters/gateway-rows.ts';
import { type QueryTable, queryTables } from './adapters/query-tables.ts';
import { type MetricSources, type Metrics, parseMetrics } from './declarations/parse-metrics.ts';
import {
  type PredictionSources,
  type Predictions,
  parsePredictions,
} from './declarations/parse-predictions.ts';
import { parseTracking } from './declarations/parse-tracking.ts';
import type { ModelType } from './domain/metric.ts';
import type { EventTypes } from './domain/row-type.ts';
import type { FindFile } from './domain/workspace-file.ts';
import { ShadowPredictions } from './usecases/shadow-predictions.ts';

/**
 * What the subgraph is declared by: the models (schema/models), the kinds of events (schema/tracking), metrics (schema/metrics) and
 * predictions (schema/predictions).
 */
export type AnalyticsSources = MetricSources & PredictionSources;

export interface CoreDeps {
  /** With the platform tables migrated and the outbox made. */
  readonly relational: Relational;
  /** What `startMetrics` runs the metrics on. */
  readonly streamEngine: StreamEngine;
  readonly inference: Inference;
  /** Answers SQL over events and models. */
  readonly batchEngine: BatchEngine;
  /** The files a caller may see, asked of the graph with the caller's rights. */
  readonly files: (caller: CallContext) => FindFile;
  readonly operators: (caller: CallContext) => IsOperator;
  /** Where the rows of models come from. */
  readonly modelRows: ModelRows;
  /** Of one `analyticsQuery`, milliseconds: less than the gateway waits for a subgraph, so that the caller is told why. */
  readonly queryTimeLimitMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sources: AnalyticsSources;
}

/** What the contract tells callers: the query's own time, after its turn has come. */
export const defaultQueryTimeLimitMs = 3_000;

export interface CompiledSources {
  readonly eventTypes: EventTypes;
  readonly metrics: Metrics;
  readonly models: ReadonlyMap<string, ModelType>;
  readonly predictions: Predictions;
}

/** What all calls share: engines and compiled declarations. */
export interface AnalyticsCore extends CompiledSources, Omit<CoreDeps, 'sources' | 'log'> {
  readonly shadows: ShadowPredictions;
  /** How many queries of each workspace are under way. */
  readonly asking: Map<string, number>;
  /** Funnels and retentions: they go through all that subjects did. */
  readonly histories: Turns;
  /** What SQL may read, by name. */
  readonly tables: ReadonlyMap<string, QueryTable>;
}

/** @throws CodedError MODEL_INVALID naming every fault of the declarations. */
export function compileSources(sources: AnalyticsSources): CompiledSources {
  const eventTypes = parseTracking(sources.tracking);
  const predictions = parsePredictions(sources);
  return { eventTypes, ...parseMetrics(sources, eventTypes, predictions.declared), predictions };
}

/** A dashboard asks a dozen at once; each holds a connection of the process's ten while it works. */
const historyTurns = { tooMany: 'Too many funnels and retentions', atOnce: 3, each: 1, waiting: 48 } as const;

/** @throws CodedError MODEL_INVALID naming every fault of the declarations. */
export function createCore({ sources, log, ...deps }: CoreDeps): AnalyticsCore {
  const shadows = new ShadowPredictions({ ...deps, log });
  const compiled = compileSources(sources);
  const tables = queryTables(compiled.eventTypes, compiled.models.values());
  return { ...deps, shadows, asking: new Map(), histories: new Turns(historyTurns), tables, ...compiled };
}
