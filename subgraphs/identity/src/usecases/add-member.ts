import { writeOutbox } from '@tributary/engines/outbox/relational';
import { CodedError, newId } from '@tributary/runtime';
import type { Role } from '@tributary/subgraph-kit';
import { findAccount } from '../adapters/accounts.ts';
import { invitationMade } from '../adapters/events.ts';
import { insertInvitation, invitationCount } from '../adapters/invitations.ts';
import { lockWorkspace, roleOf } from '../adapters/members.ts';
import type { Caller, IdentityCore } from '../core.ts';
import { normalizedEmail } from '../domain/email.ts';
import { accountNotFound, alreadyInvited, alreadyMember } from './failures.ts';
import { causeOf, requireCovers, requireRole } from './rights.ts';

export interface AddMemberInput {
  readonly email: string;
  readonly role: Role;
}

const maxInvitations = 200;

/**
 * Invites an account: nobody is a member anywhere before they enter (decision 121). Anybody can own a workspace, so "no account" would
 * tell strangers who has one: misses count as failed attempts of the principal and are limited like those of sign-in.
 * @throws CodedError FORBIDDEN, RATE_LIMITED, STATE_CONFLICT when too many invitations wait
 */
export async function addMember(core: IdentityCore, caller: Caller, input: AddMemberInput) {
  const { principal } = caller;
  const { workspaceId } = principal;
  requireCovers(await requireRole(core.relational, principal, 'ADMIN'), input.role);
  const email = normalizedEmail(input.email);
  const attempted = {
    account: `add-member:${principal.kind}:${principal.id}`,
    clientAddress: caller.clientAddress,
  };
  const account = await core.limiter.attempt(attempted, async () => {
    const found = email === undefined ? undefined : await findAccount(core.relational, { email });
    return { right: found !== undefined, result: found };
  });
  if (account === undefined || email === undefined) return accountNotFound;
  const invitation = { id: newId(), email, role: input.role };
  const invitedBy = principal.kind === 'user' ? principal.id : null;
  const now = new Date(core.clock.now());
  return core.relational.transaction(async (tx) => {
    await lockWorkspace(tx, workspaceId);
    requireCovers(await requireRole(tx, principal, 'ADMIN'), input.role);
    const { id: userId } = account;
    if ((await roleOf(tx, workspaceId, userId)) !== null) return alreadyMember;
    if (!(await insertInvitation(tx, { ...invitation, invitedBy, workspaceId, userId, now })))
      return alreadyInvited;
    if ((await invitationCount(tx, workspaceId)) > maxInvitations)
      throw new CodedError(
        'STATE_CONFLICT',
        `${maxInvitations} invitations of this workspace wait; withdraw some of them first.`,
      );
    await writeOutbox(tx, [invitationMade(causeOf(core, principal), invitation)]);
    return {
      __typename: 'MemberInvited',
      invitation: { ...invitation, invitedBy, createdAt: now.toISOString() },
    } as const;
  });
}
