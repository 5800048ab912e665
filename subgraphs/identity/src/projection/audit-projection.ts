import type { EventLog } from '@tributary/engines/event-log';
import type { Relational } from '@tributary/engines/relational';
import { isId, type Logger } from '@tributary/runtime';
import { noWorkspaceId } from '@tributary/subgraph-kit';
import { deriveKeys } from '../adapters/derived-keys.ts';
import { appendAuditEntries } from './append-audit-entries.ts';

export interface AuditProjectionDeps {
  readonly relational: Relational;
  readonly eventLog: EventLog;
  readonly log: Logger;
  readonly sealingKey: string;
  /** Everything that is audited: all declared topics. */
  readonly topics: readonly string[];
}

/** Joins the consumer group `identity-audit` and writes what happens to the audit log until disposed. At least once in, once written. */
export async function startAuditProjection(deps: AuditProjectionDeps): Promise<AsyncDisposable> {
  const { relational, eventLog, log, topics } = deps;
  const { auditChain } = deriveKeys(deps.sealingKey);
  return eventLog.consume({
    group: 'identity-audit',
    topics,
    startAt: 'beginning',
    onRecords: async (records) => {
      const addressed = records.filter(({ event }) => isAuditable(event.workspaceid));
      if (addressed.length < records.length)
        log.warn(
          { group: 'identity-audit', count: records.length - addressed.length },
          'events without a workspace are not audited',
        );
      await appendAuditEntries(relational, auditChain, addressed);
    },
    onTrouble: (err) =>
      log.error({ err, group: 'identity-audit' }, 'the audit projection is behind and tries again'),
  });
}

/** What is no UUID could never be stored and would stop the group for good. */
function isAuditable(workspaceId: string): boolean {
  return isId(workspaceId) || workspaceId === noWorkspaceId;
}
