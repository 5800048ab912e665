import { noWorkspaceId, type Principal, type Role } from '@tributary/subgraph-kit';
import type { GraphClient } from './graph-client.ts';

export interface DemoSignIn {
  readonly role: 'OWNER' | 'EDITOR' | 'VIEWER';
  readonly email: string;
}

export const demoSlug = 'demo';
/** Printed and in the README: the demo exists on loopback only. */
export const demoPassword = 'tributary-demo';
const owner: DemoSignIn = { role: 'OWNER', email: 'owner@demo.local' };
const others: readonly DemoSignIn[] = [
  { role: 'EDITOR', email: 'editor@demo.local' },
  { role: 'VIEWER', email: 'viewer@demo.local' },
];
export const demoSignIns: readonly DemoSignIn[] = [owner, ...others];

/** The accounts with their passwords, for the console to offer while they hold. */
export function publishedSignIns(): readonly {
  readonly email: string;
  readonly password: string;
  readonly workspace: string;
}[] {
  return demoSignIns.map(({ email }) => ({ email, password: demoPassword, workspace: demoSlug }));
}

/** What speaks before there is anybody to speak for. */
export const demoLoader: Principal = {
  kind: 'service',
  id: 'demo-workspace',
  workspaceId: noWorkspaceId,
  role: null,
  scopes: null,
};

/** Makes the demo accounts, workspace and memberships where they are missing; answers the owner, working in it. */
export async function ensureSignIns(graph: GraphClient, setUpToken: string | undefined): Promise<Principal> {
  for (const signIn of demoSignIns) await signUp(graph, signIn);
  const person = await signIn(graph, owner.email);
  await graph(
    `mutation ($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { __typename } }`,
    { input: { slug: demoSlug, name: 'Demo: airports and flights', setUpToken } },
    person,
  );
  const { switchWorkspace } = await graph<{ switchWorkspace: { workspaceId: string; role: Role } }>(
    `mutation ($slug: String!) { switchWorkspace(slug: $slug) { workspaceId role } }`,
    { slug: demoSlug },
    person,
  );
  const inDemo = { ...person, ...switchWorkspace };
  for (const { email, role } of others) {
    const { addMember } = await graph<{ addMember: { __typename: string } }>(
      `mutation ($input: AddMemberInput!) { addMember(input: $input) { __typename } }`,
      { input: { email, role } },
      inDemo,
    );
    // Invited is not a member yet: each account enters once, so that its later sign-ins land in the demo.
    if (addMember.__typename !== 'AlreadyMember') await signIn(graph, email, demoSlug);
  }
  return inDemo;
}

async function signUp(graph: GraphClient, { email, role }: DemoSignIn): Promise<void> {
  const { signUp: answer } = await graph<{ signUp: { __typename: string; message: string } }>(
    `mutation ($input: SignUpInput!) { signUp(input: $input) { __typename ... on SignUpAccepted { message } ... on Failure { message } } }`,
    { input: { email, password: demoPassword, name: `Demo ${role.toLowerCase()}` } },
    demoLoader,
  );
  if (answer.__typename !== 'SignUpAccepted')
    throw new Error(`The demo account ${email} was refused: ${answer.message}`);
}

interface SignedIn {
  readonly userId: string;
  readonly sessionId: string;
  readonly workspaceId: string;
  readonly role: Role | null;
}

async function signIn(graph: GraphClient, email: string, workspace?: string): Promise<Principal> {
  const { signIn: answer } = await graph<{ signIn: SignedIn | { readonly message: string } }>(
    `mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { userId sessionId workspaceId role } ... on Failure { message } } }`,
    { input: { email, password: demoPassword, workspace: workspace ?? null } },
    demoLoader,
  );
  if ('message' in answer) throw new Error(`The demo account ${email} cannot sign in: ${answer.message}`);
  const { userId, ...session } = answer;
  return { kind: 'user', id: userId, scopes: null, ...session };
}
