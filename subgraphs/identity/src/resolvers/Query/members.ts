import { isId } from '@tributary/runtime';
import { connectionOf, listCursor, listPlace, pageSize } from '@tributary/subgraph-kit';
import { membersPage } from '../../adapters/directory.ts';
import type { QueryResolvers } from '../../generated/schema.ts';

export const members: NonNullable<QueryResolvers['members']> = async (
  _parent,
  { first, after },
  { core, principal },
) => {
  const size = pageSize(first);
  const afterUserId = listPlace('members', after, isId);
  const rows = await membersPage(core.prisma, principal.workspaceId, { size, afterUserId });
  return connectionOf(rows, size, {
    cursorOf: ({ userId }) => listCursor('members', userId),
    hasPrevious: afterUserId !== null,
  });
};
