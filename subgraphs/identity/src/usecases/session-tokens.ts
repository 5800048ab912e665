import type { Sql } from '@tributary/engines/relational';
import type { Role } from '@tributary/subgraph-kit';
import type { AccessToken } from '../adapters/access-tokens.ts';
import { insertRefreshToken, type SessionRow } from '../adapters/sessions.ts';
import type { IdentityCore } from '../core.ts';

const dayMs = 86_400_000;

export interface SignedIn extends AccessToken {
  readonly __typename: 'SignedIn';
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly workspaceId: string;
  readonly role: Role | null;
}

type LivingSession = Pick<SessionRow, 'id' | 'userId' | 'workspaceId' | 'expiresAt'>;

/** Keeps a refresh token of the session. It ends with the session at the latest. */
export async function keepRefreshToken(
  tx: Sql,
  core: IdentityCore,
  kept: { readonly token: string; readonly session: LivingSession; readonly nowMs: number },
): Promise<Date> {
  const { token, session, nowMs } = kept;
  const expiresAt = new Date(
    Math.min(nowMs + core.settings.refreshTokenDays * dayMs, session.expiresAt.getTime()),
  );
  await insertRefreshToken(tx, { token, sessionId: session.id, now: new Date(nowMs), expiresAt });
  return expiresAt;
}

/** The tokens of a session, as the client gets them. */
export async function signedIn(
  core: IdentityCore,
  session: LivingSession,
  granted: {
    readonly role: Role | null;
    /** A moment before the role was read. */
    readonly asOfMs: number;
    readonly refreshToken: string;
    readonly refreshExpiresAt: Date;
  },
): Promise<SignedIn> {
  const { id: sessionId, userId, workspaceId } = session;
  const access = await core.tokens.issue({
    userId,
    sessionId,
    workspaceId,
    role: granted.role,
    asOfMs: granted.asOfMs,
    notAfterMs: session.expiresAt.getTime(),
  });
  return {
    __typename: 'SignedIn',
    ...access,
    refreshToken: granted.refreshToken,
    refreshTokenExpiresAt: granted.refreshExpiresAt.toISOString(),
    sessionId,
    userId,
    workspaceId,
    role: granted.role,
  };
}
