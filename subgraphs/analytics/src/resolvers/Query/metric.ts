import type { DimensionValue } from '@tributary/engines/stream-engine';
import { listCursor, listPlace, pageSize } from '@tributary/subgraph-kit';
import { dimensionFilter } from '../../domain/metric-question.ts';
import type { QueryResolvers } from '../../generated/schema.ts';
import { readSeries, type Series } from '../../usecases/read-series.ts';

type Group = readonly DimensionValue[];

const isGroup = (values: readonly unknown[]): values is Group =>
  values.length <= 8 &&
  values.every((value) => value === null || ['string', 'number', 'boolean'].includes(typeof value));

export const metric: NonNullable<QueryResolvers['metric']> = async (_parent, args, context) => {
  const first = pageSize(args.first);
  const keys = new Set([...(args.dimensions ?? []), ...Object.keys(dimensionFilter(args.where))]);
  const list = ['MetricSeries', args.name, ...[...keys].sort()].join(' ');
  const after = listPlace(list, args.after, isGroup);
  const { metric, progress, series } = await readSeries(context.core, context, { ...args, first, after });
  const page = series.slice(0, first);
  const cursorOf = (last: Series | undefined): string | null =>
    last === undefined ? null : listCursor(list, ...last.group);
  const moment = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return {
    metric,
    window: args.window,
    freshness: { ...progress, watermark: moment(progress.watermarkMs), latest: moment(progress.latestMs) },
    series: page,
    pageInfo: {
      hasNextPage: series.length > first,
      hasPreviousPage: after !== undefined,
      startCursor: cursorOf(page[0]),
      endCursor: cursorOf(page.at(-1)),
    },
  };
};
