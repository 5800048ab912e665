import type { Sql } from '@tributary/engines/relational';
import { principalKey } from '../usecases/idempotency-key.ts';
import type { ClaimResult, IdempotencyStore, KeyedRequest } from '../usecases/idempotency-store.ts';

/**
 * While an attempt runs there is no `status`, or 0 where another one was before it: that the first began at another time would not tell, since both may lie within one millisecond.
 * `expires_at` is the end of the lease while an attempt runs, and of the answer's life afterwards. All times are the database's:
 * processes with different clocks agree on who holds a key.
 */
const claimSql = `
  INSERT INTO rest.idempotency_key AS held (workspace_id, principal, key, request_hash, state, created_at, expires_at)
  VALUES ($1, $2, $3, $4, 'started', now(), now() + interval '60 seconds')
  ON CONFLICT (principal, key) DO UPDATE SET
    state = 'started', status = CASE WHEN held.state = 'started' THEN 0 END, headers = NULL, body = NULL, request_hash = EXCLUDED.request_hash, expires_at = EXCLUDED.expires_at,
    created_at = CASE WHEN held.state = 'started' THEN held.created_at ELSE EXCLUDED.created_at END
  WHERE held.expires_at <= now() AND (held.state = 'done' OR held.request_hash = EXCLUDED.request_hash)
  RETURNING (extract(epoch FROM created_at) * 1000)::bigint::text AS first_attempt_ms,
    status IS NOT NULL AS repeated, expires_at::text AS fence`;

const readSql = `
  SELECT request_hash = $3 AS same, state, status, headers, body,
    greatest(1, ceil(extract(epoch FROM expires_at - now())))::int AS lease_seconds
  FROM rest.idempotency_key WHERE principal = $1 AND key = $2`;

const mine = `principal = $1 AND key = $2 AND state = 'started' AND expires_at = $3::timestamptz`;
const storeSql = `
  UPDATE rest.idempotency_key SET state = 'done', status = $4, headers = $5, body = $6, expires_at = now() + interval '24 hours' WHERE ${mine}`;
const forgetSql = `DELETE FROM rest.idempotency_key WHERE ${mine}`;
// The column has milliseconds and rounds: half of the time the key would be free a moment after it was told to be.
const releaseSql = `UPDATE rest.idempotency_key SET expires_at = date_trunc('milliseconds', now()) WHERE ${mine}`;
// A started key outlives its lease: a late retry must still meet the record of the first attempt.
const purgeSql = `
  DELETE FROM rest.idempotency_key WHERE (principal, key) IN (
    SELECT principal, key FROM rest.idempotency_key
    WHERE expires_at < now() AND (state = 'done' OR created_at < now() - interval '24 hours') LIMIT 100 FOR UPDATE SKIP LOCKED)`;
/** One claim in so many also removes a batch of what has expired: no timer, and the table stays as large as its day. */
const purgeEvery = 50;

interface ClaimRow {
  readonly first_attempt_ms: string;
  readonly repeated: boolean;
  readonly fence: string;
}

interface KeyRow {
  readonly same: boolean;
  readonly state: 'started' | 'done';
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body: string | null;
  readonly lease_seconds: number;
}

export function idempotencyTable(relational: Sql): IdempotencyStore {
  let claims = 0;

  const claim = async (request: KeyedRequest): Promise<ClaimResult> => {
    claims += 1;
    if (claims % purgeEvery === 0) await relational.query(purgeSql);
    const principal = principalKey(request.principal);
    const values = [request.principal.workspaceId, principal, request.key, request.requestHash];
    const { rows } = await relational.query<ClaimRow>(claimSql, values, 'rest-idempotency-claim');
    const [won] = rows;
    if (won !== undefined) {
      return {
        kind: 'claimed',
        firstAttemptMs: Number(won.first_attempt_ms),
        repeated: won.repeated,
        fence: won.fence,
      };
    }
    const held = (await relational.query<KeyRow>(readSql, [principal, request.key, request.requestHash]))
      .rows[0];
    // Forgotten by its holder between the two statements: the caller's next try finds it free.
    if (held === undefined) return { kind: 'inProgress', retryAfterSeconds: 1 };
    if (!held.same) return { kind: 'mismatch' };
    if (held.state === 'started')
      return { kind: 'inProgress', retryAfterSeconds: Math.min(held.lease_seconds, 2) };
    return {
      kind: 'answered',
      response: { status: held.status ?? 500, headers: held.headers ?? {}, body: held.body ?? '' },
    };
  };

  return {
    claim,
    store: async ({ principal, key }, { fence }, { status, headers, body }) => {
      const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
      await relational.query(storeSql, [
        principalKey(principal),
        key,
        fence,
        status,
        JSON.stringify(headers),
        text,
      ]);
    },
    forget: async ({ principal, key }, { fence }) => {
      await relational.query(forgetSql, [principalKey(principal), key, fence]);
    },
    release: async ({ principal, key }, { fence }) => {
      await relational.query(releaseSql, [principalKey(principal), key, fence]);
    },
  };
}
