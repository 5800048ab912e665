import type { Clock, Logger } from '@tributary/runtime';
import type { DoorRequest, DoorResponse } from '@tributary/subgraph-kit';
import { importJWK, type JWK } from 'jose';

export const keySetPath = '/.well-known/jwks.json';

/** How often an unknown key id may make us ask again: forged tokens must not become requests to identity. */
const refetchMs = 30_000;
/** How long keys are believed without a fresh answer. */
const maxStaleMs = 24 * 3_600_000;
const answerLimitBytes = 64 * 1024;
const keyLimit = 32;

type VerificationKey = Awaited<ReturnType<typeof importJWK>>;

/** The public keys that access tokens are signed with. */
export interface IdentityKeys {
  /** The key of this id; undefined when identity does not publish it. */
  find(keyId: string): Promise<VerificationKey | undefined>;
}

export interface IdentityKeysOptions {
  /** Asks identity's door for the key set. */
  readonly ask: (request: Pick<DoorRequest, 'method' | 'path'>) => Promise<DoorResponse>;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Keeps the key set, and asks again at most every 30 s when a token names a key it does not know. A bad answer (an error, HTML, too large,
 * empty) leaves the keys that are known in force, for a day at most.
 */
export function createIdentityKeys({ ask, clock, log }: IdentityKeysOptions): IdentityKeys {
  let keys: ReadonlyMap<string, VerificationKey> = new Map();
  let fetchedMs = Number.NEGATIVE_INFINITY;
  let askedMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  const refresh = async (): Promise<void> => {
    try {
      const found = await readKeySet(await ask({ method: 'GET', path: keySetPath }));
      keys = found;
      fetchedMs = clock.monotonicMs();
    } catch (err) {
      log.warn({ err, url: keySetPath }, 'the key set could not be read; the known keys stay in force');
    }
  };
  return {
    find: async (keyId) => {
      const nowMs = clock.monotonicMs();
      if (nowMs - fetchedMs > maxStaleMs) keys = new Map();
      const known = keys.get(keyId);
      if (known !== undefined) return known;
      if (
        asking === undefined &&
        nowMs - askedMs >= (keys.size === 0 && askedMs === Number.NEGATIVE_INFINITY ? 0 : refetchMs)
      ) {
        askedMs = nowMs;
        asking = refresh().finally(() => {
          asking = undefined;
        });
      }
      await asking;
      return keys.get(keyId);
    },
  };
}

async function readKeySet({ status, body }: DoorResponse): Promise<ReadonlyMap<string, VerificationKey>> {
  if (status !== 200) throw new Error(`the key set answered ${status}`);
  if (Buffer.byteLength(body) > answerLimitBytes) throw new Error('the key set is too large');
  const { keys } = JSON.parse(Buffer.from(body).toString('utf8')) as { keys?: unknown };
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > keyLimit)
    throw new Error('the key set has no keys, or too many');
  const found = new Map<string, VerificationKey>();
  for (const key of keys as readonly JWK[]) {
    // Only what tokens of ours are signed with; a private key in a public set would be a fault of its own.
    if (key.kty !== 'OKP' || key.crv !== 'Ed25519' || typeof key.kid !== 'string' || key.d !== undefined)
      continue;
    found.set(
      key.kid,
      await importJWK({ kty: key.kty, crv: key.crv, ...(key.x === undefined ? {} : { x: key.x }) }, 'EdDSA'),
    );
  }
  if (found.size === 0) throw new Error('the key set has no Ed25519 key');
  return found;
}
