import type { MutationResolvers } from '../../generated/schema.ts';
import { setQuota } from '../../usecases/set-quota.ts';

export const setWorkspaceQuota: NonNullable<MutationResolvers['setWorkspaceQuota']> = (
  _parent,
  { workspaceId, quotaBytes = null },
  context,
) => setQuota(context, { workspaceId, quotaBytes });
