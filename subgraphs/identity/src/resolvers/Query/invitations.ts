import { connectionOf, isIdPlace, listCursor, listPlace, pageSize } from '@tributary/subgraph-kit';
import { invitationsPage } from '../../adapters/invitations.ts';
import type { QueryResolvers } from '../../generated/schema.ts';

export const invitations: NonNullable<QueryResolvers['invitations']> = async (
  _parent,
  { first, after },
  { core, principal },
) => {
  const size = pageSize(first);
  const [afterId = null] = listPlace('Invitation', after, isIdPlace) ?? [];
  const rows = await invitationsPage(core.relational, principal.workspaceId, { size, afterId });
  return connectionOf(rows, size, {
    cursorOf: ({ id }) => listCursor('Invitation', id),
    hasPrevious: afterId !== null,
  });
};
