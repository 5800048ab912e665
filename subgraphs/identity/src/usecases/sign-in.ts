import { writeOutbox } from '@tributary/engines/outbox/relational';
import { CodedError, isId, newId } from '@tributary/runtime';
import { noWorkspaceId } from '@tributary/subgraph-kit';
import { type Account, findAccount, lockPasswordHash } from '../adapters/accounts.ts';
import { sessionStarted } from '../adapters/events.ts';
import { chooseMembership } from '../adapters/members.ts';
import { insertSession, newRefreshToken } from '../adapters/sessions.ts';
import type { Caller, IdentityCore } from '../core.ts';
import { normalizedEmail } from '../domain/email.ts';
import { maxPasswordLength } from '../domain/password-policy.ts';
import { enterWorkspace } from './enter-workspace.ts';
import { notYourWorkspace, signInFailed } from './failures.ts';
import { keepRefreshToken, type SignedIn, signedIn } from './session-tokens.ts';

const dayMs = 86_400_000;

export interface SignInInput {
  readonly email: string;
  readonly password: string;
  readonly workspace?: string | null | undefined;
}

type SignInOutcome = SignedIn | typeof signInFailed | typeof notYourWorkspace;

/**
 * Starts a session for the right password. Whether the account exists shows neither in the answer nor in the time it takes.
 * @throws CodedError RATE_LIMITED, OVERLOADED
 */
export async function signIn(core: IdentityCore, caller: Caller, input: SignInInput): Promise<SignInOutcome> {
  try {
    const outcome = await tried(core, caller, input);
    if (outcome.__typename === 'SignInFailed') core.refusedSignIns.inc({ reason: 'credentials' });
    if (outcome.__typename === 'NotYourWorkspace') core.refusedSignIns.inc({ reason: 'workspace' });
    return outcome;
  } catch (error) {
    if (error instanceof CodedError && error.code === 'RATE_LIMITED')
      core.refusedSignIns.inc({ reason: 'limited' });
    throw error;
  }
}

async function tried(core: IdentityCore, caller: Caller, input: SignInInput): Promise<SignInOutcome> {
  const email = normalizedEmail(input.email) ?? '';
  let aimedAt: Account | undefined;
  const attempted = {
    account: email,
    clientAddress: caller.clientAddress,
    onFailure: (failures: number) => {
      if (aimedAt !== undefined) core.failedSignIns.record({ userId: aimedAt.id, failures });
    },
  };
  const account = await core.limiter.attempt(attempted, async () => {
    const found = email === '' ? undefined : await findAccount(core.relational, { email });
    aimedAt = found;
    const password = input.password.slice(0, maxPasswordLength + 1);
    const right = await core.passwords.verify(found?.passwordHash, password, {
      lane: 'sign-in',
      clientAddress: caller.clientAddress,
      signal: caller.signal,
      askedAtMs: caller.askedAtMs,
    });
    return { right, result: right ? found : undefined };
  });
  return account === undefined
    ? signInFailed
    : startSession(core, caller, { account, slug: input.workspace ?? null });
}

async function startSession(
  core: IdentityCore,
  { principal }: Caller,
  { account, slug }: { readonly account: Account; readonly slug: string | null },
): Promise<SignInOutcome> {
  const nowMs = core.clock.now();
  const addressed = isId(principal.workspaceId) ? principal.workspaceId : null;
  return core.relational.transaction(async (tx) => {
    // Whoever changes the password ends all sessions: one that began with the old password must not follow.
    if ((await lockPasswordHash(tx, account.id)) !== account.passwordHash) return signInFailed;
    const userId = account.id;
    const membership =
      slug === null
        ? await chooseMembership(tx, { userId, slug, preferred: addressed })
        : await enterWorkspace(tx, core, { userId, slug });
    if (slug !== null && membership === undefined) return notYourWorkspace;
    const session = {
      id: newId(),
      userId,
      workspaceId: membership?.workspaceId ?? addressed ?? noWorkspaceId,
      expiresAt: new Date(nowMs + core.settings.sessionDays * dayMs),
    };
    await insertSession(tx, { ...session, now: new Date(nowMs) });
    const refreshToken = newRefreshToken();
    const refreshExpiresAt = await keepRefreshToken(tx, core, { token: refreshToken, session, nowMs });
    const cause = {
      // A workspace that is only addressed learns nothing of who signs in there.
      workspaceId: membership?.workspaceId ?? noWorkspaceId,
      actor: { kind: 'user', id: userId },
      clock: core.clock,
    };
    await writeOutbox(tx, [sessionStarted(cause, session)]);
    const role = membership?.role ?? null;
    return signedIn(core, session, { role, asOfMs: nowMs, refreshToken, refreshExpiresAt });
  });
}
