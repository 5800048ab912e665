import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational, Sql } from '@tributary/engines/relational';
import { type Clock, CodedError, newId } from '@tributary/runtime';
import { noWorkspaceId } from '@tributary/subgraph-kit';
import { exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import {
  dueSteps,
  isPublished,
  publishBeforeUseMs,
  type ScheduledKey,
  signerCacheMs,
  usableInMs,
} from '../domain/signing-key-schedule.ts';
import {
  type Cause,
  type KeyTurn,
  type RotationReason,
  signingKeyEvents,
  signingKeyRetired,
} from './events.ts';
import { opens, seal, unseal } from './sealing.ts';
import { findWorkspaceBySlug } from './workspaces.ts';

/** Who rotates by age. */
const scheduler = { kind: 'service', id: 'key-rotation' } as const;

/** Serialises changes of the key set over all processes of an installation. */
const keySetLock = 72_707_401;

export interface StoredKey extends ScheduledKey {
  readonly kid: string;
  readonly version: number;
  readonly publicJwk: JWK;
}

export interface SigningKeysOptions {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly sealingKey: Uint8Array;
  /** Lifetime of what the keys sign, milliseconds. */
  readonly tokenLifetimeMs: number;
  /** Slug of the workspace that is told of rotations. */
  readonly operatorWorkspace: string;
}

export type ImportedKey = Awaited<ReturnType<typeof importJWK>>;

export interface SigningKeys {
  /** Does what is due: first keys, the next key, a rotation after 90 days. Safe to call anywhere at any time. Answers what it did. */
  maintain(): Promise<readonly string[]>;
  /** Retires or removes the keys that this sealing key does not open, so that `maintain` replaces them. Answers how many. */
  retireLost(): Promise<number>;
  /** Makes the next key active now. @throws CodedError TOO_EARLY while it is too young to be known by every verifier. */
  rotate(actor: Cause['actor']): Promise<{ readonly activeKid: string; readonly retiredKid: string }>;
  /** The key to sign with. @throws CodedError ENGINE_UNAVAILABLE before the first `maintain`. */
  active(): Promise<{ readonly kid: string; readonly key: ImportedKey }>;
  /** Public keys that verifiers need now (RFC 7517), newest first. */
  published(): Promise<readonly JWK[]>;
}

export function createSigningKeys(options: SigningKeysOptions): SigningKeys {
  const { relational, clock, sealingKey, tokenLifetimeMs, operatorWorkspace } = options;
  let signer: { kid: string; key: ImportedKey; untilMs: number } | undefined;

  const underLock = <Result>(
    work: (tx: Sql, keys: readonly StoredKey[]) => Promise<Result>,
  ): Promise<Result> =>
    relational.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [keySetLock]);
      const result = await work(tx, await readKeys(tx));
      signer = undefined;
      return result;
    });

  /** Makes the next key active, and tells of it in the same transaction. */
  const promote = async (tx: Sql, actor: Cause['actor'], reason: RotationReason): Promise<void> => {
    const turn = await promoteNext(tx, clock.now());
    const operator = await findWorkspaceBySlug(tx, operatorWorkspace);
    const cause = { workspaceId: operator?.id ?? noWorkspaceId, actor, clock };
    await writeOutbox(tx, signingKeyEvents(cause, { ...turn, reason }));
  };

  return {
    maintain: async () => {
      if (dueSteps(await readKeys(relational), clock.now()).length === 0) return [];
      return underLock(async (tx, keys) => {
        const steps = dueSteps(keys, clock.now());
        let version = Math.max(0, ...keys.map((key) => key.version));
        for (const step of steps) {
          if (step === 'rotate') await promote(tx, scheduler, 'AGE');
          else
            await insertKey(tx, {
              version: ++version,
              active: step === 'create-active',
              nowMs: clock.now(),
              sealingKey,
            });
        }
        return steps;
      });
    },
    retireLost: () =>
      underLock(async (tx) => {
        const lost = await lostKeys(tx, sealingKey);
        if (lost.length === 0) return 0;
        const { rows: retired } = await tx.query<{ readonly kid: string }>(
          `UPDATE identity.signing_key SET state = 'retired', retired_at = $2, sealed_private = ''::bytea
           WHERE kid = ANY($1) AND state = 'active' RETURNING kid`,
          [lost, new Date(clock.now())],
        );
        // The next key has signed nothing yet: no verifier needs it.
        await tx.query(`DELETE FROM identity.signing_key WHERE kid = ANY($1) AND state = 'next'`, [lost]);
        const operator = await findWorkspaceBySlug(tx, operatorWorkspace);
        const cause = { workspaceId: operator?.id ?? noWorkspaceId, actor: scheduler, clock };
        const events = retired.map(({ kid }) => signingKeyRetired(cause, kid, 'SEALING_KEY_LOST'));
        await writeOutbox(tx, events);
        return lost.length;
      }),
    rotate: (actor) =>
      underLock(async (tx, keys) => {
        const retired = keys.find((key) => key.state === 'active');
        const next = keys.find((key) => key.state === 'next');
        const waitMs = next === undefined ? publishBeforeUseMs : usableInMs(next, clock.now());
        if (retired === undefined || next === undefined || waitMs > 0)
          throw new CodedError(
            'TOO_EARLY',
            'The next key was published moments ago; not every verifier knows it yet.',
            { details: { retryAfterSeconds: Math.ceil(waitMs / 1_000) } },
          );
        await promote(tx, actor, 'BY_HAND');
        const version = Math.max(...keys.map((key) => key.version)) + 1;
        await insertKey(tx, { version, active: false, nowMs: clock.now(), sealingKey });
        return { activeKid: next.kid, retiredKid: retired.kid };
      }),
    active: async () => {
      if (signer === undefined || signer.untilMs <= clock.monotonicMs()) {
        const { rows } = await relational.query<{ kid: string; sealed: Buffer }>(
          `SELECT kid, sealed_private AS sealed FROM identity.signing_key WHERE state = 'active'`,
        );
        const [row] = rows;
        if (row === undefined) throw new CodedError('ENGINE_UNAVAILABLE', 'There is no signing key yet.');
        const jwk = JSON.parse(unseal(sealingKey, row.sealed, row.kid)) as JWK;
        signer = {
          kid: row.kid,
          key: await importJWK(jwk, 'EdDSA'),
          untilMs: clock.monotonicMs() + signerCacheMs,
        };
      }
      return signer;
    },
    published: async () => {
      const keys = await readKeys(relational);
      return keys
        .filter((key) => isPublished(key, { nowMs: clock.now(), tokenLifetimeMs }))
        .map((key) => key.publicJwk);
    },
  };
}

