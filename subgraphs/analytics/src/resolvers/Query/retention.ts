import type { QueryResolvers } from '../../generated/schema.ts';
import { readRetention } from '../../usecases/read-retention.ts';

export const retention: NonNullable<QueryResolvers['retention']> = async (_parent, args, context) =>
  (await readRetention(context.core, context, args)).map((cohort) => ({
    ...cohort,
    active: [...cohort.active],
  }));
