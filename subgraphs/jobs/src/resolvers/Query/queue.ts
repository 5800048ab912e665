import { queueNamed } from '../../adapters/queue-table.ts';
import type { QueryResolvers } from '../../generated/schema.ts';
import { checkQueueName } from '../../usecases/check-name.ts';

export const queue: NonNullable<QueryResolvers['queue']> = async (_parent, { name }, { core, principal }) => {
  checkQueueName('name', name);
  return (await queueNamed(core.relational, principal.workspaceId, name)) ?? null;
};
