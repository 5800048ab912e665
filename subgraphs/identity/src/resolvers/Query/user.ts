import { CodedError, isId } from '@tributary/runtime';
import type { QueryResolvers } from '../../generated/schema.ts';

export const user: NonNullable<QueryResolvers['user']> = (_parent, { id }, { loaders }) => {
  if (!isId(id)) throw new CodedError('BAD_USER_INPUT', 'id is no id.', { details: { argument: 'id' } });
  return loaders.users.load(id);
};
