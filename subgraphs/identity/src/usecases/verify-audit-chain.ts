import type { Sql } from '@tributary/engines/relational';
import { type ChainedEntry, genesisHash, linkHash, sameLink } from '../adapters/audit-chain.ts';
import type { IdentityCore } from '../core.ts';

const batch = 2_000;

/** Recomputes a workspace's chain from its first entry to its head, on one snapshot and in bounded memory. */
export async function verifyAuditChain(
  core: IdentityCore,
  workspaceId: string,
): Promise<{ intact: boolean; entries: number }> {
  const key = core.derived.auditChain;
  return core.relational.transaction(
    async (tx) => {
      const { rows: heads } = await tx.query<{ seq: number; hash: Buffer }>(
        'SELECT seq::float8 AS seq, hash FROM identity.audit_head WHERE workspace_id = $1',
        [workspaceId],
      );
      let hash = genesisHash(key, workspaceId);
      let seq = 0;
      for (;;) {
        const rows = await entriesAfter(tx, workspaceId, seq);
        for (const { hash: stored, time, ...row } of rows) {
          const entry: ChainedEntry = { ...row, workspaceId, time: time.toISOString() };
          const expected = linkHash(key, hash, entry);
          if (entry.seq !== seq + 1 || !sameLink(expected, stored)) return { intact: false, entries: seq };
          hash = expected;
          seq = entry.seq;
        }
        if (rows.length < batch) break;
      }
      const [head] = heads;
      return { intact: head !== undefined && head.seq === seq && sameLink(head.hash, hash), entries: seq };
    },
    { isolation: 'repeatable read' },
  );
}

type StoredEntry = Omit<ChainedEntry, 'workspaceId' | 'time'> & {
  readonly hash: Buffer;
  readonly time: Date;
};

async function entriesAfter(tx: Sql, workspaceId: string, seq: number): Promise<readonly StoredEntry[]> {
  const { rows } = await tx.query<StoredEntry>(
    `SELECT seq::float8 AS seq, event_id AS "eventId", "time", action, actor_kind AS "actorKind", actor_id AS "actorId", subject,
            details, hash
     FROM identity.audit_entry WHERE workspace_id = $1 AND seq > $2 ORDER BY seq LIMIT ${batch}`,
    [workspaceId, seq],
  );
  return rows;
}
