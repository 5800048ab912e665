import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Sql } from '@tributary/engines/relational';
import { noWorkspaceId } from '@tributary/subgraph-kit';
import { type EndReason, sessionEnded } from '../adapters/events.ts';
import { memberWorkspaces } from '../adapters/members.ts';
import { endSessions, lockRefreshToken } from '../adapters/sessions.ts';
import type { Caller, IdentityCore } from '../core.ts';
import { requireUser } from './rights.ts';

/** Ends sessions of a user, each with its event (of a workspace only while they are a member of it), and answers how many. */
export async function endSessionsOf(
  tx: Sql,
  core: IdentityCore,
  which: {
    readonly userId: string;
    readonly only?: string;
    readonly except?: string;
    readonly reason: EndReason;
  },
): Promise<number> {
  const { reason, ...sessions } = which;
  const ended = await endSessions(tx, sessions, { reason, now: new Date(core.clock.now()) });
  const actor = { kind: 'user', id: which.userId };
  if (ended.length === 0) return 0;
  const own = await memberWorkspaces(
    tx,
    which.userId,
    ended.map(({ workspaceId }) => workspaceId),
  );
  const events = ended.map((session) => {
    const workspaceId = own.has(session.workspaceId) ? session.workspaceId : noWorkspaceId;
    return sessionEnded({ workspaceId, actor, clock: core.clock }, session, reason);
  });
  await writeOutbox(tx, events);
  return ended.length;
}

/** Ends the caller's session, or the one a refresh token belongs to: a client whose access token expired can still leave. */
export async function signOut(
  core: IdentityCore,
  { principal }: Caller,
  refreshToken: string | null,
): Promise<boolean> {
  return core.relational.transaction(async (tx) => {
    const held = refreshToken === null ? undefined : (await lockRefreshToken(tx, refreshToken))?.session;
    const own = principal.kind === 'user' ? { userId: principal.id, id: principal.sessionId } : undefined;
    const session = refreshToken === null ? own : held;
    if (session?.id === undefined) return false;
    const ended = await endSessionsOf(tx, core, {
      userId: session.userId,
      only: session.id,
      reason: 'SIGNED_OUT',
    });
    return ended > 0;
  });
}

export async function signOutEverywhere(core: IdentityCore, { principal }: Caller): Promise<number> {
  const { userId } = requireUser(principal);
  return core.relational.transaction((tx) =>
    endSessionsOf(tx, core, { userId, reason: 'SIGNED_OUT_EVERYWHERE' }),
  );
}
