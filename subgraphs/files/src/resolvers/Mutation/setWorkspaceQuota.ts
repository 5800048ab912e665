import { CodedError } from '@tributary/runtime';
import type { MutationResolvers } from '../../generated/schema.ts';
import { setQuota } from '../../usecases/set-quota.ts';

export const setWorkspaceQuota: NonNullable<MutationResolvers['setWorkspaceQuota']> = (
  _parent,
  { workspaceId, quotaBytes },
  context,
) => {
  // A variable that got lost on the way would take away what was given.
  if (quotaBytes === undefined)
    throw new CodedError(
      'BAD_USER_INPUT',
      'quotaBytes is a number of bytes, or null for what the installation says.',
      {
        details: { field: 'quotaBytes' },
      },
    );
  return setQuota(context, { workspaceId, quotaBytes });
};
