import type { LogRecord } from '@tributary/engines/event-log';
import type { Relational, Sql } from '@tributary/engines/relational';
import { arrayText } from '@tributary/engines/relational/array-text';
import { isMoment } from '@tributary/subgraph-kit/date-time';
import { type AuditKeys, type ChainedEntry, chainLinks } from '../adapters/audit-chain.ts';
import { lockHead, moveHead } from '../adapters/audit-heads.ts';
import { auditDetails, auditText } from '../domain/audit-details.ts';
import { canonicalJson } from '../domain/canonical-json.ts';

/**
 * Appends the events not yet in the log to the chains of their workspaces, in one transaction a workspace. Taking an event twice
 * writes one entry: the chain's head is locked first, then what is known already is left out.
 */
export async function appendAuditEntries(
  relational: Relational,
  keys: AuditKeys,
  records: readonly LogRecord[],
): Promise<void> {
  const byWorkspace = new Map<string, LogRecord[]>();
  for (const record of records) {
    const { workspaceid } = record.event;
    const group = byWorkspace.get(workspaceid);
    if (group === undefined) byWorkspace.set(workspaceid, [record]);
    else group.push(record);
  }
  for (const [workspaceId, group] of byWorkspace)
    await relational.transaction((tx) => appendToChain(tx, { workspaceId, keys, records: group }));
}

interface Chain {
  readonly workspaceId: string;
  readonly keys: AuditKeys;
  readonly records: readonly LogRecord[];
}

async function appendToChain(tx: Sql, { workspaceId, keys, records }: Chain): Promise<void> {
  let head = await lockHead(tx, workspaceId, keys);
  const { rows: known } = await tx.query<{ id: string }>(
    'SELECT event_id AS id FROM identity.audit_entry WHERE event_id = ANY($1::text[])',
    [arrayText(records.map(({ event }) => event.id))],
  );
  const seen = new Set(known.map(({ id }) => id));
  const linkOf = chainLinks(keys.chain);
  const entries: ChainedEntry[] = [];
  const hashes: string[] = [];
  for (const record of records) {
    if (seen.has(record.event.id)) continue;
    seen.add(record.event.id);
    const entry = entryOf(record, head.seq + 1);
    head = { seq: entry.seq, hash: linkOf(head.hash, entry) };
    entries.push(entry);
    hashes.push(head.hash.toString('hex'));
  }
  if (entries.length === 0) return;
  await tx.query(
    insertEntries,
    [
      workspaceId,
      arrayText(entries.map(({ seq }) => seq)),
      arrayText(entries.map(({ eventId }) => eventId)),
      arrayText(entries.map(({ time }) => time)),
      arrayText(entries.map(({ action }) => action)),
      arrayText(entries.map(({ actorKind }) => actorKind)),
      arrayText(entries.map(({ actorId }) => actorId)),
      arrayText(entries.map(({ subject }) => subject)),
      arrayText(hashes),
      entries.map(({ details }) => details).join('\n'),
    ],
    'audit_append',
  );
  await moveHead(tx, workspaceId, { head, keys });
}

/** Columns rather than JSON: the server reads arrays several times faster. What is JSON itself stands in lines, since it has none within. */
const insertEntries = `
INSERT INTO identity.audit_entry (workspace_id, seq, event_id, "time", action, actor_kind, actor_id, subject, details, hash)
SELECT $1, seq, event_id, "time", action, actor_kind, actor_id, subject, details::jsonb, decode(hash, 'hex')
FROM ROWS FROM (unnest($2::bigint[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]), string_to_table($10, E'\\n'))
  AS e(seq, event_id, "time", action, actor_kind, actor_id, subject, hash, details)`;

function entryOf({ topic, event }: LogRecord, seq: number): ChainedEntry {
  return {
    workspaceId: event.workspaceid,
    seq,
    eventId: auditText(event.id),
    time: isMoment(event.time) ? event.time : new Date(event.time).toISOString(),
    action: auditText(event.type),
    actorKind: auditText(event.actorkind),
    actorId: auditText(event.actorid),
    subject: auditText(event.subject),
    details: canonicalJson(auditDetails(topic, event.data)),
  };
}
