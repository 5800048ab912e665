import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Sql } from '@tributary/engines/relational';
import { sessionEnded } from '../adapters/events.ts';
import { holdRole } from '../adapters/members.ts';
import {
  endSessions,
  lockRefreshToken,
  markUsed,
  type SessionRow,
  successorOf,
  unusedTokenExpiry,
} from '../adapters/sessions.ts';
import type { IdentityCore } from '../core.ts';
import { refreshVerdict } from '../domain/refresh-rotation.ts';
import { sessionIsOver } from './failures.ts';
import { keepRefreshToken, type SignedIn, signedIn } from './session-tokens.ts';

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
    if (verdict === 'reuse') await endForReuse(tx, core, row.session);
    if (verdict === 'reuse' || verdict === 'ended') return sessionIsOver;
    if (verdict === 'rotate') await markUsed(tx, token, new Date(nowMs));
    const refreshExpiresAt =
      successorExpiry ??
      (await keepRefreshToken(tx, core, { token: successor, session: row.session, nowMs }));
    const role = await holdRole(tx, row.session.workspaceId, row.session.userId);
    return signedIn(core, row.session, { role, asOfMs: nowMs, refreshToken: successor, refreshExpiresAt });
  });
}

async function endForReuse(tx: Sql, core: IdentityCore, session: SessionRow): Promise<void> {
  const reason = 'TOKEN_REUSED';
  await endSessions(
    tx,
    { userId: session.userId, only: session.id },
    { reason, now: new Date(core.clock.now()) },
  );
  const actor = { kind: 'user', id: session.userId };
  await writeOutbox(tx, [
    sessionEnded({ workspaceId: session.workspaceId, actor, clock: core.clock }, session, reason),
  ]);
}