async function readKeys(sql: Sql): Promise<readonly StoredKey[]> {
  const { rows } = await sql.query<
    Omit<StoredKey, `${string}AtMs`> & Record<'published' | 'activated' | 'retired', Date | null>
  >(
    `SELECT kid, version, state, public_jwk AS "publicJwk", published_at AS published, activated_at AS activated, retired_at AS retired
     FROM identity.signing_key ORDER BY version DESC LIMIT 20`,
  );
  return rows.map(({ published, activated, retired, ...key }) => ({
    ...key,
    publishedAtMs: published?.getTime() ?? 0,
    activatedAtMs: activated?.getTime() ?? null,
    retiredAtMs: retired?.getTime() ?? null,
  }));
}

/** Keys in use whose private half was sealed with another sealing key. */
async function lostKeys(tx: Sql, sealingKey: Uint8Array): Promise<readonly string[]> {
  const { rows } = await tx.query<{ readonly kid: string; readonly sealed: Buffer }>(
    `SELECT kid, sealed_private AS sealed FROM identity.signing_key WHERE state <> 'retired'`,
  );
  return rows.filter(({ kid, sealed }) => !opens(sealingKey, sealed, kid)).map(({ kid }) => kid);
}

async function insertKey(
  tx: Sql,
  made: { version: number; active: boolean; nowMs: number; sealingKey: Uint8Array },
): Promise<void> {
  const kid = newId();
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const publicJwk = { ...(await exportJWK(pair.publicKey)), kid, alg: 'EdDSA', use: 'sig' };
  const sealed = seal(made.sealingKey, JSON.stringify(await exportJWK(pair.privateKey)), kid);
  const now = new Date(made.nowMs);
  await tx.query(
    `INSERT INTO identity.signing_key (kid, version, state, public_jwk, sealed_private, published_at, activated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [kid, made.version, made.active ? 'active' : 'next', publicJwk, sealed, now, made.active ? now : null],
  );
}

/** What no longer signs keeps its public half only. */
async function promoteNext(tx: Sql, nowMs: number): Promise<KeyTurn> {
  const now = new Date(nowMs);
  const { rows: retired } = await tx.query<{ readonly kid: string }>(
    `UPDATE identity.signing_key SET state = 'retired', retired_at = $1, sealed_private = ''::bytea WHERE state = 'active' RETURNING kid`,
    [now],
  );
  const { rows: active } = await tx.query<{ readonly kid: string }>(
    `UPDATE identity.signing_key SET state = 'active', activated_at = $1 WHERE state = 'next' RETURNING kid`,
    [now],
  );
  if (active[0] === undefined) throw new TypeError('no next key under the lock');
  return { keyId: active[0].kid, previousKeyId: retired[0]?.kid ?? null };
}
