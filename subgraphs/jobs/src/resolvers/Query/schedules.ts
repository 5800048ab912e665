import { isId } from '@tributary/runtime';
import { connectionOf, listCursor, listPlace, pageSize } from '@tributary/subgraph-kit';
import { schedulePage } from '../../adapters/schedule-table.ts';
import type { QueryResolvers } from '../../generated/schema.ts';

export const schedules: NonNullable<QueryResolvers['schedules']> = async (
  _parent,
  { first, after },
  { core, principal: { workspaceId } },
) => {
  const size = pageSize(first);
  const afterId = listPlace('schedules', after, isId);
  const rows = await schedulePage(core.relational, { workspaceId, afterId, size });
  return connectionOf(rows, size, {
    cursorOf: ({ id }) => listCursor('schedules', id),
    hasPrevious: afterId !== null,
  });
};
