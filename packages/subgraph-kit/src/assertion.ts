import { type Clock, CodedError, newId } from '@tributary/runtime';
import { importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import type { Principal } from './principal.ts';
import { isRole } from './roles.ts';

const issuer = 'tributary-gateway';
const audience = 'tributary-subgraphs';
/** Lifetime of an assertion, and so the window in which a stolen one could be replayed inside the network. */
const lifetimeSeconds = 30;
/** A minted assertion is handed out again this long: signing is not free, and what is left covers any call. */
const reuseMs = 10_000;
const cacheLimit = 10_000;

/** Mints the short-lived proof that a call comes from the gateway and for whom. Ed25519. */
export interface AssertionMinter {
  mint(principal: Principal): Promise<string>;
}

export interface AssertionVerifier {
  /** @throws CodedError UNAUTHENTICATED for anything but a fresh assertion of the gateway. */
  verify(assertion: string | undefined): Promise<Principal>;
}

export async function createAssertionMinter(privateKey: JWK, clock: Clock): Promise<AssertionMinter> {
  const key = await importJWK(privateKey, 'EdDSA');
  const minted = new Map<string, { readonly token: Promise<string>; readonly untilMs: number }>();
  const sign = (principal: Principal): Promise<string> => {
    const nowSeconds = Math.floor(clock.now() / 1000);
    return new SignJWT({ principal })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'assertion+jwt' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(`${principal.kind}:${principal.id}`)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + lifetimeSeconds)
      .setJti(newId())
      .sign(key);
  };
  return {
    mint: (principal) => {
      const cacheKey = JSON.stringify(principal);
      const known = minted.get(cacheKey);
      if (known !== undefined && known.untilMs > clock.monotonicMs()) return known.token;
      if (minted.size >= cacheLimit) minted.clear();
      const token = sign(principal);
      minted.set(cacheKey, { token, untilMs: clock.monotonicMs() + reuseMs });
      return token;
    },
  };
}

export async function createAssertionVerifier(publicKey: JWK, clock: Clock): Promise<AssertionVerifier> {
  const key = await importJWK(publicKey, 'EdDSA');
  const verified = new Map<string, { readonly principal: Principal; readonly untilMs: number }>();
  return {
    verify: async (assertion) => {
      if (assertion === undefined)
        throw new CodedError('UNAUTHENTICATED', 'Subgraphs answer to the gateway only.');
      const known = verified.get(assertion);
      if (known !== undefined && known.untilMs > clock.now()) return known.principal;
      try {
        const { payload } = await jwtVerify(assertion, key, {
          algorithms: ['EdDSA'],
          issuer,
          audience,
          typ: 'assertion+jwt',
          requiredClaims: ['exp', 'iat', 'sub'],
          maxTokenAge: lifetimeSeconds,
          clockTolerance: 5,
          currentDate: new Date(clock.now()),
        });
        const principal = principalFrom(payload['principal']);
        if (verified.size >= cacheLimit) verified.clear();
        verified.set(assertion, { principal, untilMs: (payload.exp ?? 0) * 1000 });
        return principal;
      } catch (cause) {
        throw new CodedError('UNAUTHENTICATED', 'The internal assertion is not valid.', { cause });
      }
    },
  };
}

function principalFrom(claim: unknown): Principal {
  const { kind, id, workspaceId, role, scopes, sessionId, credentialEndsAtMs, runId } = (claim ??
    {}) as Partial<Principal>;
  const known = kind === 'anonymous' || kind === 'user' || kind === 'apiKey' || kind === 'service';
  const scoped =
    scopes === null || (Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string'));
  if (!known || typeof id !== 'string' || typeof workspaceId !== 'string' || !scoped) {
    throw new TypeError('the assertion names no principal');
  }
  return Object.freeze({
    kind,
    id,
    workspaceId,
    role: isRole(role) ? role : null,
    scopes: scopes ?? null,
    ...(typeof sessionId === 'string' ? { sessionId } : {}),
    ...(typeof credentialEndsAtMs === 'number' ? { credentialEndsAtMs } : {}),
    ...(typeof runId === 'string' ? { runId } : {}),
  });
}
