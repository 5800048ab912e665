import type { EventLog, LogRecord } from '@tributary/engines/event-log';
import { startDurableConsumer } from '@tributary/engines/event-log/durable-consumer';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, Histogram, isId, type Logger, type Registry } from '@tributary/runtime';
import { noWorkspaceId } from '@tributary/subgraph-kit';
import { sealOlderHeads } from '../adapters/audit-heads.ts';
import { deriveKeys } from '../adapters/derived-keys.ts';
import { appendAuditEntries } from './append-audit-entries.ts';

/** Each batch waits for its workspace's chain and holds it: few large ones, under load. Entries are this much later at most then. */
const batching = { recordsAtOnce: 2_000, longestRestMs: 1_000, restFactor: 1 };

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
  const { audit: keys } = deriveKeys(deps.sealingKey);
  await sealOlderHeads(relational, keys, { clock, log });
  return startDurableConsumer({
    eventLog,
    log,
    clock,
    metrics: deps.metrics,
    group: 'identity-audit',
    topics,
    ...batching,
    onRecords: async (records) => {
      await appendAuditEntries(relational, keys, records.filter(isOfWorkspace));
      for (const { event } of records)
        lagSeconds.observe(Math.max(0, clock.now() - Date.parse(event.time)) / 1000);
    },
  });
}

/** Chains are kept by workspace; what names none that there could be has no chain. */
function isOfWorkspace({ event: { workspaceid } }: LogRecord): boolean {
  return isId(workspaceid) || workspaceid === noWorkspaceId;
}
