import { connectionOf, isIdPlace, listCursor, listPlace, pageSize } from '@tributary/subgraph-kit';
import { apiKeysPage } from '../../adapters/api-key-list.ts';
import type { QueryResolvers } from '../../generated/schema.ts';

export const apiKeys: NonNullable<QueryResolvers['apiKeys']> = async (
  _parent,
  { first, after },
  { core, principal },
) => {
  const size = pageSize(first);
  const [afterId = null] = listPlace('ApiKey', after, isIdPlace) ?? [];
  const rows = await apiKeysPage(core.prisma, principal.workspaceId, { size, afterId });
  return connectionOf(rows, size, {
    cursorOf: ({ id }) => listCursor('ApiKey', id),
    hasPrevious: afterId !== null,
  });
};
