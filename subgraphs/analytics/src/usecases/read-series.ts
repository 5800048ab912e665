import type { DimensionValue, Progress, WindowResult } from '@tributary/engines/stream-engine';
import { CodedError } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { AnalyticsCore } from '../core.ts';
import type { Metric } from '../declarations/read-metric.ts';
import { type AskedWindow, askedGrouping, askedRange, dimensionFilter } from '../domain/metric-question.ts';
import { visibleMetric } from './visible-metric.ts';

/** Points an answer may have; more are refused, because a chart shows no more and memory is bounded. */
export const maxPoints = 20_000;
const hourMs = 3_600_000;

/** One group's windows in the order of their starts. */
export interface Series {
  readonly metric: Metric;
  readonly group: readonly DimensionValue[];
  readonly grouping: readonly string[];
  readonly windows: readonly WindowResult[];
}

export interface SeriesQuestion {
  readonly name: string;
  readonly window: string;
  readonly from?: string | null | undefined;
  readonly to?: string | null | undefined;
  readonly dimensions?: readonly string[] | null | undefined;
  readonly where?: unknown;
  /** Series, and the group they come after. */
  readonly first: number;
  readonly after: readonly DimensionValue[] | undefined;
}

export interface SeriesAnswer {
  readonly metric: Metric;
  readonly progress: Progress;
  /** One more than asked for where there are more. */
  readonly series: readonly Series[];
}

/** @throws CodedError NOT_FOUND for a metric that is not the caller's to read; BAD_USER_INPUT for what the metric does not keep, or too much of it. */
export async function readSeries(
  core: AnalyticsCore,
  principal: Principal,
  question: SeriesQuestion,
): Promise<SeriesAnswer> {
  const metric = visibleMetric(core, principal, question.name);
  const window = askedWindow(metric, question.window);
  const where = dimensionFilter(question.where);
  const grouping = askedGrouping(metric, question.dimensions ?? [], where);
  const { workspaceId } = principal;
  const progress = await core.streamEngine.progress(metric.name, workspaceId);
  const results = await core.streamEngine.series({
    pipeline: metric.name,
    workspaceId,
    window: window.name,
    grouping,
    where,
    ...askedRange(question, window, progress.latestMs),
    groups: { first: question.first + 1, after: question.after },
    limit: maxPoints + 1,
  });
  return { metric, progress, series: seriesOf(metric, grouping, boundedResults(results)) };
}

/** @throws CodedError BAD_USER_INPUT naming the windows the metric has. */
export function askedWindow(metric: Metric, name: string): AskedWindow {
  const window = metric.pipeline.windows.find((candidate) => candidate.name === name);
  if (window === undefined) {
    const names = metric.pipeline.windows.map((each) => each.name);
    throw new CodedError(
      'BAD_USER_INPUT',
      `${metric.name} has no window ${name}; it has ${names.join(', ')}.`,
      {
        details: { argument: 'window', windows: names },
      },
    );
  }
  const { kind } = window;
  if (window.kind === 'session') return { name, kind, stepMs: hourMs };
  return { name, kind, stepMs: window.kind === 'hop' ? window.slideMs : window.sizeMs };
}

/** @throws CodedError BAD_USER_INPUT when there are more than an answer may hold. */
export function boundedResults(results: readonly WindowResult[]): readonly WindowResult[] {
  if (results.length <= maxPoints) return results;
  throw new CodedError(
    'BAD_USER_INPUT',
    `More than ${maxPoints} points were asked for; ask for fewer series, a shorter time or a larger window.`,
    {
      details: { limit: maxPoints },
    },
  );
}

/** Results in the order of groups and starts, cut into their groups. */
export function seriesOf(
  metric: Metric,
  grouping: readonly string[],
  results: readonly WindowResult[],
): readonly Series[] {
  const groups = new Map<string, WindowResult[]>();
  for (const result of results) {
    const key = JSON.stringify(result.group);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [result]);
    else group.push(result);
  }
  return [...groups.values()].map((windows) => ({
    metric,
    grouping,
    group: windows[0]?.group ?? [],
    windows,
  }));
}
