import type { QueryResolvers } from '../../generated/schema.ts';
import { mayRead } from '../../usecases/visible-metric.ts';

export const metrics: NonNullable<QueryResolvers['metrics']> = (_parent, _args, { core, principal }) =>
  [...core.metrics.values()]
    .filter((metric) => mayRead(principal, metric))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
