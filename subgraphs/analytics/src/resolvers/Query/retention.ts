import type { QueryResolvers } from '../../generated/schema.ts';
import { readRetention } from '../../usecases/read-retention.ts';

export const retention: NonNullable<QueryResolvers['retention']> = async (
  _parent,
  args,
  { core, principal },
) =>
  (await readRetention(core, principal, args)).map((cohort) => ({ ...cohort, active: [...cohort.active] }));
