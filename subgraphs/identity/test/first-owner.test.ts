import { openSetUp } from '@tributary/identity';
import { expect, it } from 'vitest';
import { goodPassword, newOwner, newPerson, signInAs, signUpMutation } from './people.ts';
import { type RunningIdentity, runIdentity, stranger } from './running-identity.ts';

const create =
  'mutation ($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { __typename ... on Failure { message } } }';

async function claim(
  identity: RunningIdentity,
  person: Awaited<ReturnType<typeof newPerson>>,
  setUpToken: unknown,
) {
  const input = { slug: 'acme', name: 'Operators', setUpToken };
  return (await identity.ask(person.principal, create, { input })).data.createWorkspace;
}

it('nobody becomes an owner of the installation without its set-up token', async () => {
  await using identity = await runIdentity();
  const mallory = await newPerson(identity, 'mallory');
  const sealingKey = Buffer.alloc(32, 9).toString('base64');
  const ofAnother = await openSetUp({ ...identity, sealingKey, operatorWorkspace: 'acme' });
  for (const token of [undefined, null, '', 'setup_', ofAnother, `${identity.setUpToken} `])
    expect(await claim(identity, mallory, token)).toEqual({
      __typename: 'SetUpNeeded',
      message: expect.stringContaining('set-up token'),
    });
  expect((await signInAs(identity, mallory.email)).principal.role).toBeNull();
});

it('who shows the token owns the installation, once: afterwards it opens nothing', async () => {
  await using identity = await runIdentity();
  const olga = await newPerson(identity, 'olga');
  const mallory = await newPerson(identity, 'mallory');
  expect((await claim(identity, olga, identity.setUpToken)).__typename).toBe('WorkspaceCreated');
  expect((await signInAs(identity, olga.email)).principal.role).toBe('OWNER');
  expect((await claim(identity, mallory, identity.setUpToken)).__typename).toBe('SlugTaken');
  expect(await openSetUp({ ...identity, ...identity.settings })).toBeUndefined();
});

it('of two who show the token at the same moment one becomes the owner', async () => {
  await using identity = await runIdentity();
  const people = [await newPerson(identity, 'olga'), await newPerson(identity, 'otto')];
  const answers = await Promise.all(people.map((person) => claim(identity, person, identity.setUpToken)));
  expect(answers.map(({ __typename }) => __typename).sort()).toEqual(['SlugTaken', 'WorkspaceCreated']);
});

it('where sign-up is closed the token opens it for the first owner, and for nobody after', async () => {
  await using identity = await runIdentity({ signUpOpen: false });
  const signUp = async (name: string, setUpToken: unknown) => {
    const input = { email: `${name}@example.com`, password: goodPassword, name, setUpToken };
    return (await identity.ask(stranger, signUpMutation, { input })).data.signUp.__typename;
  };
  expect(await signUp('mallory', 'setup_guess')).toBe('SignUpClosed');
  expect(await signUp('olga', identity.setUpToken)).toBe('SignUpAccepted');
  const olga = await signInAs(identity, 'olga@example.com');
  expect((await claim(identity, olga, identity.setUpToken)).__typename).toBe('WorkspaceCreated');
  expect(await signUp('late', identity.setUpToken)).toBe('SignUpClosed');
});

it('other workspaces are made without it', async () => {
  await using identity = await runIdentity();
  expect((await newOwner(identity, 'otto', 'other')).principal.role).toBe('OWNER');
});
