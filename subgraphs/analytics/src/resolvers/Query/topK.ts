import type { QueryResolvers } from '../../generated/schema.ts';
import { rankMetric } from '../../usecases/rank-metric.ts';

export const topK: NonNullable<QueryResolvers['topK']> = async (_parent, args, { core, principal }) => {
  const { metric, dimensionAt, measureAt, results } = await rankMetric(core, principal, args);
  return results.map((result) => ({
    key: result.group[dimensionAt] ?? null,
    value: result.values[measureAt] ?? 0,
    point: { ...result, metric },
  }));
};
