import { expect, it } from 'vitest';
import { newMember, newOwner } from './people.ts';
import { runIdentity, stranger } from './running-identity.ts';

const entities = `query ($r: [_Any!]!) { _entities(representations: $r) { __typename
  ... on User { id name email } ... on Workspace { id slug } } }`;

it('a user is entered by id by those who share a workspace, and is absent for everybody else', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const vera = await newMember(identity, olga, { name: 'vera', role: 'VIEWER' });
  const otto = await newOwner(identity, 'otto', 'other');
  const r = [olga, vera, otto].map(({ userId }) => ({ __typename: 'User', id: userId }));
  const names = async (by: typeof olga) =>
    (await identity.ask(by.principal, entities, { r })).data._entities.map(
      (user: { name: string } | null) => user?.name ?? null,
    );
  expect(await names(olga)).toEqual(['olga', 'vera', null]);
  expect(await names(vera)).toEqual(['olga', 'vera', null]);
  expect(await names(otto)).toEqual([null, null, 'otto']);
  expect((await identity.ask(stranger, entities, { r })).codes).toContain('UNAUTHENTICATED');
});

it('addresses are for admins and for oneself', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const vera = await newMember(identity, olga, { name: 'vera', role: 'VIEWER' });
  const r = [olga, vera].map(({ userId }) => ({ __typename: 'User', id: userId }));
  const emails = async (by: typeof olga) =>
    (await identity.ask(by.principal, entities, { r })).data._entities.map(
      (user: { email: string | null }) => user.email,
    );
  expect(await emails(olga)).toEqual([olga.email, vera.email]);
  expect(await emails(vera)).toEqual([null, vera.email]);
});

it('a workspace is entered by its members; forged keys and injected values give nothing', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const otto = await newOwner(identity, 'otto', 'other');
  const r = [
    { __typename: 'Workspace', id: olga.principal.workspaceId, slug: 'forged', name: 'forged' },
    { __typename: 'Workspace', id: otto.principal.workspaceId },
    { __typename: 'Workspace', id: `x' OR true --` },
    { __typename: 'Workspace', id: { toString: 'x' } },
    { __typename: 'Workspace', id: null },
  ];
  const { data } = await identity.ask(olga.principal, entities, { r });
  expect(data._entities).toEqual([
    { __typename: 'Workspace', id: olga.principal.workspaceId, slug: 'acme' },
    null,
    null,
    null,
    null,
  ]);
});

it('a hundred users are one statement', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const r = Array.from({ length: 100 }, () => ({ __typename: 'User', id: olga.userId }));
  const statements: unknown[] = [];
  const { pool } = identity.relational;
  pool.on('acquire', () => statements.push(1));
  await identity.ask(olga.principal, entities, { r });
  expect(statements).toHaveLength(1);
});
