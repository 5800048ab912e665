import { mkdtemp, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoPassword } from '@tributary/demo-workspace';
import { applyMigrations } from '@tributary/prisma';
import { Closing, createLogger } from '@tributary/runtime';
import { assertionHeader, noWorkspaceId, type Principal } from '@tributary/subgraph-kit';
import { freshDatabase } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { banner } from '../src/banner.ts';
import { type DemoAccess, startDemo } from '../src/start-demo.ts';
import { startProduct } from '../src/start-product.ts';
import type { Started } from '../src/started.ts';
import { productConfig } from './product-config.ts';

const closing = new Closing();
const said: string[] = [];
let started: Started;
let dataDir: string;
let loaded: DemoAccess | undefined;

const nobody: Principal = {
  kind: 'anonymous',
  id: 'anonymous',
  workspaceId: noWorkspaceId,
  role: null,
  scopes: null,
};

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tributary-demo-'));
  closing.defer('folder', () => rm(dataDir, { recursive: true, force: true }));
  const { url } = closing.use('database', await freshDatabase());
  const log = createLogger({ name: 'test', level: 'silent' });
  // Everything that is in the way of clients: operations that are not listed, a small budget, no sign-up.
  const config = productConfig({
    dataDir,
    databaseUrl: url,
    demo: true,
    operations: 'listed',
    requestsPerMinute: 5,
    signUpOpen: false,
  });
  started = await startProduct(config, { log, closing, keepFolder: () => undefined });
  loaded = await nextStart();
}, 240_000);
afterAll(() => closing[Symbol.asyncDispose]());

/** What a start does about the demo once it serves. */
async function nextStart(different: { readonly demoAsked?: boolean } = {}): Promise<DemoAccess | undefined> {
  const config = productConfig({ dataDir, demo: true, ...different });
  return startDemo(started, {
    config,
    signal: closing.signal,
    say: (sentence) => void said.push(sentence),
  });
}

async function ask<Data>(query: string, variables: object = {}, principal = nobody): Promise<Data> {
  const assertion = await started.minter.mint(principal);
  const response = await fetch(`${started.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [assertionHeader]: assertion },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
  if (data === undefined || data === null || errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

async function signedIn(email: string): Promise<Principal> {
  const { signIn } = await ask<{ signIn: { userId: string } & Omit<Principal, 'id' | 'kind' | 'scopes'> }>(
    'mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { userId sessionId workspaceId role } } }',
    { input: { email, password: demoPassword } },
  );
  const { userId, ...session } = signIn;
  return { kind: 'user', id: userId, scopes: null, ...session };
}

test('the demo loads whole where operations are listed, the budget is small and sign-up is closed', () => {
  expect(said).toEqual([]);
  expect(loaded).toMatchObject({
    signIns: [{ role: 'OWNER' }, { role: 'EDITOR' }, { role: 'VIEWER' }],
    partnerKey: expect.stringMatching(/^trb_/),
    loaded: { airports: 3_376, flights: 20_000 },
  });
});

test('what the owner changes and takes away stays so at the next start, which signs in as nobody', async () => {
  const owner = await signedIn('owner@demo.local');
  const viewer = await signedIn('viewer@demo.local');
  const change = 'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }';
  await ask(
    change,
    { input: { currentPassword: demoPassword, newPassword: 'a password of her own' } },
    owner,
  );
  await ask('mutation ($id: ID!) { removeMember(userId: $id) { __typename } }', { id: viewer.id }, owner);
  const first = '{ flights(first: 1) { nodes { id } totalCount } }';
  const { flights } = await ask<{ flights: { nodes: { id: string }[] } }>(first, {}, owner);
  const gone = { id: flights.nodes[0]?.id };
  await ask('mutation ($id: ID!) { deleteFlight(id: $id) { __typename } }', gone, owner);
  const sessions = async () =>
    (await started.relational.query('SELECT id FROM identity.session')).rows.length;
  const before = await sessions();

  const access = await nextStart();

  expect(said).toEqual([]);
  expect(access).toEqual({
    signIns: [{ email: 'editor@demo.local', password: demoPassword, role: 'EDITOR' }],
    partnerKey: loaded?.partnerKey,
    loaded: undefined,
  });
  expect(await sessions()).toBe(before);
  expect(await ask(first, {}, owner)).toMatchObject({ flights: { totalCount: 19_999 } });
  const { members } = await ask<{ members: { nodes: object[] } }>(
    '{ members { nodes { role } } }',
    {},
    owner,
  );
  expect(members.nodes).toEqual([{ role: 'OWNER' }, { role: 'EDITOR' }]);
});

test('the start block names only what opens: no password that was changed, no key that was revoked', async () => {
  const owner = { ...(await ownerNow()) };
  const { apiKeys } = await ask<{ apiKeys: { nodes: { id: string }[] } }>(
    '{ apiKeys { nodes { id } } }',
    {},
    owner,
  );
  for (const { id } of apiKeys.nodes)
    await ask('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id }, owner);
  const demo = await nextStart();
  const block = banner({ url: started.url, dataDir, databaseDir: undefined, demo, setUp: undefined });
  expect(block).toContain('editor@demo.local');
  for (const closed of ['owner@demo.local', 'viewer@demo.local', 'trb_']) expect(block).not.toContain(closed);
});

/** Her password is another one by now. */
async function ownerNow(): Promise<Principal> {
  const { rows } = await started.relational.query<{ id: string; workspaceId: string }>(
    `SELECT user_id AS id, workspace_id AS "workspaceId" FROM identity.member WHERE role = 'OWNER'`,
  );
  const [found] = rows;
  if (found === undefined) throw new Error('there is no owner');
  return { ...nobody, ...found, kind: 'user', role: 'OWNER' };
}

test('a load that was cut short and cannot be completed is told with the way out, and stops nothing', async () => {
  onTestFinished(() => void said.splice(0));
  await writeFile(join(dataDir, 'demo.json'), '{}');
  expect(await nextStart()).toBeUndefined();
  expect(said).toEqual([
    expect.stringMatching(/^The demo is not loaded, and everything else works: .*cannot sign in.* DEMO=off /),
  ]);
});

test('an installation with people of its own never gets the demo, and is told so when it asks', async () => {
  const service: Principal = { ...nobody, kind: 'service', id: 'test' };
  const anna = { email: 'anna@example.com', password: 'a password of her own', name: 'Anna' };
  const signUp = 'mutation ($input: SignUpInput!) { signUp(input: $input) { __typename } }';
  await ask(signUp, { input: anna }, service);
  expect(await nextStart()).toBeUndefined();
  await unlink(join(dataDir, 'demo.json'));
  expect(await nextStart()).toBeUndefined();
  expect(said).toEqual([]);
  expect(await nextStart({ demoAsked: true })).toBeUndefined();
  expect(said).toEqual([expect.stringMatching(/^DEMO=on changes nothing here: /)]);
  expect(await readdir(dataDir)).not.toContain('demo.json');
});

test('a workspace that somebody made by the recipe for first owners is left alone', async () => {
  await using relational = await freshDatabase();
  await applyMigrations(relational.pool);
  await relational.query(
    `INSERT INTO identity.workspace (id, slug, name, created_at) VALUES (gen_random_uuid(), 'demo', 'Ours', now())`,
  );
  const folder = await mkdtemp(join(tmpdir(), 'tributary-demo-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const config = productConfig({ dataDir: folder, demo: true });
  const start = { config, signal: closing.signal, say: (sentence: string) => void said.push(sentence) };
  expect(await startDemo({ ...started, relational }, start)).toBeUndefined();
  expect(await readdir(folder)).toEqual([]);
});
