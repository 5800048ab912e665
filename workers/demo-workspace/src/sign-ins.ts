import type { GraphClient } from './graph-client.ts';

export interface DemoSignIn {
  readonly role: 'OWNER' | 'EDITOR' | 'VIEWER';
  readonly email: string;
}

export const demoSlug = 'demo';
/** Printed at every start: the demo exists on loopback only. */
export const demoPassword = 'tributary-demo';
export const demoSignIns: readonly DemoSignIn[] = [
  { role: 'OWNER', email: 'owner@demo.local' },
  { role: 'EDITOR', email: 'editor@demo.local' },
  { role: 'VIEWER', email: 'viewer@demo.local' },
];

/** The accounts with their passwords, as the console offers them. */
export function publishedSignIns(): readonly (DemoSignIn & { readonly password: string })[] {
  return demoSignIns.map((signIn) => ({ ...signIn, password: demoPassword }));
}

/** Makes the demo accounts, workspace and memberships where they are missing; answers an access token of the owner. */
export async function ensureSignIns(graph: GraphClient, setUpToken: string | undefined): Promise<string> {
  const [owner, ...others] = demoSignIns;
  if (owner === undefined) throw new TypeError('the demo needs an owner');
  let token = await signIn(graph, owner.email).catch(() => undefined);
  if (token === undefined) {
    for (const { email, role } of demoSignIns) await signUp(graph, { email, role, setUpToken });
    token = await signIn(graph, owner.email);
  }
  await graph(
    `mutation ($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { __typename } }`,
    { input: { slug: demoSlug, name: 'Demo: airports and flights', setUpToken } },
    token,
  );
  const switched = await graph<{ switchWorkspace: { accessToken: string } }>(
    `mutation ($slug: String!) { switchWorkspace(slug: $slug) { accessToken } }`,
    { slug: demoSlug },
    token,
  );
  const inDemo = switched.switchWorkspace.accessToken;
  for (const { email, role } of others) {
    await graph(
      `mutation ($input: AddMemberInput!) { addMember(input: $input) { __typename } }`,
      { input: { email, role } },
      inDemo,
    );
  }
  return inDemo;
}

async function signUp(
  graph: GraphClient,
  { email, role, setUpToken }: DemoSignIn & { readonly setUpToken: string | undefined },
): Promise<void> {
  const answer = await graph<{ signUp: { __typename: string; message: string } }>(
    `mutation ($input: SignUpInput!) { signUp(input: $input) { __typename ... on SignUpAccepted { message } ... on Failure { message } } }`,
    { input: { email, password: demoPassword, name: `Demo ${role.toLowerCase()}`, setUpToken } },
  );
  if (answer.signUp.__typename !== 'SignUpAccepted')
    throw new Error(`The demo account ${email} was refused: ${answer.signUp.message}`);
}

async function signIn(graph: GraphClient, email: string): Promise<string> {
  const answer = await graph<{ signIn: { accessToken?: string; message?: string } }>(
    `mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken } ... on Failure { message } } }`,
    { input: { email, password: demoPassword } },
  );
  if (answer.signIn.accessToken === undefined)
    throw new Error(`The demo account ${email} cannot sign in: ${answer.signIn.message}`);
  return answer.signIn.accessToken;
}
