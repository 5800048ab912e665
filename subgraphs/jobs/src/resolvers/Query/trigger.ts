import { isId } from '@tributary/runtime';
import type { QueryResolvers } from '../../generated/schema.ts';

export const trigger: NonNullable<QueryResolvers['trigger']> = (_parent, { id }, { loaders }) =>
  isId(id) ? loaders.triggers.load(id) : null;
