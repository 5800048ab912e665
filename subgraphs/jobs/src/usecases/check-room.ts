import type { Sql } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import { hasName, hasRows, lockRows, type OwnTable } from '../adapters/own-rows.ts';

/** Schedules, triggers, or hooks of a workspace. */
const mostStarts = 100;

export interface WantedRoom {
  readonly workspaceId: string;
  /** "hook" */
  readonly what: string;
  readonly name: string;
}

/**
 * Makes sure that there is room for one more, and that nobody has its name, until the transaction ends: others who add to the same workspace wait.
 * @throws CodedError CONFLICT, RUN_LIMIT
 */
export async function checkRoom(
  tx: Sql,
  table: OwnTable,
  { workspaceId, what, name }: WantedRoom,
): Promise<void> {
  await lockRows(tx, table, workspaceId);
  if (await hasName(tx, table, { workspaceId, name }))
    throw new CodedError('CONFLICT', `Another ${what} has the same name.`, { details: { argument: 'name' } });
  if (await hasRows(tx, table, { workspaceId, limit: mostStarts }))
    throw new CodedError('RUN_LIMIT', `A workspace has ${mostStarts} ${what}s at most.`, {
      details: { limit: mostStarts },
    });
}
