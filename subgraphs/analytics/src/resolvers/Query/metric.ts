import { pageSize } from '@tributary/subgraph-kit';
import { groupCursor, groupOf } from '../../domain/group-cursor.ts';
import type { QueryResolvers } from '../../generated/schema.ts';
import { readSeries } from '../../usecases/read-series.ts';

export const metric: NonNullable<QueryResolvers['metric']> = async (_parent, args, { core, principal }) => {
  const first = pageSize(args.first);
  const after = groupOf(args.after);
  const { metric, progress, series } = await readSeries(core, principal, { ...args, first, after });
  const page = series.slice(0, first);
  const moment = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return {
    metric,
    window: args.window,
    freshness: { ...progress, watermark: moment(progress.watermarkMs), latest: moment(progress.latestMs) },
    series: page,
    pageInfo: {
      hasNextPage: series.length > first,
      hasPreviousPage: after !== undefined,
      startCursor: groupCursor(page[0]?.group),
      endCursor: groupCursor(page.at(-1)?.group),
    },
  };
};
