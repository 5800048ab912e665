import type { QueryResolvers } from '../../generated/schema.ts';

export const auditChainIntact: NonNullable<QueryResolvers['auditChainIntact']> = (
  _parent,
  _args,
  { core, principal: { workspaceId }, signal },
) => core.auditChains.verify({ workspaceId, signal });
