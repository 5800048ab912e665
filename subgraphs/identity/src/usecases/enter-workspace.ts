import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Sql } from '@tributary/engines/relational';
import { slugFault } from '@tributary/runtime';
import { invitationEnded, memberEvent } from '../adapters/events.ts';
import { holdInvitingWorkspace, takeInvitation } from '../adapters/invitations.ts';
import { chooseMembership, insertMember, type MembershipRow } from '../adapters/members.ts';
import type { IdentityCore } from '../core.ts';

/**
 * The membership in the workspace that a person names. An invitation to it becomes one: whoever names a workspace wants to be in it
 * (decision 121). Undefined when they are neither a member nor invited.
 */
export async function enterWorkspace(
  tx: Sql,
  core: IdentityCore,
  { userId, slug }: { readonly userId: string; readonly slug: string },
): Promise<MembershipRow | undefined> {
  // What cannot be a slug never meets SQL.
  if (slugFault(slug) !== undefined) return undefined;
  const membership = await chooseMembership(tx, { userId, slug, preferred: null });
  if (membership !== undefined) return membership;
  // The lock that who removes a member takes first too, so that neither waits for the other in a ring.
  await holdInvitingWorkspace(tx, { userId, slug });
  const taken = await takeInvitation(tx, { userId, slug });
  // Two that enter at once: the second finds the invitation gone, and the membership there.
  if (taken === undefined) return chooseMembership(tx, { userId, slug, preferred: null });
  const { id, workspaceId, role } = taken;
  await insertMember(tx, { workspaceId, userId, role, now: new Date(core.clock.now()) });
  const cause = { workspaceId, actor: { kind: 'user', id: userId }, clock: core.clock };
  await writeOutbox(tx, [
    memberEvent(cause, { userId, role, previousRole: null }),
    invitationEnded(cause, { id, role, outcome: 'ACCEPTED' }),
  ]);
  return { workspaceId, role };
}
