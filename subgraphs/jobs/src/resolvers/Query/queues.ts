import { queuesOf } from '../../adapters/queue-table.ts';
import type { QueryResolvers } from '../../generated/schema.ts';

export const queues: NonNullable<QueryResolvers['queues']> = async (_parent, _args, { core, principal }) => [
  ...(await queuesOf(core.relational, principal.workspaceId, null)),
];
