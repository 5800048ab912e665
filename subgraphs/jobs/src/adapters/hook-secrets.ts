import { randomBytes } from 'node:crypto';
import type { KeyProvider } from '@tributary/engines/key-provider';
import { isLost, rewrapKeys } from '@tributary/engines/key-provider/rewrap';
import type { Relational, Sql } from '@tributary/engines/relational';
import { type CodedError, type Logger, newId } from '@tributary/runtime';
import { utc } from './run-table.ts';

export interface HookSecretRecord {
  readonly id: string;
  readonly hookId: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

interface WrappedRow {
  readonly id: string;
  readonly wrappingKeyId: string;
  readonly wrapped: string;
}

export interface SecretDeps {
  readonly relational: Relational;
  readonly keyProvider: KeyProvider;
  readonly log: Logger;
}

const holds = '(s.expires_at IS NULL OR s.expires_at > now())';
/** What the key provider binds a secret to: it opens for no other hook. */
const owner = (hookId: string): string => `hook:${hookId}`;

/** A new secret of a hook, as its sender takes it (Standard Webhooks: `whsec_` and Base64). It cannot be read again by people. */
export async function addSecret(tx: Sql, keyProvider: KeyProvider, hookId: string): Promise<string> {
  const secret = randomBytes(32);
  const { wrappingKeyId, wrapped } = await keyProvider.wrap(secret, owner(hookId));
  await tx.query(
    'INSERT INTO jobs.hook_secret (hook_id, id, wrapping_key_id, wrapped, created_at) VALUES ($1, $2, $3, $4, now())',
    [hookId, newId(), wrappingKeyId, wrapped],
  );
  return `whsec_${secret.toString('base64')}`;
}

/** The newest secret ends after this time, and those before it now: two hold at a time. */
export async function endSecrets(tx: Sql, hookId: string, afterMs: number): Promise<void> {
  await tx.query('DELETE FROM jobs.hook_secret WHERE hook_id = $1 AND (expires_at IS NOT NULL OR $2 = 0)', [
    hookId,
    afterMs,
  ]);
  await tx.query(`UPDATE jobs.hook_secret SET expires_at = now() + $2 * interval '1 ms' WHERE hook_id = $1`, [
    hookId,
    afterMs,
  ]);
}

/** The secrets that hold now. One that cannot be opened any more holds no longer. @throws CodedError ENGINE_UNAVAILABLE */
export async function validSecrets(
  { relational, keyProvider, log }: SecretDeps,
  hookId: string,
): Promise<readonly Uint8Array[]> {
  const { rows } = await relational.query<WrappedRow>(
    `SELECT s.id, s.wrapping_key_id AS "wrappingKeyId", s.wrapped FROM jobs.hook_secret s WHERE s.hook_id = $1 AND ${holds}`,
    [hookId],
    'jobs_hook_secrets',
  );
  const opened = await Promise.all(
    rows.map((row) =>
      keyProvider.unwrap(row, owner(hookId)).catch((error: unknown) => {
        if (!isLost(error)) throw error;
        tellLost(log, row, error);
        return undefined;
      }),
    ),
  );
  return opened.filter((secret) => secret !== undefined);
}

/** What people may know of the secrets that hold now, the newest first. */
export async function secretsOf(
  sql: Sql,
  workspaceId: string,
  hookIds: readonly string[],
): Promise<readonly HookSecretRecord[]> {
  const { rows } = await sql.query<HookSecretRecord>(
    `SELECT s.id, s.hook_id AS "hookId", ${utc('s.created_at')} AS "createdAt", ${utc('s.expires_at')} AS "expiresAt"
     FROM jobs.hook_secret s JOIN jobs.hook h ON h.id = s.hook_id
     WHERE h.workspace_id = $1 AND s.hook_id = ANY($2::uuid[]) AND ${holds} ORDER BY s.id DESC`,
    [workspaceId, hookIds],
  );
  return rows;
}

/** Removes secrets that have ended, and wraps anew what an older wrapping key wrapped, so that it may be destroyed. @throws as `rewrapKeys` */
export async function tidySecrets({ relational, keyProvider, log }: SecretDeps): Promise<void> {
  await relational.query('DELETE FROM jobs.hook_secret WHERE expires_at <= now()', []);
  await rewrapKeys(keyProvider, {
    outdated: async (current, afterId, limit) => {
      const { rows } = await relational.query<WrappedRow & { readonly hookId: string }>(
        `SELECT s.hook_id AS "hookId", s.id, s.wrapping_key_id AS "wrappingKeyId", s.wrapped FROM jobs.hook_secret s
         WHERE s.wrapping_key_id <> $1 AND s.id > $2 ORDER BY s.id LIMIT $3`,
        [current, afterId, limit],
      );
      return rows.map(({ hookId, ...row }) => ({ ...row, owner: owner(hookId) }));
    },
    replace: async ({ id, wrappingKeyId, wrapped }, next) => {
      await relational.query(
        'UPDATE jobs.hook_secret SET wrapping_key_id = $4, wrapped = $5 WHERE id = $1 AND wrapping_key_id = $2 AND wrapped = $3',
        [id, wrappingKeyId, wrapped, next.wrappingKeyId, next.wrapped],
      );
    },
    lost: (key, err) => tellLost(log, key, err),
  });
}

function tellLost(log: Logger, { id }: { readonly id: string }, err: CodedError): void {
  log.error({ err }, `the secret ${id} of a hook opens no more`);
}
