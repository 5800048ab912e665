import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Sql } from '@tributary/engines/relational';
import type { EndReason } from './events.ts';

export interface SessionRow {
  readonly id: string;
  readonly userId: string;
  readonly workspaceId: string;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
}

const sessionColumns = `id, user_id AS "userId", workspace_id AS "workspaceId", expires_at AS "expiresAt", ended_at AS "endedAt"`;

export function newRefreshToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * The token that follows `token` in its family. Derived, not stored: only its hash is in the database, and a repeated exchange can
 * still be answered with the same successor.
 */
export function successorOf(key: Uint8Array, token: string): string {
  return createHmac('sha256', key).update(`refresh:${token}`).digest('base64url');
}

export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export async function insertSession(
  tx: Sql,
  session: Omit<SessionRow, 'endedAt'> & { readonly now: Date },
): Promise<void> {
  await tx.query(
    'INSERT INTO identity.session (id, user_id, workspace_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)',
    [session.id, session.userId, session.workspaceId, session.now, session.expiresAt],
  );
}

export async function insertRefreshToken(
  tx: Sql,
  token: { readonly token: string; readonly sessionId: string; readonly now: Date; readonly expiresAt: Date },
): Promise<void> {
  await tx.query(
    'INSERT INTO identity.refresh_token (hash, session_id, issued_at, expires_at) VALUES ($1, $2, $3, $4)',
    [tokenHash(token.token), token.sessionId, token.now, token.expiresAt],
  );
}

export interface RefreshTokenRow {
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  readonly session: SessionRow;
}

/** The token and its session, both locked: exchanges of one family run one after the other. */
export async function lockRefreshToken(tx: Sql, token: string): Promise<RefreshTokenRow | undefined> {
  const hash = tokenHash(token);
  const { rows: sessions } = await tx.query<SessionRow>(
    `SELECT ${sessionColumns} FROM identity.session
     WHERE id = (SELECT session_id FROM identity.refresh_token WHERE hash = $1) FOR UPDATE`,
    [hash],
  );
  const { rows } = await tx.query<Omit<RefreshTokenRow, 'session'>>(
    'SELECT expires_at AS "expiresAt", used_at AS "usedAt" FROM identity.refresh_token WHERE hash = $1',
    [hash],
  );
  const [session] = sessions;
  const [row] = rows;
  return session === undefined || row === undefined ? undefined : { ...row, session };
}

/** When an unused token of this text expires; undefined when there is none or it was used. */
export async function unusedTokenExpiry(tx: Sql, token: string): Promise<Date | undefined> {
  const { rows } = await tx.query<{ expiresAt: Date }>(
    'SELECT expires_at AS "expiresAt" FROM identity.refresh_token WHERE hash = $1 AND used_at IS NULL',
    [tokenHash(token)],
  );
  return rows[0]?.expiresAt;
}

export async function markUsed(tx: Sql, token: string, now: Date): Promise<void> {
  await tx.query('UPDATE identity.refresh_token SET used_at = $2 WHERE hash = $1', [tokenHash(token), now]);
}

export async function lockSession(tx: Sql, sessionId: string): Promise<SessionRow | undefined> {
  const { rows } = await tx.query<SessionRow>(
    `SELECT ${sessionColumns} FROM identity.session WHERE id = $1 FOR UPDATE`,
    [sessionId],
  );
  return rows[0];
}

/** Ends the living sessions of a user (all, one, or all but one) and answers those that it ended. */
export async function endSessions(
  tx: Sql,
  which: { readonly userId: string; readonly only?: string; readonly except?: string },
  end: { readonly reason: EndReason; readonly now: Date },
): Promise<readonly SessionRow[]> {
  const { rows } = await tx.query<SessionRow>(
    `UPDATE identity.session SET ended_at = $2, end_reason = $3
     WHERE user_id = $1 AND ended_at IS NULL AND ($4::uuid IS NULL OR id = $4) AND ($5::uuid IS NULL OR id <> $5)
     RETURNING ${sessionColumns}`,
    [which.userId, end.now, end.reason, which.only ?? null, which.except ?? null],
  );
  return rows;
}

export async function moveSession(tx: Sql, sessionId: string, workspaceId: string): Promise<void> {
  await tx.query('UPDATE identity.session SET workspace_id = $2 WHERE id = $1', [sessionId, workspaceId]);
}
