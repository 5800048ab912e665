import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Sql } from '@tributary/engines/relational';
import { CodedError, isId, slugFault } from '@tributary/runtime';
import { type Role, roleCovers, roles } from '@tributary/subgraph-kit';
import { type Cause, invitationEnded } from '../adapters/events.ts';
import {
  deleteInvitation,
  deleteInvitationsBy,
  type InvitationRecord,
  lockInvitation,
  takeInvitation,
} from '../adapters/invitations.ts';
import type { Caller, IdentityCore } from '../core.ts';
import { causeOf, requireCovers, requireRole, requireUser } from './rights.ts';

/** Takes an invitation of the workspace back. @throws CodedError NOT_FOUND, or FORBIDDEN above one's own role. */
export async function withdrawInvitation(
  core: IdentityCore,
  { principal }: Caller,
  id: string,
): Promise<InvitationRecord> {
  const { workspaceId } = principal;
  return core.relational.transaction(async (tx) => {
    const held = await requireRole(tx, principal, 'ADMIN');
    const invitation = isId(id) ? await lockInvitation(tx, workspaceId, id) : undefined;
    if (invitation === undefined) throw new CodedError('NOT_FOUND', 'No such invitation waits.');
    requireCovers(held, invitation.role);
    await deleteInvitation(tx, workspaceId, id);
    const { role } = invitation;
    await writeOutbox(tx, [invitationEnded(causeOf(core, principal), { id, role, outcome: 'WITHDRAWN' })]);
    return invitation;
  });
}

/**
 * Ends what a member of the caller's workspace invited and could not invite any more with the role they hold from now on (null: they
 * left), and tells of each. Call it in the transaction of the change, under the workspace's lock.
 */
export async function endInvitationsBeyond(
  tx: Sql,
  cause: Cause,
  { invitedBy, role }: { readonly invitedBy: string; readonly role: Role | null },
): Promise<void> {
  const kept =
    role !== null && roleCovers(role, 'ADMIN') ? roles.filter((granted) => roleCovers(role, granted)) : [];
  const ended = await deleteInvitationsBy(tx, cause.workspaceId, { invitedBy, kept });
  const told = ended.map((invitation) => invitationEnded(cause, { ...invitation, outcome: 'WITHDRAWN' }));
  if (told.length > 0) await writeOutbox(tx, told);
}

/** Declines the invitation to the workspace with this slug; false when there is none. */
export async function declineInvitation(
  core: IdentityCore,
  { principal }: Caller,
  slug: string,
): Promise<boolean> {
  const { userId } = requireUser(principal);
  if (slugFault(slug) !== undefined) return false;
  return core.relational.transaction(async (tx) => {
    const taken = await takeInvitation(tx, { userId, slug });
    if (taken === undefined) return false;
    const { id, workspaceId, role } = taken;
    // The workspace never learns the id of who declines: it knew an address, and knows no more now.
    const actor = { kind: 'anonymous', id: 'anonymous' };
    const cause = { workspaceId, actor, clock: core.clock };
    await writeOutbox(tx, [invitationEnded(cause, { id, role, outcome: 'DECLINED' })]);
    return true;
  });
}
