import type { WindowResult } from '@tributary/engines/stream-engine';
import { CodedError } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { AnalyticsCore } from '../core.ts';
import type { Metric } from '../declarations/read-metric.ts';
import { askedGrouping, dimensionFilter } from '../domain/metric-question.ts';
import { askedWindow, latestStartsOf } from './read-series.ts';
import { visibleMetric } from './visible-metric.ts';

export interface RankQuestion {
  readonly metric: string;
  readonly dimension: string;
  readonly window: string;
  readonly measure?: string | null | undefined;
  readonly at?: string | null | undefined;
  readonly where?: unknown;
  readonly k?: number | null | undefined;
}

export interface RankAnswer {
  readonly metric: Metric;
  /** Places of the dimension among the group's values, and of the measure among the values. */
  readonly dimensionAt: number;
  readonly measureAt: number;
  readonly results: readonly WindowResult[];
}

const mostK = 100;

/** @throws CodedError NOT_FOUND, BAD_USER_INPUT as `readSeries` does */
export async function rankMetric(
  core: AnalyticsCore,
  principal: Principal,
  question: RankQuestion,
): Promise<RankAnswer> {
  const metric = visibleMetric(core, principal, question.metric);
  const { name: window, kind } = askedWindow(metric, question.window);
  const where = dimensionFilter(question.where);
  const grouping = askedGrouping(metric, [question.dimension], where);
  const k = question.k ?? 10;
  if (k < 1 || k > mostK)
    throw new CodedError('BAD_USER_INPUT', `k is 1 to ${mostK}.`, {
      details: { argument: 'k', limit: mostK },
    });
  const measureAt = askedMeasure(metric, question.measure);
  const atMs = question.at === null || question.at === undefined ? undefined : Date.parse(question.at);
  const place = { pipeline: metric.name, workspaceId: principal.workspaceId, window, grouping };
  // Sessions begin where they like: compared are those that went on when the latest one began.
  const isOfSessions = kind === 'session' && atMs === undefined;
  const [latestMs] = isOfSessions ? await latestStartsOf(core, place)(undefined, 1) : [];
  const results = await core.streamEngine.rank({
    ...place,
    where,
    measure: metric.pipeline.measures[measureAt]?.name ?? '',
    atMs: atMs ?? latestMs,
    limit: k,
  });
  return { metric, dimensionAt: grouping.indexOf(question.dimension), measureAt, results };
}

/** The place of a measure; the first when none is named. @throws CodedError BAD_USER_INPUT naming those there are. */
export function askedMeasure(metric: Metric, name: string | null | undefined): number {
  if (name === null || name === undefined) return 0;
  const names = metric.pipeline.measures.map((measure) => measure.name);
  const at = names.indexOf(name);
  if (at >= 0) return at;
  throw new CodedError(
    'BAD_USER_INPUT',
    `${metric.name} has no measure ${name.slice(0, 100)}; it has ${names.join(', ')}.`,
    {
      details: { argument: 'measure', measures: names },
    },
  );
}
