import { CodedError } from '@tributary/runtime';
import type { QueryResolvers } from '../../generated/schema.ts';

export const workspace: NonNullable<QueryResolvers['workspace']> = async (
  _parent,
  _args,
  { loaders, principal },
) => {
  const found = await loaders.workspaces.load(principal.workspaceId);
  if (found === null) throw new CodedError('NOT_FOUND', 'There is no such workspace.');
  return found;
};
