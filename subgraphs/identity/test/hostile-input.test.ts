import { composeSupergraph } from '@tributary/schema';
import { rounds } from '@tributary/test-kit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newOwner, refreshMutation, signInMutation, signUpMutation } from './people.ts';
import { gateway, runIdentity, stranger } from './running-identity.ts';

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '\u0000',
    '\ud800',
    "' OR 1=1 --",
    '__proto__',
    'constructor',
    '{"$ne":null}',
    '../..',
    'a'.repeat(5_000),
  ),
);

it('whatever text stands in an argument, the answer is a value or a code that says what is wrong, never INTERNAL', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const operations: readonly [string, (text: string) => Record<string, unknown>][] = [
    ['mutation ($t: String!) { switchWorkspace(slug: $t) { role } }', (t) => ({ t })],
    [
      'mutation ($t: String!) { createWorkspace(input: { slug: $t, name: $t }) { __typename } }',
      (t) => ({ t }),
    ],
    ['mutation ($t: ID!) { removeMember(userId: $t) { __typename } }', (t) => ({ t })],
    ['mutation ($t: ID!) { changeMemberRole(userId: $t, role: VIEWER) { __typename } }', (t) => ({ t })],
    ['mutation ($t: ID!) { revokeApiKey(id: $t) { id } }', (t) => ({ t })],
    [
      'mutation ($t: String!) { createApiKey(input: { name: $t, role: VIEWER, scopes: [$t] }) { secret } }',
      (t) => ({ t }),
    ],
    [
      'mutation ($t: String!) { createApiKey(input: { name: $t, role: VIEWER, scopes: ["data:read"] }) { secret } }',
      (t) => ({ t }),
    ],
    ['query ($t: Cursor) { members(after: $t) { nodes { role } } }', (t) => ({ t })],
    ['query ($t: Cursor) { auditLog(after: $t) { nodes { id } } }', (t) => ({ t })],
    [
      'query ($t: String) { auditLog(where: { subject: $t, actorId: $t, action: $t }) { nodes { id } } }',
      (t) => ({ t }),
    ],
    ['query ($t: DateTime) { auditLog(where: { from: $t }) { nodes { id } } }', (t) => ({ t })],
    [refreshMutation, (token) => ({ token })],
    [signUpMutation, (t) => ({ input: { email: `${t}@example.com`, name: t, password: t } })],
    [signInMutation, (t) => ({ input: { email: `${t}@example.com`, password: t, workspace: t } })],
  ];
  await fc.assert(
    fc.asyncProperty(nasty, fc.constantFrom(...operations), async (text, [operation, variables]) => {
      identity.clock.advance(3_600_000 / 4);
      const { codes } = await identity.ask(olga.principal, operation, variables(text));
      expect(codes).not.toContain('INTERNAL');
    }),
    { numRuns: rounds(50, 150) },
  );
  for (const slug of ['\u0000', '__proto__', 'x'.repeat(5_000)])
    expect(
      await identity.ask(gateway, 'query ($s: String!) { resolveWorkspace(slug: $s) { id } }', { s: slug }),
    ).toMatchObject({
      data: { resolveWorkspace: null },
      codes: [],
    });
});

it.each([
  ['turns the direction of what follows', '\u202e'],
  ['isolates a direction', '\u2066'],
  ['is not seen', '\u200b'],
])(
  'a character that %s is refused in names and addresses, because they would look like others',
  async (_what, hidden) => {
    await using identity = await runIdentity();
    const signUp = async (email: string, name: string) =>
      identity.ask(stranger, signUpMutation, { input: { email, name, password: 'correct horse battery' } });
    expect((await signUp('eve@example.com', `Eve${hidden}nimda`)).codes).toEqual(['BAD_USER_INPUT']);
    const { data } = await signUp(`eve${hidden}@example.com`, 'Eve');
    expect(data.signUp.__typename).toBe('InvalidEmail');
    const spelt = await signUp('nima@example.com', 'نیما می\u200cخواهد');
    expect(spelt.data.signUp.__typename).toBe('SignUpAccepted');
  },
);

it.each([0, -1, 101, 1_000_000])('a page of %d is refused', async (first) => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  for (const list of ['members', 'apiKeys', 'auditLog']) {
    const { codes } = await identity.ask(
      olga.principal,
      `query ($first: Int) { ${list}(first: $first) { pageInfo { hasNextPage } } }`,
      { first },
    );
    expect(codes).toEqual(['BAD_USER_INPUT']);
  }
});

it('a time that is no moment is refused wherever it stands', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const asked = 'query ($where: AuditWhere) { auditLog(where: $where) { nodes { id } } }';
  for (const moment of ['2026-02-30T00:00:00Z', '2026-12-01T00:00', '0000-01-01T00:00:00Z', 'yesterday'])
    for (const where of [{ from: moment }, { to: moment }])
      expect((await identity.ask(olga.principal, asked, { where })).codes, moment).toEqual([
        'BAD_USER_INPUT',
      ]);
});

it('roles, ids and times cannot be smuggled into an input', async () => {
  await using identity = await runIdentity();
  const input = { email: 'eve@example.com', name: 'Eve', password: 'correct horse battery' };
  for (const extra of ['role', 'id', 'workspaceId', 'createdAt', 'passwordHash']) {
    const { codes } = await identity.ask(stranger, signUpMutation, {
      input: { ...input, [extra]: 'OWNER' },
    });
    expect(codes).toEqual(['BAD_USER_INPUT']);
  }
});

it('the public graph has no trace of the operations that only the gateway may use', async () => {
  await using identity = await runIdentity();
  const { sdl } = identity.identity;
  const supergraph = composeSupergraph([{ name: 'identity', sdl }]);
  for (const name of ['verifyApiKey', 'resolveWorkspace', 'waitingRevocations', 'recordRefusals'])
    expect(supergraph).toMatch(new RegExp(`${name}\\(.*@inaccessible`));
  for (const name of [
    'type VerifiedApiKey',
    'type WaitingRevocation',
    'type ResolvedWorkspace',
    'input RefusalInput',
  ])
    expect(supergraph).toMatch(new RegExp(`${name}[^{]*@inaccessible`));
});
