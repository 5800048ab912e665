import {
  type Connection,
  connectionOf,
  isIdPlace,
  listCursor,
  listPlace,
  pageSize,
} from '@tributary/subgraph-kit';
import { type RunRecord, runPage } from '../adapters/run-table.ts';
import type { Context } from '../context.ts';
import { type RunWhereInput, runCriteria } from '../domain/run-where.ts';

export interface RunPageArguments {
  readonly where?: RunWhereInput | null | undefined;
  readonly direction?: 'ASC' | 'DESC' | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** A page of the workspace's runs in the order of their making. @throws CodedError BAD_USER_INPUT, CURSOR_INVALID */
export async function runsPage(
  { core, principal, loaders }: Context,
  { where, direction = 'DESC', first, after }: RunPageArguments,
): Promise<Connection<RunRecord>> {
  const size = pageSize(first);
  const list = `Run ${direction}`;
  const [afterId = null] = listPlace(list, after, isIdPlace) ?? [];
  const { workspaceId } = principal;
  const rows = await runPage(core.relational, {
    workspaceId,
    criteria: runCriteria(where),
    direction,
    afterId,
    size,
  });
  for (const run of rows) loaders.runs.prime(run.id, run);
  return connectionOf(rows, size, {
    cursorOf: ({ id }) => listCursor(list, id),
    hasPrevious: afterId !== null,
  });
}
