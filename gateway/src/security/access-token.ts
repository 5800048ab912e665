import { type Clock, CodedError } from '@tributary/runtime';
import { isRole, type Principal } from '@tributary/subgraph-kit';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import type { IdentityKeys } from './identity-keys.ts';

/** A principal, and for how long what it showed holds. */
export interface Authenticated {
  readonly principal: Principal;
  /** When an open socket must be closed; undefined for what does not run out. */
  readonly expiresAtMs: number | undefined;
}

export interface AccessTokenOptions {
  readonly keys: IdentityKeys;
  readonly clock: Clock;
  /** Tokens that were issued for longer are refused, whoever signed them. */
  readonly lifetimeMs: number;
}

const toleranceSeconds = 5;
/** For so long after its end a token still passes: the clocks of two machines. */
export const tokenToleranceMs = toleranceSeconds * 1000;
const longestToken = 4_096;

/**
 * Verifies access tokens (RFC 9068): Ed25519 only, our issuer and audience, an expiry, and no longer life than identity gives. The key comes from
 * identity's own set by `kid`; `jku`, `x5u` and `jwk` in a header are an outsider's advice and never followed.
 * A key set that cannot be asked for now is no fault of the token's: SUBGRAPH_UNAVAILABLE, to be tried again.
 */
export function createAccessTokenVerifier({
  keys,
  clock,
  lifetimeMs,
}: AccessTokenOptions): (token: string) => Promise<Authenticated> {
  return async (token) => {
    try {
      if (token.length > longestToken) throw new TypeError('the token is too long');
      const { kid } = decodeProtectedHeader(token);
      const key = kid === undefined ? undefined : await keys.find(kid);
      if (key === undefined) throw new TypeError('the token names no key of identity');
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['EdDSA'],
        typ: 'at+jwt',
        issuer: 'tributary',
        audience: 'tributary',
        requiredClaims: ['exp', 'iat', 'sub', 'sid', 'wid'],
        clockTolerance: toleranceSeconds,
        currentDate: new Date(clock.now()),
      });
      const { exp = 0, iat = 0, sub = '', sid, wid, role } = payload;
      if ((exp - iat) * 1000 > lifetimeMs)
        throw new TypeError('the token lives longer than identity lets tokens live');
      if (iat * 1000 > clock.now() + tokenToleranceMs)
        throw new TypeError('the token is issued in the future');
      if (typeof sid !== 'string' || typeof wid !== 'string')
        throw new TypeError('the token names no session or workspace');
      const principal: Principal = Object.freeze({
        kind: 'user',
        id: sub,
        workspaceId: wid,
        role: isRole(role) ? role : null,
        scopes: null,
        sessionId: sid,
        credentialEndsAtMs: exp * 1000,
      });
      return { principal, expiresAtMs: exp * 1000 };
    } catch (cause) {
      if (cause instanceof CodedError && cause.retryable) throw cause;
      throw new CodedError('UNAUTHENTICATED', 'The access token is not valid.', { cause });
    }
  };
}
