import { writeOutbox } from '@tributary/engines/outbox/relational';
import { CodedError, isId } from '@tributary/runtime';
import type { Role } from '@tributary/subgraph-kit';
import { memberEvent } from '../adapters/events.ts';
import { lockWorkspace, ownerCount, roleOf, setRole } from '../adapters/members.ts';
import type { Caller, IdentityCore } from '../core.ts';
import { endInvitationsBeyond } from './end-invitation.ts';
import { lastOwner } from './failures.ts';
import { causeOf, requireCovers, requireRole } from './rights.ts';

export interface MemberRoleChange {
  readonly userId: string;
  readonly role: Role;
}

/** @throws CodedError FORBIDDEN above one's own role; NOT_FOUND for who is no member. */
export async function changeMemberRole(core: IdentityCore, { principal }: Caller, change: MemberRoleChange) {
  const { userId, role } = change;
  const { workspaceId } = principal;
  return core.relational.transaction(async (tx) => {
    await lockWorkspace(tx, workspaceId);
    const held = await requireRole(tx, principal, 'ADMIN');
    const previousRole = isId(userId) ? await roleOf(tx, workspaceId, userId) : null;
    if (previousRole === null) throw new CodedError('NOT_FOUND', 'There is no such member.');
    requireCovers(held, previousRole);
    requireCovers(held, role);
    if (previousRole === 'OWNER' && role !== 'OWNER' && (await ownerCount(tx, workspaceId)) === 1)
      return lastOwner;
    const since = await setRole(tx, { workspaceId, userId, role });
    if (role !== previousRole) {
      const cause = causeOf(core, principal);
      await writeOutbox(tx, [memberEvent(cause, { userId, role, previousRole })]);
      await endInvitationsBeyond(tx, cause, { invitedBy: userId, role });
    }
    const createdAt = (since ?? new Date(core.clock.now())).toISOString();
    return { __typename: 'MemberRoleChanged', member: { userId, role, createdAt } } as const;
  });
}
