import type { Relational, Sql } from '@tributary/engines/relational';
import { canonicalJson } from '../domain/canonical-json.ts';
import { type AuditKeys, type ChainedEntry, chainLinks, genesisHash, sameLink } from './audit-chain.ts';
import { headColumns, headHolds, type StoredHead } from './audit-heads.ts';

/** Entries read at once: recomputing them holds the process for some 15 ms. */
const pieceEntries = 500;

/** Up to which entry a chain was recomputed, and its hash there. */
export interface ChainPoint {
  readonly seq: number;
  readonly hash: Buffer;
}

/** The entries after a point, and the head as it was when they were read. */
export interface ChainPiece {
  readonly entries: readonly StoredEntry[];
  readonly head: StoredHead | undefined;
}

export interface ChainStep {
  /** The last entry that is as it was written. */
  readonly point: ChainPoint;
  /** Undefined while entries are left. */
  readonly intact: boolean | undefined;
}

export function chainStart(keys: AuditKeys, workspaceId: string): ChainPoint {
  return { seq: 0, hash: genesisHash(keys.chain, workspaceId) };
}

/** Reads the next entries and the head on one snapshot: what is appended meanwhile is in both or in neither. */
export function readPiece(
  relational: Pick<Relational, 'transaction'>,
  workspaceId: string,
  after: ChainPoint,
): Promise<ChainPiece> {
  return relational.transaction(
    async (tx) => {
      const { rows: heads } = await tx.query<StoredHead>(
        `SELECT ${headColumns} FROM identity.audit_head WHERE workspace_id = $1`,
        [workspaceId],
      );
      return { head: heads[0], entries: await entriesAfter(tx, workspaceId, after.seq) };
    },
    { isolation: 'repeatable read' },
  );
}

/** Recomputes a piece that was read after `from`. */
export function followPiece(
  {
    keys,
    workspaceId,
    from,
  }: { readonly keys: AuditKeys; readonly workspaceId: string; readonly from: ChainPoint },
  { entries, head }: ChainPiece,
): ChainStep {
  const linkOf = chainLinks(keys.chain);
  let point = from;
  for (const { hash: stored, time, details, ...row } of entries) {
    const entry: ChainedEntry = {
      ...row,
      workspaceId,
      time: time.toISOString(),
      details: canonicalJson(details),
    };
    const hash = linkOf(point.hash, entry);
    if (entry.seq !== point.seq + 1 || !sameLink(hash, stored)) return { point, intact: false };
    point = { seq: entry.seq, hash };
  }
  if (entries.length === pieceEntries) return { point, intact: undefined };
  const isEnd = head !== undefined && head.seq === point.seq && sameLink(head.hash, point.hash);
  return { point, intact: isEnd && headHolds(keys, workspaceId, head) };
}

export type StoredEntry = Omit<ChainedEntry, 'workspaceId' | 'time' | 'details'> & {
  readonly hash: Buffer;
  readonly time: Date;
  readonly details: unknown;
};

async function entriesAfter(tx: Sql, workspaceId: string, seq: number): Promise<readonly StoredEntry[]> {
  const { rows } = await tx.query<StoredEntry>(
    `SELECT seq::float8 AS seq, event_id AS "eventId", "time", action, actor_kind AS "actorKind", actor_id AS "actorId", subject,
            details, hash
     FROM identity.audit_entry WHERE workspace_id = $1 AND seq > $2 ORDER BY seq LIMIT ${pieceEntries}`,
    [workspaceId, seq],
  );
  return rows;
}
