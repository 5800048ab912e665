import { writeOutbox } from '@tributary/engines/outbox/relational';
import { CodedError, isId } from '@tributary/runtime';
import { memberEvent } from '../adapters/events.ts';
import { deleteMember, lockWorkspace, ownerCount, roleOf } from '../adapters/members.ts';
import type { Caller, IdentityCore } from '../core.ts';
import { endInvitationsBeyond } from './end-invitation.ts';
import { lastOwner } from './failures.ts';
import { causeOf, requireCovers, requireRole } from './rights.ts';

/**
 * Removes a member; anybody may leave. What the member invited ends; keys the member made belong to the workspace and go on working.
 * @throws CodedError FORBIDDEN, NOT_FOUND
 */
export async function removeMember(core: IdentityCore, { principal }: Caller, userId: string) {
  const { workspaceId } = principal;
  const leaving = principal.kind === 'user' && principal.id === userId;
  return core.relational.transaction(async (tx) => {
    await lockWorkspace(tx, workspaceId);
    const held = await requireRole(tx, principal, leaving ? 'VIEWER' : 'ADMIN');
    const previousRole = isId(userId) ? await roleOf(tx, workspaceId, userId) : null;
    if (previousRole === null) throw new CodedError('NOT_FOUND', 'There is no such member.');
    requireCovers(held, previousRole);
    if (previousRole === 'OWNER' && (await ownerCount(tx, workspaceId)) === 1) return lastOwner;
    await deleteMember(tx, workspaceId, userId);
    const cause = causeOf(core, principal);
    await writeOutbox(tx, [memberEvent(cause, { userId, role: null, previousRole })]);
    await endInvitationsBeyond(tx, cause, { invitedBy: userId, role: null });
    return { __typename: 'MemberRemoved', userId } as const;
  });
}
