import { connectionOf, isStorableText, listCursor, listPlace, pageSize } from '@tributary/subgraph-kit';
import { queuePage } from '../../adapters/queue-table.ts';
import type { QueryResolvers } from '../../generated/schema.ts';

const list = 'Queue';

export const queues: NonNullable<QueryResolvers['queues']> = async (
  _parent,
  { first, after },
  { core, principal },
) => {
  const size = pageSize(first);
  const [afterName = null] = listPlace(list, after, isNamePlace) ?? [];
  const rows = await queuePage(core.relational, principal.workspaceId, { afterName, size });
  return connectionOf(rows, size, {
    cursorOf: ({ name }) => listCursor(list, name),
    hasPrevious: afterName !== null,
  });
};

function isNamePlace(values: readonly unknown[]): values is readonly [name: string] {
  const [name] = values;
  return values.length === 1 && typeof name === 'string' && isStorableText(name);
}
