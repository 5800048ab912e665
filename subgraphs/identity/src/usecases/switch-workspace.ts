import { CodedError } from '@tributary/runtime';
import { lockSession, moveSession } from '../adapters/sessions.ts';
import type { Caller, IdentityCore } from '../core.ts';
import { enterWorkspace } from './enter-workspace.ts';
import { requireUser } from './rights.ts';

/**
 * Moves the session, and accepts an invitation to the workspace. The new token ends when the one does that was shown: only a refresh token gives a longer
 * one, and so a stolen access token stays what it is, ten minutes at most.
 * @throws CodedError NOT_FOUND for a workspace that is absent or not the user's; UNAUTHENTICATED when the session has ended.
 */
export async function switchWorkspace(core: IdentityCore, { principal }: Caller, slug: string) {
  const { userId, sessionId } = requireUser(principal);
  const asOfMs = core.clock.now();
  return core.relational.transaction(async (tx) => {
    const session = await lockSession(tx, sessionId);
    if (session === undefined || session.userId !== userId || session.endedAt !== null) throw sessionOver();
    const notAfterMs = Math.min(
      session.expiresAt.getTime(),
      principal.credentialEndsAtMs ?? Number.POSITIVE_INFINITY,
    );
    if (notAfterMs <= asOfMs) throw sessionOver();
    const membership = await enterWorkspace(tx, core, { userId, slug });
    if (membership === undefined) throw new CodedError('NOT_FOUND', 'You have no workspace with this slug.');
    const { workspaceId, role } = membership;
    await moveSession(tx, sessionId, workspaceId);
    const access = await core.tokens.issue({ userId, sessionId, workspaceId, role, asOfMs, notAfterMs });
    return { ...access, workspaceId, role };
  });
}

function sessionOver(): CodedError {
  return new CodedError('UNAUTHENTICATED', 'The session has ended; sign in again.');
}
