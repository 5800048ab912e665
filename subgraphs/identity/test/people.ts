import type { Principal, Role } from '@tributary/subgraph-kit';
import { decodeJwt } from 'jose';
import { type RunningIdentity, stranger } from './running-identity.ts';

export const goodPassword = 'correct horse battery';

const tokenFields = 'accessToken refreshToken sessionId userId workspaceId role';

export interface Person {
  readonly email: string;
  readonly userId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly principal: Principal;
}

export const signUpMutation =
  'mutation ($input: SignUpInput!) { signUp(input: $input) { __typename ... on Failure { message } ... on SignUpAccepted { message } } }';
export const signInMutation = `mutation ($input: SignInInput!) { signIn(input: $input) { __typename ... on SignedIn { ${tokenFields} } ... on Failure { message } } }`;
export const changePasswordMutation = `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) {
  __typename ... on PasswordChanged { endedSessions } } }`;
export const refreshMutation = `mutation ($token: String!) { refreshSession(refreshToken: $token) { __typename ... on SignedIn { ${tokenFields} } ... on Failure { message } } }`;

/** The principal the gateway makes of an access token. */
export function principalOf(accessToken: string): Principal {
  const claims = decodeJwt<{ sid: string; wid: string; role?: Role }>(accessToken);
  return {
    kind: 'user',
    id: claims.sub ?? '',
    workspaceId: claims.wid,
    role: claims.role ?? null,
    scopes: null,
    sessionId: claims.sid,
    credentialEndsAtMs: (claims.exp ?? 0) * 1000,
  };
}

export async function signInAs(
  identity: RunningIdentity,
  email: string,
  { workspace, password = goodPassword }: { readonly workspace?: string; readonly password?: string } = {},
): Promise<Person> {
  const input = { email, password, workspace: workspace ?? null };
  const { data } = await identity.ask(stranger, signInMutation, { input });
  const { accessToken, refreshToken, userId } = data.signIn;
  return { email, userId, accessToken, refreshToken, principal: principalOf(accessToken) };
}

/** Signs up and in. */
export async function newPerson(identity: RunningIdentity, name: string): Promise<Person> {
  const email = `${name}@example.com`;
  await identity.ask(stranger, signUpMutation, { input: { email, password: goodPassword, name } });
  return signInAs(identity, email);
}

/** A person with a workspace of their own, working in it. */
export async function newOwner(identity: RunningIdentity, name = 'olga', slug = 'acme'): Promise<Person> {
  const person = await newPerson(identity, name);
  await identity.ask(
    person.principal,
    'mutation ($slug: String!, $setUpToken: String) { createWorkspace(input: { slug: $slug, name: "A workspace", setUpToken: $setUpToken }) { __typename } }',
    { slug, setUpToken: identity.setUpToken },
  );
  return signInAs(identity, person.email);
}

export const inviteMutation =
  'mutation ($input: AddMemberInput!) { addMember(input: $input) { __typename ... on MemberInvited { invitation { id email role } } } }';

/** Makes a new person a member of the owner's workspace: invited, and signed in to it. */
export async function newMember(
  identity: RunningIdentity,
  owner: Person,
  member: { name: string; role: Role },
): Promise<Person> {
  const { email } = await newPerson(identity, member.name);
  const invited = await identity.ask(owner.principal, inviteMutation, {
    input: { email, role: member.role },
  });
  if (invited.data?.addMember?.__typename !== 'MemberInvited') throw new Error(JSON.stringify(invited));
  const { data } = await identity.ask(owner.principal, '{ workspace { slug } }');
  return signInAs(identity, email, { workspace: data.workspace.slug });
}
