import type { LogRecord } from '@tributary/engines/event-log';
import type { Relational, Sql } from '@tributary/engines/relational';
import { arrayText } from '@tributary/engines/relational/array-text';
import { brokenHash, type ChainedEntry, genesisHash, linkHash } from '../adapters/audit-chain.ts';
import { auditDetails, auditText } from '../domain/audit-details.ts';

/**
 * Appends the events not yet in the log to the chains of their workspaces, in one transaction a workspace. Taking an event twice
 * writes one entry: the chain's head is locked first, then what is known already is left out.
 */
export async function appendAuditEntries(
  relational: Relational,
  chainKey: Uint8Array,
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
    await relational.transaction((tx) => appendToChain(tx, { workspaceId, chainKey, records: group }));
}

interface Chain {
  readonly workspaceId: string;
  readonly chainKey: Uint8Array;
  readonly records: readonly LogRecord[];
}

async function appendToChain(tx: Sql, { workspaceId, chainKey, records }: Chain): Promise<void> {
  let head = await lockHead(tx, workspaceId, chainKey);
  const { rows: known } = await tx.query<{ id: string }>(
    'SELECT event_id AS id FROM identity.audit_entry WHERE event_id = ANY($1::text[])',
    [arrayText(records.map(({ event }) => event.id))],
  );
  const seen = new Set(known.map(({ id }) => id));
  const entries: (ChainedEntry & { readonly hash: string })[] = [];
  for (const record of records) {
    if (seen.has(record.event.id)) continue;
    seen.add(record.event.id);
    const entry = entryOf(record, head.seq + 1);
    head = { seq: entry.seq, hash: linkHash(chainKey, head.hash, entry) };
    entries.push({ ...entry, hash: head.hash.toString('hex') });
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
      arrayText(entries.map(({ hash }) => hash)),
      JSON.stringify(entries.map(({ details }) => details)),
    ],
    'audit_append',
  );
  await tx.query('UPDATE identity.audit_head SET seq = $2, hash = $3 WHERE workspace_id = $1', [
    workspaceId,
    head.seq,
    head.hash,
  ]);
}

/** Columns rather than JSON: the server reads arrays several times faster. What is JSON itself stays so. */
const insertEntries = `
INSERT INTO identity.audit_entry (workspace_id, seq, event_id, "time", action, actor_kind, actor_id, subject, details, hash)
SELECT $1, seq, event_id, "time", action, actor_kind, actor_id, subject, details::jsonb, decode(hash, 'hex')
FROM ROWS FROM (unnest($2::bigint[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]), json_array_elements($10::json))
  AS e(seq, event_id, "time", action, actor_kind, actor_id, subject, hash, details)`;

function entryOf({ topic, event }: LogRecord, seq: number): ChainedEntry {
  return {
    workspaceId: event.workspaceid,
    seq,
    eventId: auditText(event.id),
    time: new Date(event.time).toISOString(),
    action: auditText(event.type),
    actorKind: auditText(event.actorkind),
    actorId: auditText(event.actorid),
    subject: auditText(event.subject),
    details: auditDetails(topic, event.data),
  };
}

/**
 * The end of the chain, locked. A workspace gets its head when it is made; events of an installation without workspaces (sign-ups
 * before the first one) chain under their own id. A head that was there and is lost starts a chain that verification refuses.
 */
async function lockHead(
  tx: Sql,
  workspaceId: string,
  chainKey: Uint8Array,
): Promise<{ seq: number; hash: Buffer }> {
  const select =
    'SELECT seq::float8 AS seq, hash FROM identity.audit_head WHERE workspace_id = $1 FOR UPDATE';
  const { rows } = await tx.query<{ seq: number; hash: Buffer }>(select, [workspaceId]);
  if (rows[0] !== undefined) return rows[0];
  const { rows: left } = await tx.query<{ entries: number; exists: boolean }>(
    `SELECT (SELECT coalesce(max(seq), 0)::float8 FROM identity.audit_entry WHERE workspace_id = $1) AS entries,
            EXISTS (SELECT 1 FROM identity.workspace WHERE id = $1) AS exists`,
    [workspaceId],
  );
  const lost = left[0]?.exists === true || (left[0]?.entries ?? 0) > 0;
  const hash = lost ? brokenHash(chainKey, workspaceId) : genesisHash(chainKey, workspaceId);
  await tx.query(
    'INSERT INTO identity.audit_head (workspace_id, seq, hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [workspaceId, left[0]?.entries ?? 0, hash],
  );
  const { rows: made } = await tx.query<{ seq: number; hash: Buffer }>(select, [workspaceId]);
  return made[0] ?? { seq: 0, hash };
}
