import { startKeyRotation } from '@tributary/identity';
import { createLogger } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { intact, recordUpdated } from './audited.ts';
import { newMember, newOwner, newPerson, type Person, signInMutation } from './people.ts';
import { gateway, type RunningIdentity, runIdentity, stranger } from './running-identity.ts';

const silent = createLogger({ name: 'test', level: 'silent' });

const logQuery = `query ($where: AuditWhere, $first: Int, $after: Cursor) { auditLog(where: $where, first: $first, after: $after) {
  nodes { id action subject details actor { kind id user { name email } } } pageInfo { hasNextPage endCursor } } }`;

const entries = async (identity: RunningIdentity, by: Person, variables: Record<string, unknown> = {}) =>
  (await identity.ask(by.principal, logQuery, { first: 100, ...variables })).data.auditLog.nodes;

it('the owner sees who changed what, by name, with the fields that changed and none of their values', async () => {
  await using identity = await runIdentity();
  const { eventLog, relay } = await identity.audited();
  const olga = await newOwner(identity);
  const ed = await newMember(identity, olga, { name: 'ed', role: 'EDITOR' });
  await eventLog.append('data.record', [recordUpdated(identity, ed)]);
  await relay();
  const [entry] = await eventually(async () => {
    const found = await entries(identity, olga, { where: { subject: 'Airport/a1' } });
    expect(found).toHaveLength(1);
    return found;
  });
  expect(entry).toMatchObject({
    action: 'data.record.updated',
    details: { model: 'Airport', id: 'a1', version: 2, changed: ['name'] },
    actor: { kind: 'USER', id: ed.userId, user: { name: 'ed', email: ed.email } },
  });
  const { rows } = await identity.relational.query<{ text: string }>(
    `SELECT string_agg(e::text, '') AS text FROM identity.audit_entry e`,
  );
  expect(rows[0]?.text).not.toContain('canary');
});

it('who left keeps the name in the audit log of the workspace they were in, without the address, and nowhere else', async () => {
  await using identity = await runIdentity();
  const { eventLog, relay } = await identity.audited();
  const olga = await newOwner(identity);
  const ed = await newMember(identity, olga, { name: 'ed', role: 'EDITOR' });
  const otto = await newOwner(identity, 'otto', 'other');
  const remove = 'mutation ($u: ID!) { removeMember(userId: $u) { __typename } }';
  await identity.ask(olga.principal, remove, { u: ed.userId });
  // An event of another workspace that names the same actor gives that workspace no name.
  await eventLog.append('data.record', [recordUpdated(identity, { ...otto, userId: ed.userId })]);
  const usersOf = async (by: Person) => {
    await relay();
    const found = await entries(identity, by, { where: { actorId: ed.userId } });
    expect(found).not.toEqual([]);
    return found.map(({ actor }: { actor: { user: unknown } }) => actor.user);
  };
  const seen = await eventually(() => usersOf(olga));
  expect(new Set(seen.map((user: unknown) => JSON.stringify(user)))).toEqual(
    new Set([JSON.stringify({ name: 'ed', email: null })]),
  );
  expect(new Set(await eventually(() => usersOf(otto)))).toEqual(new Set([null]));
  const user = await identity.ask(olga.principal, 'query ($id: ID!) { user(id: $id) { name } }', {
    id: ed.userId,
  });
  expect(user.data.user).toBeNull();
});

it('an event that arrives twice is one entry, and the chain holds', async () => {
  await using identity = await runIdentity();
  const { eventLog, relay } = await identity.audited();
  const olga = await newOwner(identity);
  await relay();
  const event = recordUpdated(identity, olga);
  await eventLog.append('data.record', [event]);
  await eventLog.append('data.record', [{ ...event }, recordUpdated(identity, olga)]);
  await eventually(async () =>
    expect(await entries(identity, olga, { where: { subject: 'Airport/a1' } })).toHaveLength(2),
  );
  expect((await intact(identity, olga)).intact).toBe(true);
});

