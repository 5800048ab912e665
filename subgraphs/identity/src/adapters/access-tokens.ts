import { newId } from '@tributary/runtime';
import type { Role } from '@tributary/subgraph-kit';
import { SignJWT } from 'jose';
import type { SigningKeys } from './signing-keys.ts';

const issuer = 'tributary';

export interface TokenClaims {
  readonly userId: string;
  readonly sessionId: string;
  readonly workspaceId: string;
  /** Null for a user who is no member: the claim is left out. */
  readonly role: Role | null;
  /**
   * A moment before the role was read. The token is issued then, and not when it is signed: whoever follows changes of roles ends what was issued
   * before them, and one that was signed later would pass for newer than a change that its role has not seen.
   */
  readonly asOfMs: number;
  /** The token ends then at the latest: when its session does, or the token that it was asked for with. */
  readonly notAfterMs: number;
}

export interface AccessToken {
  readonly accessToken: string;
  /** RFC 3339. */
  readonly accessTokenExpiresAt: string;
}

export interface AccessTokens {
  /** A JWT in the profile of RFC 9068: EdDSA, `typ` at+jwt, with `sid`, `wid` and `role`. */
  issue(claims: TokenClaims): Promise<AccessToken>;
}

export function createAccessTokens(keys: SigningKeys, lifetimeSeconds: number): AccessTokens {
  return {
    issue: async ({ userId, sessionId, workspaceId, role, asOfMs, notAfterMs }) => {
      const { kid, key } = await keys.active();
      const issuedAt = Math.floor(asOfMs / 1000);
      const expiresAt = Math.min(issuedAt + lifetimeSeconds, Math.floor(notAfterMs / 1000));
      const accessToken = await new SignJWT({
        sid: sessionId,
        wid: workspaceId,
        ...(role === null ? {} : { role }),
      })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
        .setIssuer(issuer)
        .setAudience(issuer)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .setJti(newId())
        .sign(key);
      return { accessToken, accessTokenExpiresAt: new Date(expiresAt * 1000).toISOString() };
    },
  };
}
