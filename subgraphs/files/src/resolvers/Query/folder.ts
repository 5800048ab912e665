import { isId } from '@tributary/runtime';
import { notAnId } from '@tributary/subgraph-kit';
import type { QueryResolvers } from '../../generated/schema.ts';

export const folder: NonNullable<QueryResolvers['folder']> = (_parent, { id }, { loaders }) => {
  if (!isId(id)) throw notAnId('id');
  return loaders.folders.load(id);
};
