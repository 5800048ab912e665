import { writeOutbox } from '@tributary/engines/outbox/relational';
import { CodedError } from '@tributary/runtime';
import { noWorkspaceId } from '@tributary/subgraph-kit';
import { findAccount, setPassword } from '../adapters/accounts.ts';
import { userEvent } from '../adapters/events.ts';
import { roleOf } from '../adapters/members.ts';
import type { Caller, IdentityCore } from '../core.ts';
import { maxPasswordLength, passwordWeakness } from '../domain/password-policy.ts';
import { signInFailed, weakPassword } from './failures.ts';
import { causeOf, requireUser } from './rights.ts';
import { endSessionsOf } from './sign-out.ts';

export interface ChangePasswordInput {
  readonly currentPassword: string;
  readonly newPassword: string;
}

/** Needs the present password, under the same limit as sign-in: an unlocked screen is not enough. @throws CodedError RATE_LIMITED */
export async function changePassword(core: IdentityCore, caller: Caller, input: ChangePasswordInput) {
  const { userId, sessionId } = requireUser(caller.principal);
  const account = await findAccount(core.relational, { id: userId });
  if (account === undefined) throw new CodedError('UNAUTHENTICATED', 'The account is gone.');
  const { clientAddress, signal, askedAtMs } = caller;
  const asked = { lane: 'sign-in', clientAddress, signal, askedAtMs } as const;
  const right = await core.limiter.attempt(
    {
      account: account.email,
      clientAddress,
      onFailure: (failures) => core.failedSignIns.record({ userId, failures }),
    },
    async () => {
      const current = input.currentPassword.slice(0, maxPasswordLength + 1);
      const matches = await core.passwords.verify(account.passwordHash, current, asked);
      return { right: matches, result: matches };
    },
  );
  if (!right) return signInFailed;
  const weakness = passwordWeakness(input.newPassword, account.email);
  if (weakness !== undefined) return weakPassword(weakness);
  const passwordHash = await core.passwords.hash(input.newPassword, asked);
  const previousHash = account.passwordHash;
  const endedSessions = await core.relational.transaction(async (tx) => {
    const now = new Date(core.clock.now());
    if (!(await setPassword(tx, { userId, previousHash, passwordHash, now }))) return undefined;
    const cause = causeOf(core, caller.principal);
    const isMember = (await roleOf(tx, cause.workspaceId, userId)) !== null;
    const workspaceId = isMember ? cause.workspaceId : noWorkspaceId;
    await writeOutbox(tx, [userEvent({ ...cause, workspaceId }, 'password_changed', userId)]);
    return endSessionsOf(tx, core, { userId, except: sessionId, reason: 'PASSWORD_CHANGED' });
  });
  return endedSessions === undefined
    ? signInFailed
    : ({ __typename: 'PasswordChanged', endedSessions } as const);
}
