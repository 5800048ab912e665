import type { EventLog, LogEvent } from '@tributary/engines/event-log';
import { startDurableConsumer } from '@tributary/engines/event-log/durable-consumer';
import type { Relational } from '@tributary/engines/relational';
import type { Clock, Logger, Registry } from '@tributary/runtime';

export interface RightsProjectionDeps {
  readonly relational: Relational;
  readonly eventLog: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Registry;
}

interface RightsChange {
  readonly workspaceId: string;
  readonly principalId: string;
  /** Null: no rights any more. */
  readonly role: string | null;
}

const setRole = `principal = jsonb_set(principal, '{role}', coalesce(to_jsonb($3::text), 'null'))`;
const ofPrincipal = `workspace_id = $1 AND principal ->> 'id' = $2`;
const statements = [
  `UPDATE jobs.run SET ${setRole} WHERE ${ofPrincipal} AND state IN ('WAITING', 'DELAYED', 'HELD', 'QUEUED', 'RUNNING')`,
  ...['schedule', 'trigger', 'hook'].map(
    (table) => `UPDATE jobs.${table} SET ${setRole} WHERE ${ofPrincipal}`,
  ),
];

/**
 * Keeps the rights of what acts for people up to date: work enqueued by a member who has since lost a role, or a key that was revoked,
 * goes on with what is left to them. Setting a role twice changes nothing, so at least once is enough.
 */
export function startRightsProjection({
  relational,
  eventLog,
  clock,
  log,
  metrics,
}: RightsProjectionDeps): Promise<AsyncDisposable> {
  return startDurableConsumer({
    eventLog,
    log,
    clock,
    metrics,
    group: 'jobs-rights',
    topics: ['identity.member', 'identity.api_key'],
    startAt: 'end',
    onRecords: async (records) => {
      for (const { event } of records) {
        const change = rightsChange(event);
        if (change === undefined) continue;
        const { workspaceId, principalId, role } = change;
        for (const statement of statements)
          await relational.query(statement, [workspaceId, principalId, role]);
      }
    },
  });
}

function rightsChange({ type, workspaceid: workspaceId, data }: LogEvent): RightsChange | undefined {
  const { userId, role, keyId } = data as { userId?: string; role?: string | null; keyId?: string };
  if (type === 'identity.api_key.revoked' && keyId !== undefined)
    return { workspaceId, principalId: keyId, role: null };
  if (type.startsWith('identity.member.') && userId !== undefined)
    return { workspaceId, principalId: userId, role: role ?? null };
  return undefined;
}
