import type { Principal } from '@tributary/subgraph-kit';
import { expect, it } from 'vitest';
import { recordUpdated } from './audited.ts';
import { changePasswordMutation, goodPassword, newMember, newOwner } from './people.ts';
import { type RunningIdentity, runIdentity, stranger } from './running-identity.ts';

const subscription = `subscription ($topic: String!, $types: [String!], $subject: String) {
  events(topic: $topic, types: $types, subject: $subject) { id topic type subject time details cursor actor { kind user { name } } } }`;

async function told(
  identity: RunningIdentity,
  as: Principal,
  {
    event,
    ...variables
  }: {
    readonly event?: ReturnType<typeof recordUpdated>;
    readonly types?: string[];
    readonly subject?: string;
  },
) {
  const assertion = await identity.minter.mint(as);
  const { data, errors = [] } = await identity.identity.execute({
    query: subscription,
    variables: { topic: 'data.record', ...variables },
    assertion,
    requestId: 'r',
    stream: event && { event, cursor: 'a cursor' },
  });
  const answer = JSON.stringify(data ?? null);
  return {
    event: JSON.parse(answer)?.events,
    text: answer,
    codes: errors.map(({ extensions }) => extensions['code']),
  };
}

it('tells of an event who changed which fields of what, and none of their values', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const event = recordUpdated(identity, olga);
  const answer = await told(identity, olga.principal, { event });
  expect(answer.event).toMatchObject({
    id: event.id,
    topic: 'data.record',
    type: 'data.record.updated',
    subject: 'Airport/a1',
    cursor: 'a cursor',
    details: { model: 'Airport', id: 'a1', version: 2, changed: ['name'] },
    actor: { kind: 'USER', user: { name: 'olga' } },
  });
  expect(answer.text).not.toContain('canary');
});

it('tells only what was asked for: by type, by subject, or by how the subject begins', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const event = recordUpdated(identity, olga);
  const isTold = async (filter: { types?: string[]; subject?: string }) =>
    (await told(identity, olga.principal, { event, ...filter })).event !== null;
  expect(await isTold({ types: ['data.record.updated'] })).toBe(true);
  expect(await isTold({ types: ['data.record.deleted'] })).toBe(false);
  expect(await isTold({ subject: 'Airport/a1' })).toBe(true);
  expect(await isTold({ subject: 'Airport/*' })).toBe(true);
  expect(await isTold({ subject: 'Airport/a' })).toBe(false);
  expect(await isTold({ subject: 'Flight/*' })).toBe(false);
});

it('tells nobody of another workspace, and below admin nobody at all', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const otto = await newOwner(identity, 'otto', 'other');
  const ed = await newMember(identity, olga, { name: 'ed', role: 'EDITOR' });
  const event = recordUpdated(identity, olga);
  expect((await told(identity, otto.principal, { event })).event).toBeNull();
  expect((await told(identity, ed.principal, { event })).codes).toEqual(['FORBIDDEN']);
  expect((await told(identity, ed.principal, {})).codes).toEqual(['FORBIDDEN']);
  expect((await told(identity, stranger, {})).codes).toEqual(['UNAUTHENTICATED']);
});

it('offers published sign-ins to strangers where this is a demo, as long as they hold', async () => {
  const ask = '{ demoSignIns { email password role } }';
  const published = (name: string) => ({
    email: `${name}@example.com`,
    password: goodPassword,
    workspace: 'acme',
  });
  const demoSignIns = ['olga', 'ed', 'vera', 'nobody'].map(published);
  await using identity = await runIdentity({ demoSignIns });
  const offered = async () =>
    (await identity.ask(stranger, ask)).data.demoSignIns.map(
      ({ email, role }: { email: string; role: string }) => `${email} ${role}`,
    );
  expect(await offered()).toEqual([]);
  const olga = await newOwner(identity);
  const ed = await newMember(identity, olga, { name: 'ed', role: 'EDITOR' });
  const vera = await newMember(identity, olga, { name: 'vera', role: 'VIEWER' });
  expect(await offered()).toEqual([
    'olga@example.com OWNER',
    'ed@example.com EDITOR',
    'vera@example.com VIEWER',
  ]);
  await identity.ask(ed.principal, changePasswordMutation, {
    input: { currentPassword: goodPassword, newPassword: 'quite another one' },
  });
  const remove = 'mutation ($id: ID!) { removeMember(userId: $id) { __typename } }';
  await identity.ask(olga.principal, remove, { id: vera.userId });
  expect(await offered()).toEqual(['olga@example.com OWNER']);
  const ordinary = await identity.startedAgain({ demoSignIns: [] });
  expect((await ordinary.ask(stranger, ask)).data).toEqual({ demoSignIns: [] });
});
