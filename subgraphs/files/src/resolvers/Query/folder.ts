import { CodedError, isId } from '@tributary/runtime';
import type { QueryResolvers } from '../../generated/schema.ts';

export const folder: NonNullable<QueryResolvers['folder']> = (_parent, { id }, { loaders }) => {
  if (!isId(id)) throw new CodedError('BAD_USER_INPUT', 'id is no id.', { details: { argument: 'id' } });
  return loaders.folders.load(id);
};
