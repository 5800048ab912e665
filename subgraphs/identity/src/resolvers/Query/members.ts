import { connectionOf, isIdPlace, listCursor, listPlace, pageSize } from '@tributary/subgraph-kit';
import { membersPage } from '../../adapters/directory.ts';
import type { QueryResolvers } from '../../generated/schema.ts';

export const members: NonNullable<QueryResolvers['members']> = async (
  _parent,
  { first, after },
  { core, principal },
) => {
  const size = pageSize(first);
  const [afterUserId = null] = listPlace('Member', after, isIdPlace) ?? [];
  const rows = await membersPage(core.prisma, principal.workspaceId, { size, afterUserId });
  return connectionOf(rows, size, {
    cursorOf: ({ userId }) => listCursor('Member', userId),
    hasPrevious: afterUserId !== null,
  });
};