it('the log is read in pages, the latest first, and filtered by actor, action and time', async () => {
  await using identity = await runIdentity();
  const { relay } = await identity.audited();
  const olga = await newOwner(identity);
  await newMember(identity, olga, { name: 'vera', role: 'VIEWER' });
  const { workspaceId } = olga.principal;
  const written = (await identity.events()).filter(({ event }) => event.workspaceid === workspaceId);
  await relay();
  const everything = await eventually(async () => {
    const found = await entries(identity, olga);
    expect(found.map(({ action }: { action: string }) => action)).toContain('identity.member.added');
    expect(found).toHaveLength(written.length);
    return found;
  });
  const paged: unknown[] = [];
  let after: string | null = null;
  do {
    const { data } = await identity.ask(olga.principal, logQuery, { first: 2, after });
    paged.push(...data.auditLog.nodes);
    after = data.auditLog.pageInfo.hasNextPage ? data.auditLog.pageInfo.endCursor : null;
  } while (after !== null);
  expect(paged).toEqual(everything);
  const byActor = await entries(identity, olga, {
    where: { actorId: olga.userId, action: 'identity.member.added' },
  });
  expect(byActor).toHaveLength(1);
  expect(await entries(identity, olga, { where: { to: '2020-01-01T00:00:00Z' } })).toEqual([]);
  for (const where of [{ from: 'yesterday' }, { subject: null }, { actorId: olga.userId, to: null }])
    expect((await identity.ask(olga.principal, logQuery, { where })).codes).toEqual(['BAD_USER_INPUT']);
});

it('refusals of the gateway and of this subgraph are in the log, a repeated one once', async () => {
  await using identity = await runIdentity();
  const { relay } = await identity.audited();
  const olga = await newOwner(identity);
  const vera = await newMember(identity, olga, { name: 'vera', role: 'VIEWER' });
  const refusal = {
    workspaceId: vera.principal.workspaceId,
    coordinate: 'Mutation.updateAirport',
    code: 'FORBIDDEN',
    principalKind: 'user',
    principalId: vera.userId,
  };
  const record = 'mutation ($input: [RefusalInput!]!) { recordRefusals(input: $input) }';
  expect((await identity.ask(gateway, record, { input: [refusal, refusal] })).data.recordRefusals).toBe(2);
  expect((await identity.ask(vera.principal, record, { input: [refusal] })).codes).toEqual(['FORBIDDEN']);
  expect((await identity.ask(vera.principal, logQuery)).codes).toEqual(['FORBIDDEN']);
  const refused = await eventually(async () => {
    await relay();
    const found = await entries(identity, olga, { where: { action: 'identity.refusal.recorded' } });
    expect(found).toHaveLength(3);
    return found;
  });
  const coordinates = refused.map(({ details }: { details: { coordinate: string } }) => details.coordinate);
  expect(coordinates.sort()).toEqual(['Mutation.recordRefusals', 'Mutation.updateAirport', 'Query.auditLog']);
});

it('refusals that cannot be written are not taken, and are in the log once they are sent again', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const refusal = {
    workspaceId: olga.principal.workspaceId,
    coordinate: 'Mutation.updateAirport',
    code: 'FORBIDDEN',
    principalKind: 'user',
    principalId: olga.userId,
  };
  const record = () =>
    identity.ask(gateway, 'mutation ($input: [RefusalInput!]!) { recordRefusals(input: $input) }', {
      input: [refusal, refusal],
    });
  const recorded = async () =>
    (await identity.events()).filter(({ event }) => event.type === 'identity.refusal.recorded');
  await identity.relational.query('ALTER TABLE outbox.event RENAME TO away');
  expect((await record()).data).toBeNull();
  await identity.relational.query('ALTER TABLE outbox.away RENAME TO event');
  expect((await record()).data.recordRefusals).toBe(2);
  expect(await recorded()).toHaveLength(1);
});

