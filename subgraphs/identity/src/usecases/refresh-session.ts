import { holdRole } from '../adapters/members.ts';
import { lockRefreshToken, markUsed, successorOf, unusedTokenExpiry } from '../adapters/sessions.ts';
import type { IdentityCore } from '../core.ts';
import { refreshVerdict } from '../domain/refresh-rotation.ts';
import { sessionIsOver } from './failures.ts';
import { keepRefreshToken, type SignedIn, signedIn } from './session-tokens.ts';
import { endSessionsOf } from './sign-out.ts';

/** Exchanges a refresh token; a second use outside the grace ends the session with an event (RFC 9700 §4.14.2). */
export async function refreshSession(
  core: IdentityCore,
  token: string,
): Promise<SignedIn | typeof sessionIsOver> {
  const nowMs = core.clock.now();
  return core.relational.transaction(async (tx) => {
    const row = await lockRefreshToken(tx, token);
    if (row === undefined) return sessionIsOver;
    const successor = successorOf(core.derived.refresh, token);
    const successorExpiry = row.usedAt === null ? undefined : await unusedTokenExpiry(tx, successor);
    const verdict = refreshVerdict(
      {
        expiresAtMs: row.expiresAt.getTime(),
        usedAtMs: row.usedAt?.getTime() ?? null,
        successorUnused: successorExpiry !== undefined,
        sessionEnded: row.session.endedAt !== null,
        sessionExpiresAtMs: row.session.expiresAt.getTime(),
      },
      nowMs,
    );
    if (verdict === 'reuse') {
      const { id: only, userId } = row.session;
      await endSessionsOf(tx, core, { userId, only, reason: 'TOKEN_REUSED' });
    }
    if (verdict === 'reuse' || verdict === 'ended') return sessionIsOver;
    if (verdict === 'rotate') await markUsed(tx, token, new Date(nowMs));
    const refreshExpiresAt =
      successorExpiry ??
      (await keepRefreshToken(tx, core, { token: successor, session: row.session, nowMs }));
    const role = await holdRole(tx, row.session.workspaceId, row.session.userId);
    return signedIn(core, row.session, { role, asOfMs: nowMs, refreshToken: successor, refreshExpiresAt });
  });
}
