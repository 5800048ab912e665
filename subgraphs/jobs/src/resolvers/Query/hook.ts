import { isId } from '@tributary/runtime';
import type { QueryResolvers } from '../../generated/schema.ts';

export const hook: NonNullable<QueryResolvers['hook']> = (_parent, { id }, { loaders }) =>
  isId(id) ? loaders.hooks.load(id) : null;