it('failed sign-ins are in the log of the workspaces of the account: the first, the tenth, and none for each guess', async () => {
  await using identity = await runIdentity();
  const { relay } = await identity.audited();
  const olga = await newOwner(identity);
  const vera = await newMember(identity, olga, { name: 'vera', role: 'VIEWER' });
  const otto = await newOwner(identity, 'otto', 'other');
  const guess = async (email: string, n: number) =>
    (
      await identity.ask(
        stranger,
        signInMutation,
        { input: { email, password: `guess number ${n}` } },
        `203.0.113.${n}`,
      )
    ).data.signIn;
  const failed = { __typename: 'SignInFailed', message: expect.any(String) };
  for (let n = 1; n <= 12; n += 1) expect(await guess(vera.email, n)).toEqual(failed);
  expect(await guess('nobody@example.com', 1)).toEqual(failed);
  const where = { action: 'identity.session.refused' };
  const found = await eventually(async () => {
    await relay();
    const all = await entries(identity, olga, { where });
    expect(all).toHaveLength(2);
    return all;
  });
  const details = found.map((entry: { details: { failures: number } }) => entry.details);
  expect(details).toEqual([
    { userId: vera.userId, failures: 10 },
    { userId: vera.userId, failures: 1 },
  ]);
  expect(found[0]).toMatchObject({ subject: `User/${vera.userId}`, actor: { kind: 'ANONYMOUS' } });
  expect(await entries(identity, otto, { where })).toEqual([]);
});

it('a workspace sees its own log and nothing of another', async () => {
  await using identity = await runIdentity();
  const { relay } = await identity.audited();
  const olga = await newOwner(identity);
  const otto = await newOwner(identity, 'otto', 'other');
  await newPerson(identity, 'anna');
  await relay();
  const subjects = await eventually(async () => {
    const found = await entries(identity, otto);
    expect(found.length).toBeGreaterThanOrEqual(3);
    return found.map(({ subject }: { subject: string }) => subject);
  });
  expect(subjects).not.toContain(`Workspace/${olga.principal.workspaceId}`);
  expect(subjects).not.toContain(`Member/${olga.userId}`);
});

it("the operator's owner sees each rotation of the signing keys, by whom or by age, and which key retired", async () => {
  await using identity = await runIdentity();
  const { relay } = await identity.audited();
  const olga = await newOwner(identity);
  identity.clock.advance(10 * 60_000);
  const { activeKeyId, retiredKeyId } = (
    await identity.ask(olga.principal, 'mutation { rotateSigningKey { activeKeyId retiredKeyId } }')
  ).data.rotateSigningKey;
  identity.clock.advance(91 * 86_400_000);
  const { relational, clock, settings } = identity;
  await (await startKeyRotation({ relational, clock, log: silent, ...settings }))[Symbol.asyncDispose]();
  const { keys } = await identity.keySet();
  await relay();
  const found = await eventually(async () => {
    const all: { action: string }[] = await entries(identity, olga);
    const turns = all.filter(({ action }) => action.startsWith('identity.signing_key.'));
    expect(turns).toHaveLength(4);
    return turns;
  });
  const rotated = found.filter(({ action }) => action.endsWith('.rotated'));
  const byHand = { keyId: activeKeyId, previousKeyId: retiredKeyId, reason: 'BY_HAND' };
  expect(rotated).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        subject: `SigningKey/${activeKeyId}`,
        details: byHand,
        actor: expect.objectContaining({ kind: 'USER', id: olga.userId }),
      }),
      expect.objectContaining({
        details: expect.objectContaining({ previousKeyId: activeKeyId, reason: 'AGE' }),
        actor: expect.objectContaining({ kind: 'SERVICE', id: 'key-rotation' }),
      }),
    ]),
  );
  const retired = found.filter(({ action }) => action.endsWith('.retired'));
  expect(retired).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ details: { keyId: retiredKeyId, reason: 'BY_HAND' } }),
      expect.objectContaining({ details: { keyId: activeKeyId, reason: 'AGE' } }),
    ]),
  );
  expect(JSON.stringify(found)).not.toContain(String(keys[0]?.x));
});
