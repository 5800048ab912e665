import type { EventLog, LogEvent } from '@tributary/engines/event-log';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, Histogram, isId, type Logger, type Registry } from '@tributary/runtime';
import { noWorkspaceId } from '@tributary/subgraph-kit';
import { deriveKeys } from '../adapters/derived-keys.ts';
import { appendAuditEntries } from './append-audit-entries.ts';

export interface AuditProjectionDeps {
  readonly relational: Relational;
  readonly eventLog: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly sealingKey: string;
  /** Everything that is audited: all declared topics. */
  readonly topics: readonly string[];
}

/** Joins the consumer group `identity-audit` and writes what happens to the audit log until disposed. At least once in, once written. */
export async function startAuditProjection(deps: AuditProjectionDeps): Promise<AsyncDisposable> {
  const { relational, eventLog, clock, log, topics } = deps;
  const lagSeconds = new Histogram({
    name: 'tributary_audit_lag_seconds',
    help: 'From the making of an event to its entry in the audit log.',
    buckets: [0.01, 0.05, 0.1, 0.25, 1, 5, 30, 300, 3_600],
    registers: [deps.metrics],
  });
  const { auditChain } = deriveKeys(deps.sealingKey);
  return eventLog.consume({
    group: 'identity-audit',
    topics,
    startAt: 'beginning',
    onRecords: async (records) => {
      const addressed = records.filter(({ event }) => isAuditable(event));
      if (addressed.length < records.length)
        log.warn(
          { group: 'identity-audit', count: records.length - addressed.length },
          'events that are no events of ours are not audited',
        );
      await appendAuditEntries(relational, auditChain, addressed);
      for (const { event } of addressed)
        lagSeconds.observe(Math.max(0, clock.now() - Date.parse(event.time)) / 1000);
    },
    onTrouble: (err) =>
      log.error({ err, group: 'identity-audit' }, 'the audit projection is behind and tries again'),
  });
}

/** What could never be stored would stop the group for good; producers are held to the envelope by their own tests. */
function isAuditable(event: LogEvent): boolean {
  const { id, type, subject, time, workspaceid, actorkind, actorid } = event;
  const texts = [id, type, subject, actorkind, actorid].every((text) => typeof text === 'string');
  return texts && !Number.isNaN(Date.parse(time)) && (isId(workspaceid) || workspaceid === noWorkspaceId);
}
