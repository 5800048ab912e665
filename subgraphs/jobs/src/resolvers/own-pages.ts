import {
  type Connection,
  connectionOf,
  isIdPlace,
  listCursor,
  listPlace,
  pageSize,
} from '@tributary/subgraph-kit';
import { type OwnTable, ownPage } from '../adapters/own-rows.ts';
import type { Context } from '../context.ts';

export interface OwnPageArguments {
  /** Names the list in its cursors. */
  readonly list: string;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** A page of what a workspace has, in the order of its making. @throws CodedError BAD_USER_INPUT, CURSOR_INVALID */
export async function ownPageOf<Row extends { readonly id: string }>(
  { core, principal: { workspaceId } }: Context,
  table: OwnTable,
  { list, first, after }: OwnPageArguments,
): Promise<Connection<Row>> {
  const size = pageSize(first);
  const [afterId = null] = listPlace(list, after, isIdPlace) ?? [];
  const rows = await ownPage<Row>(core.relational, table, { workspaceId, afterId, size });
  return connectionOf(rows, size, {
    cursorOf: ({ id }) => listCursor(list, id),
    hasPrevious: afterId !== null,
  });
}
