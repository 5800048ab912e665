import { type Clock, CodedError, type Logger } from '@tributary/runtime';
import type { DoorRequest, DoorResponse } from '@tributary/subgraph-kit';
import { importJWK, type JWK } from 'jose';

export const keySetPath = '/.well-known/jwks.json';

/** How long an answer is fresh: the door's own `max-age`. Older keys are believed while the next answer is on its way. */
const freshMs = 300_000;
/** Where nobody has shown a token for so long, the next one waits for the answer: its key may have been withdrawn meanwhile. */
const unwatchedMs = 2 * freshMs;
/** How often an unknown key id may make us ask again: forged tokens must not become requests to identity. */
const refetchMs = 30_000;
/** After a fault it is asked again for whoever cannot be let in without an answer. */
const retryMs = 1_000;
/** How long keys are believed without a fresh answer, from the first fault on. */
const maxStaleMs = 24 * 3_600_000;
const answerLimitBytes = 64 * 1024;
const keyLimit = 32;

type VerificationKey = Awaited<ReturnType<typeof importJWK>>;

/** The public keys that access tokens are signed with. */
export interface IdentityKeys {
  /** The key of this id; undefined when identity does not publish it. @throws CodedError SUBGRAPH_UNAVAILABLE when that cannot be told now. */
  find(keyId: string): Promise<VerificationKey | undefined>;
}

export interface IdentityKeysOptions {
  /** Asks identity's door for the key set. */
  readonly ask: (request: Pick<DoorRequest, 'method' | 'path'>) => Promise<DoorResponse>;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Keeps the key set and asks for it anew every five minutes, so that a key which identity withdrew is believed no longer than that, twice at most. A token
 * that names an unknown key has it asked at most every 30 s. A bad answer (an error, HTML, too large, empty) leaves the keys that are known in
 * force, for a day at most.
 */
export function createIdentityKeys({ ask, clock, log }: IdentityKeysOptions): IdentityKeys {
  let keys: ReadonlyMap<string, VerificationKey> = new Map();
  let fetchedMs = Number.NEGATIVE_INFINITY;
  let askedMs = Number.NEGATIVE_INFINITY;
  let answeredMs = Number.NEGATIVE_INFINITY;
  /** The first fault since the last good answer. */
  let failing: { readonly sinceMs: number } | undefined;
  let asking: Promise<void> | undefined;

  const refresh = async (): Promise<void> => {
    const startedMs = clock.monotonicMs();
    try {
      keys = await readKeySet(await ask({ method: 'GET', path: keySetPath }));
      fetchedMs = startedMs;
      failing = undefined;
    } catch (err) {
      failing ??= { sinceMs: clock.monotonicMs() };
      log.warn({ err, url: keySetPath }, 'the key set could not be read; the known keys stay in force');
    }
    answeredMs = clock.monotonicMs();
  };
  const refreshUnlessAsked = (withinMs: number): void => {
    if (asking !== undefined || clock.monotonicMs() - askedMs < withinMs) return;
    askedMs = clock.monotonicMs();
    asking = refresh().finally(() => {
      asking = undefined;
    });
  };
  return {
    find: async (keyId) => {
      const nowMs = clock.monotonicMs();
      if (failing !== undefined && nowMs - failing.sinceMs > maxStaleMs) keys = new Map();
      if (keys.has(keyId)) {
        if (nowMs - fetchedMs >= freshMs) refreshUnlessAsked(refetchMs);
        if (nowMs - answeredMs >= unwatchedMs) await asking;
      } else {
        refreshUnlessAsked(failing === undefined ? refetchMs : retryMs);
        await asking;
      }
      const known = keys.get(keyId);
      if (known === undefined && failing !== undefined)
        throw new CodedError(
          'SUBGRAPH_UNAVAILABLE',
          'Identity is away for a moment, so this credential cannot be checked.',
        );
      return known;
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
