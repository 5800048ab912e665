import { writeOutbox } from '@tributary/engines/outbox/relational';
import { newId } from '@tributary/runtime';
import { noWorkspaceId } from '@tributary/subgraph-kit';
import { insertAccount } from '../adapters/accounts.ts';
import { userEvent } from '../adapters/events.ts';
import type { Caller, IdentityCore } from '../core.ts';
import { displayName } from '../domain/display-name.ts';
import { normalizedEmail } from '../domain/email.ts';
import { passwordWeakness } from '../domain/password-policy.ts';
import { maySetUp } from '../set-up.ts';
import { invalidEmail, signUpAccepted, signUpClosed, weakPassword } from './failures.ts';

export interface SignUpInput {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly setUpToken?: string | null;
}

/**
 * Makes an account. An address that has one gets the same answer after the same work (one hash, one insert), so that nobody
 * learns who has an account; the existing account stays as it is.
 * @throws CodedError RATE_LIMITED, OVERLOADED
 */
export async function signUp(core: IdentityCore, caller: Caller, input: SignUpInput) {
  const isService = caller.principal.kind === 'service';
  const mayAlways = core.settings.signUpOpen || isService;
  if (!mayAlways && !(await maySetUp(core, input.setUpToken))) return signUpClosed;
  const name = displayName(input.name, 'name');
  const email = normalizedEmail(input.email);
  if (email === undefined) return invalidEmail;
  const weakness = passwordWeakness(input.password, email);
  if (weakness !== undefined) return weakPassword(weakness);
  if (!isService) await core.signUpLimiter.count(caller.clientAddress);
  const { clientAddress, signal, askedAtMs } = caller;
  const asked = { lane: 'sign-up', clientAddress, signal, askedAtMs } as const;
  const passwordHash = await core.passwords.hash(input.password, asked);
  const id = newId();
  const now = new Date(core.clock.now());
  await core.relational.transaction(async (tx) => {
    const isNew = await insertAccount(tx, { id, email, name, passwordHash, now });
    // In no workspace: nobody is a member of the one that is addressed before they enter it.
    const cause = { workspaceId: noWorkspaceId, actor: { kind: 'user', id }, clock: core.clock };
    if (isNew) await writeOutbox(tx, [userEvent(cause, 'created', id)]);
  });
  return signUpAccepted;
}
