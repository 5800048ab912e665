import { connectionOf, isIdPlace, listCursor, listPlace, pageSize } from '@tributary/subgraph-kit';
import { schedulePage } from '../../adapters/schedule-table.ts';
import type { QueryResolvers } from '../../generated/schema.ts';

export const schedules: NonNullable<QueryResolvers['schedules']> = async (
  _parent,
  { first, after },
  { core, principal: { workspaceId } },
) => {
  const size = pageSize(first);
  const [afterId = null] = listPlace('Schedule', after, isIdPlace) ?? [];
  const rows = await schedulePage(core.relational, { workspaceId, afterId, size });
  return connectionOf(rows, size, {
    cursorOf: ({ id }) => listCursor('Schedule', id),
    hasPrevious: afterId !== null,
  });
};
