import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Role } from '@tributary/subgraph-kit';
import { findAccount } from '../adapters/accounts.ts';
import { memberEvent } from '../adapters/events.ts';
import { insertMember, lockWorkspace } from '../adapters/members.ts';
import type { Caller, IdentityCore } from '../core.ts';
import { normalizedEmail } from '../domain/email.ts';
import { accountNotFound, alreadyMember } from './failures.ts';
import { causeOf, requireCovers, requireRole } from './rights.ts';

export interface AddMemberInput {
  readonly email: string;
  readonly role: Role;
}

/**
 * Makes an account a member. Anybody can own a workspace, so "no account" would tell strangers who has one: misses count as
 * failed attempts of the principal and are limited like those of sign-in.
 * @throws CodedError FORBIDDEN, RATE_LIMITED
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
  if (account === undefined) return accountNotFound;
  const now = new Date(core.clock.now());
  return core.relational.transaction(async (tx) => {
    await lockWorkspace(tx, workspaceId);
    requireCovers(await requireRole(tx, principal, 'ADMIN'), input.role);
    const { id: userId } = account;
    if (!(await insertMember(tx, { workspaceId, userId, role: input.role, now }))) return alreadyMember;
    await writeOutbox(tx, [
      memberEvent(causeOf(core, principal), { userId, role: input.role, previousRole: null }),
    ]);
    const member = { userId, role: input.role, createdAt: now.toISOString() };
    return { __typename: 'MemberAdded', member } as const;
  });
}
