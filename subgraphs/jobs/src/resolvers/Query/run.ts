import { isId } from '@tributary/runtime';
import type { QueryResolvers } from '../../generated/schema.ts';

export const run: NonNullable<QueryResolvers['run']> = (_parent, { id }, { loaders }) =>
  isId(id) ? loaders.runs.load(id) : null;
