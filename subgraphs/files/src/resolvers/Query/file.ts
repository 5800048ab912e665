import { isId } from '@tributary/runtime';
import { notAnId } from '@tributary/subgraph-kit';
import type { QueryResolvers } from '../../generated/schema.ts';

export const file: NonNullable<QueryResolvers['file']> = (_parent, { id }, { loaders }) => {
  if (!isId(id)) throw notAnId('id');
  return loaders.files.load(id);
};
