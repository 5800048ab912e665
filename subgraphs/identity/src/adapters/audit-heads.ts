import { createHmac } from 'node:crypto';
import type { Relational, Sql } from '@tributary/engines/relational';
import { arrayText } from '@tributary/engines/relational/array-text';
import type { Clock, Logger } from '@tributary/runtime';
import { type AuditKeys, brokenHash, genesisHash, sameLink } from './audit-chain.ts';

/** Where a workspace's chain ends, as it is stored. */
export interface StoredHead {
  readonly seq: number;
  readonly hash: Buffer;
  /** Null in a head that nothing was appended to yet. */
  readonly seal: Buffer | null;
}

export const headColumns = 'seq::float8 AS seq, hash, seal';

/**
 * What proves that the product itself ended the chain there: the hash alone stands in the last entry's row too, so that of any earlier entry could be put in
 * its place.
 */
export function headSeal(
  { head: key }: AuditKeys,
  workspaceId: string,
  { seq, hash }: Pick<StoredHead, 'seq' | 'hash'>,
): Buffer {
  return createHmac('sha256', key).update(`${workspaceId}:${seq}:`).update(hash).digest();
}

/** Whether the product wrote it. The hash of a chain without entries is keyed itself, and in no entry's row. */
export function headHolds(keys: AuditKeys, workspaceId: string, head: StoredHead): boolean {
  if (head.seq === 0) return sameLink(head.hash, genesisHash(keys.chain, workspaceId));
  return head.seal !== null && sameLink(head.seal, headSeal(keys, workspaceId, head));
}

/**
 * The end of the chain to append to, locked. A workspace gets its head when it is made; events of an installation without workspaces (sign-ups
 * before the first one) chain under their own id. A head that is lost, or is not as the product left it, goes on as a chain that verification refuses.
 */
export async function lockHead(
  tx: Sql,
  workspaceId: string,
  keys: AuditKeys,
): Promise<Pick<StoredHead, 'seq' | 'hash'>> {
  const select = `SELECT ${headColumns} FROM identity.audit_head WHERE workspace_id = $1 FOR UPDATE`;
  const { rows } = await tx.query<StoredHead>(select, [workspaceId]);
  const [known] = rows;
  if (known !== undefined)
    return headHolds(keys, workspaceId, known)
      ? known
      : { seq: known.seq, hash: brokenHash(keys.chain, workspaceId) };
  const { rows: left } = await tx.query<{ entries: number; exists: boolean }>(
    `SELECT (SELECT coalesce(max(seq), 0)::float8 FROM identity.audit_entry WHERE workspace_id = $1) AS entries,
            EXISTS (SELECT 1 FROM identity.workspace WHERE id = $1) AS exists`,
    [workspaceId],
  );
  const lost = left[0]?.exists === true || (left[0]?.entries ?? 0) > 0;
  const hash = lost ? brokenHash(keys.chain, workspaceId) : genesisHash(keys.chain, workspaceId);
  await tx.query(
    'INSERT INTO identity.audit_head (workspace_id, seq, hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [workspaceId, left[0]?.entries ?? 0, hash],
  );
  const { rows: made } = await tx.query<StoredHead>(select, [workspaceId]);
  return made[0] ?? { seq: 0, hash };
}

export async function moveHead(
  tx: Sql,
  workspaceId: string,
  { head, keys }: { readonly head: Pick<StoredHead, 'seq' | 'hash'>; readonly keys: AuditKeys },
): Promise<void> {
  await tx.query('UPDATE identity.audit_head SET seq = $2, hash = $3, seal = $4 WHERE workspace_id = $1', [
    workspaceId,
    head.seq,
    head.hash,
    headSeal(keys, workspaceId, head),
  ]);
}

/**
 * Seals the heads of a release that knew no seals, once in the life of a database. Where some are sealed although that was never done, somebody took the
 * note of it away: then none is, and verification tells.
 */
export async function sealOlderHeads(
  relational: Pick<Relational, 'transaction'>,
  keys: AuditKeys,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<void> {
  await relational.transaction(async (tx) => {
    const { rowCount } = await tx.query(
      'INSERT INTO identity.audit_heads_sealed (at) VALUES ($1) ON CONFLICT DO NOTHING',
      [new Date(clock.now())],
    );
    if (rowCount !== 1) return;
    const { rows: heads } = await tx.query<StoredHead & { readonly workspaceId: string }>(
      `SELECT workspace_id AS "workspaceId", ${headColumns} FROM identity.audit_head WHERE seq > 0 FOR UPDATE`,
    );
    if (heads.some(({ seal }) => seal !== null)) {
      log.error(
        { count: heads.length },
        'heads of audit chains were sealed before, and the note of it is gone',
      );
      return;
    }
    await tx.query(
      `UPDATE identity.audit_head AS h SET seal = decode(s.seal, 'hex')
       FROM unnest($1::uuid[], $2::text[]) AS s(workspace_id, seal) WHERE h.workspace_id = s.workspace_id`,
      [
        arrayText(heads.map(({ workspaceId }) => workspaceId)),
        arrayText(heads.map((head) => headSeal(keys, head.workspaceId, head).toString('hex'))),
      ],
    );
  });
}
