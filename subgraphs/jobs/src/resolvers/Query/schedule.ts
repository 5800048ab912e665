import { isId } from '@tributary/runtime';
import type { QueryResolvers } from '../../generated/schema.ts';

export const schedule: NonNullable<QueryResolvers['schedule']> = (_parent, { id }, { loaders }) =>
  isId(id) ? loaders.schedules.load(id) : null;
