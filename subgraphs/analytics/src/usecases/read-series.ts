import type { DimensionValue, LatestRequest, Progress, WindowResult } from '@tributary/engines/stream-engine';
import { CodedError } from '@tributary/runtime';
import type { AnalyticsCore } from '../core.ts';
import type { Metric } from '../declarations/read-metric.ts';
import { type AskedWindow, askedGrouping, askedRange, dimensionFilter } from '../domain/metric-question.ts';
import type { AnswerPoints } from './answer-points.ts';
import type { Asking } from './asking.ts';
import { visibleMetric } from './visible-metric.ts';

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

/** @throws CodedError NOT_FOUND for a metric that is not the caller's to read; BAD_USER_INPUT for what the metric does not keep; what `AnswerPoints` throws. */
export async function readSeries(
  core: AnalyticsCore,
  { principal, points }: Pick<Asking, 'principal'> & { readonly points: AnswerPoints },
  question: SeriesQuestion,
): Promise<SeriesAnswer> {
  const metric = visibleMetric(core, principal, question.name);
  const window = askedWindow(metric, question.window);
  const where = dimensionFilter(question.where);
  const grouping = askedGrouping(metric, question.dimensions ?? [], where);
  const { workspaceId } = principal;
  const place = { pipeline: metric.name, workspaceId, window: window.name, grouping };
  const [progress, range] = await Promise.all([
    core.streamEngine.progress(metric.name, workspaceId),
    askedRange(question, window, latestStartsOf(core, place)),
  ]);
  const results = await points.read((limit) =>
    core.streamEngine.series({
      ...place,
      where,
      ...range,
      groups: { first: question.first + 1, after: question.after },
      limit,
    }),
  );
  return { metric, progress, series: seriesOf(metric, grouping, results) };
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
  return { name, kind: window.kind };
}

/** Where the latest windows of a grouping begin, as `askedRange` asks for it. */
export function latestStartsOf(
  { streamEngine }: AnalyticsCore,
  request: Omit<LatestRequest, 'beforeMs' | 'limit'>,
): Parameters<typeof askedRange>[2] {
  return (beforeMs, limit) => streamEngine.latestStarts({ ...request, beforeMs, limit });
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
