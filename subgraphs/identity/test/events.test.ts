import { createEvent } from '@tributary/engines/event-log/event';
import type { Principal } from '@tributary/subgraph-kit';
import { expect, it } from 'vitest';
import { newMember, newOwner } from './people.ts';
import { type RunningIdentity, runIdentity, stranger } from './running-identity.ts';

const subscription = `subscription ($topic: String!, $types: [String!], $subject: String) {
  events(topic: $topic, types: $types, subject: $subject) { id topic type subject time details cursor actor { kind user { name } } } }`;

function changed(identity: RunningIdentity, by: { readonly userId: string; readonly principal: Principal }) {
  return createEvent({
    type: 'data.record.updated',
    source: '/subgraphs/data',
    subject: 'Airport/a1',
    workspaceId: by.principal.workspaceId,
    actor: { kind: 'user', id: by.userId },
    clock: identity.clock,
    data: {
      model: 'Airport',
      id: 'a1',
      version: 2,
      before: { name: 'canary' },
      after: { name: 'canary 2' },
      changed: ['name'],
    },
  });
}

async function told(
  identity: RunningIdentity,
  as: Principal,
  {
    event,
    ...variables
  }: { readonly event?: ReturnType<typeof changed>; readonly types?: string[]; readonly subject?: string },
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
  const event = changed(identity, olga);
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
  const event = changed(identity, olga);
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
  const event = changed(identity, olga);
  expect((await told(identity, otto.principal, { event })).event).toBeNull();
  expect((await told(identity, ed.principal, { event })).codes).toEqual(['FORBIDDEN']);
  expect((await told(identity, ed.principal, {})).codes).toEqual(['FORBIDDEN']);
  expect((await told(identity, stranger, {})).codes).toEqual(['UNAUTHENTICATED']);
});

it('offers sign-ins to strangers where this is a demo, and nowhere else', async () => {
  const ask = '{ demoSignIns { email password role } }';
  await using ordinary = await runIdentity();
  expect((await ordinary.ask(stranger, ask)).data).toEqual({ demoSignIns: [] });
  const account = { email: 'owner@demo.local', password: 'published', role: 'OWNER' } as const;
  await using demo = await runIdentity({ demoSignIns: [account] });
  expect((await demo.ask(stranger, ask)).data).toEqual({ demoSignIns: [account] });
});
