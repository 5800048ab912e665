import type { QueryResolvers } from '../../generated/schema.ts';
import { verifyAuditChain } from '../../usecases/verify-audit-chain.ts';

export const auditChainIntact: NonNullable<QueryResolvers['auditChainIntact']> = (
  _parent,
  _args,
  { core, principal },
) => verifyAuditChain(core, principal.workspaceId);
