import { randomUUID } from 'node:crypto';
import { demoPassword, type GraphCaller, graphCaller } from '@tributary/test-kit';

/** An account made for one test, so that tests cannot disturb each other. */
export interface Newcomer {
  readonly ask: GraphCaller;
  readonly email: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly refreshToken: string;
  readonly accessToken: string;
}

export interface Workspace {
  readonly slug: string;
  readonly id: string;
  /** The newcomer who made it, with a token for it. */
  readonly owner: Newcomer;
}

type Role = 'VIEWER' | 'EDITOR' | 'ADMIN' | 'OWNER';

export const credentials = () => ({ email: `${randomUUID()}@newcomer.test`, password: demoPassword });

const signUpText = `mutation ($input: SignUpInput!) { signUp(input: $input) { __typename } }`;
const signInText = `mutation ($input: SignInInput!) { signIn(input: $input) {
  ... on SignedIn { accessToken refreshToken sessionId userId workspaceId } ... on Failure { message } } }`;
const makeWorkspaceText = `mutation ($input: CreateWorkspaceInput!) { createWorkspace(input: $input) {
  ... on WorkspaceCreated { workspace { id slug } } ... on Failure { message } } }`;

/** Signs up and signs in somebody new; a member of no workspace, or of the one named when they were added to it before. */
export async function newcomer(url: string, email = credentials().email): Promise<Newcomer> {
  const input = { email, password: demoPassword };
  await graphCaller(url)(signUpText, { input: { ...input, name: 'Newcomer' } });
  return signIn(url, email);
}

export async function signIn(url: string, email: string, workspace?: string): Promise<Newcomer> {
  const input = { email, password: demoPassword, ...(workspace === undefined ? {} : { workspace }) };
  const { data, errors } = await graphCaller(url)<{ signIn: Omit<Newcomer, 'ask' | 'email'> }>(signInText, {
    input,
  });
  if (data?.signIn.accessToken === undefined)
    throw new Error(`${email} cannot sign in: ${JSON.stringify({ data, errors })}`);
  return { ...data.signIn, email, ask: graphCaller(url, `Bearer ${data.signIn.accessToken}`) };
}

/** A tenant of its own, and the newcomer who owns it. */
export async function newWorkspace(url: string): Promise<Workspace> {
  const founder = await newcomer(url);
  const slug = `w-${randomUUID().slice(0, 23)}`;
  const { data } = await founder.ask<{ createWorkspace: { workspace: { id: string } } }>(makeWorkspaceText, {
    input: { slug, name: slug },
  });
  return { slug, id: data.createWorkspace.workspace.id, owner: await signIn(url, founder.email, slug) };
}

/** Somebody new with a role in a workspace, signed in to it. */
export async function newMember(url: string, { slug, owner }: Workspace, role: Role): Promise<Newcomer> {
  const { email } = await newcomer(url);
  await owner.ask(`mutation ($input: AddMemberInput!) { addMember(input: $input) { __typename } }`, {
    input: { email, role },
  });
  return signIn(url, email, slug);
}

/** An API key of a workspace, as an Authorization header. */
export async function newApiKey(
  { owner }: Pick<Workspace, 'owner'>,
  role: Role,
  scopes: readonly string[],
): Promise<{ readonly id: string; readonly authorization: string }> {
  const { data } = await owner.ask<{ createApiKey: { secret: string; apiKey: { id: string } } }>(
    `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } } }`,
    { input: { name: 'a test', role, scopes } },
  );
  return { id: data.createApiKey.apiKey.id, authorization: `Bearer ${data.createApiKey.secret}` };
}
