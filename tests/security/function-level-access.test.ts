import type { GraphCaller } from '@tributary/test-kit';
import { graphCaller, subscribing } from '@tributary/test-kit';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { minimalCalls, shownSchema } from './minimal-calls.ts';
import { newApiKey, newcomer, newWorkspace, type Workspace } from './newcomers.ts';
import { type Column, callersOf, isSkipped, readMatrix, roles } from './permission-matrix.ts';

// Row 26: the reviewed matrix in docs/permissions.md is what the running product does, field by field and role by role.
const { url } = inject('product');

const matrix = readMatrix();
const roots = matrix.filter(({ coordinate }) => /^(Query|Mutation)\./.test(coordinate));
const subscriptions = matrix.filter(({ coordinate }) => coordinate.startsWith('Subscription.'));

let workspace: Workspace;
let callers: Readonly<Record<Column, GraphCaller>>;
/** Minimal calls by coordinate. */
let calls: ReadonlyMap<string, string>;

beforeAll(async () => {
  workspace = await newWorkspace(url);
  callers = await callersOf(url, workspace);
  calls = minimalCalls(await shownSchema(workspace.owner.ask));
});

async function refusal(ask: GraphCaller, coordinate: string): Promise<string | undefined> {
  const { errors } = await ask(calls.get(coordinate) ?? '');
  const field = coordinate.split('.')[1];
  const own = errors.find(({ path }) => path?.[0] === field || path === undefined);
  const { code } = own?.extensions ?? {};
  return code === 'FORBIDDEN' || code === 'UNAUTHENTICATED' ? code : undefined;
}

describe('every root field', () => {
  test('is in the reviewed matrix, and the matrix names no field that strangers cannot even see', () => {
    const rows = [...roots, ...subscriptions];
    const services = rows.filter(({ verdicts }) => Object.values(verdicts).every((each) => each === '–'));
    const open = rows.filter((row) => !services.includes(row)).map(({ coordinate }) => coordinate);
    expect([...calls.keys()].sort()).toEqual(open.sort());
  });

  test.each(roles)(
    'is open or closed to %s as the matrix says',
    async (role) => {
      const ask = callers[role];
      for (const { coordinate, verdicts } of roots) {
        if (!calls.has(coordinate) || (verdicts[role] !== '–' && isSkipped(coordinate))) continue;
        const told = { coordinate, role, refused: await refusal(ask, coordinate) };
        const closed = role === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
        if (verdicts[role] === '–') expect(told).toEqual({ ...told, refused: closed });
        else expect(told).toEqual({ ...told, refused: undefined });
      }
    },
    60_000,
  );

  test('is closed to a member of nothing, unless it is for whoever is signed in', async () => {
    const { ask } = await newcomer(url);
    for (const { coordinate, verdicts } of roots) {
      if (verdicts['VIEWER'] === 'yes' || !calls.has(coordinate)) continue;
      expect([coordinate, await refusal(ask, coordinate)]).toEqual([coordinate, 'FORBIDDEN']);
    }
  }, 60_000);

  test('is closed to a key without its scope, whatever the role of the key', async () => {
    const { authorization } = await newApiKey(workspace, 'OWNER', ['events:read']);
    const ask = graphCaller(url, authorization);
    for (const { coordinate, scope } of roots) {
      if (scope === '' || !calls.has(coordinate)) continue;
      expect([coordinate, await refusal(ask, coordinate)]).toEqual([coordinate, 'FORBIDDEN']);
    }
  }, 60_000);
});

test.each(roles)('every subscription is open or closed to %s as the matrix says', async (role) => {
  const { authorization } = callers[role];
  const judged = subscriptions.map(async ({ coordinate, verdicts }) => {
    const query = calls.get(coordinate) ?? '';
    // Resolves when it is accepted as well as when it is refused.
    await using subscribed = await subscribing(url, { query, authorization });
    const told = JSON.stringify(subscribed.troubles);
    const refused = /UNAUTHENTICATED|FORBIDDEN/.exec(told)?.[0];
    const closed = role === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
    expect([coordinate, refused]).toEqual([coordinate, verdicts[role] === '–' ? closed : undefined]);
  });
  await Promise.all(judged);
  expect(judged.length).toBeGreaterThanOrEqual(10);
});

test('a right is not gained by asking twice in one operation: nothing of a mutation happens when one field is refused', async () => {
  const viewer = callers.VIEWER;
  const slug = `w-${Date.now().toString(36)}`;
  const { errors } = await viewer(
    `mutation { createWorkspace(input: { slug: "${slug}", name: "x" }) { __typename }
      deleteAirport(id: "01938f6e-5b1c-7c3a-9d52-3f6b0c1f2a10") { id } }`,
  );
  expect(errors.map(({ extensions }) => extensions['code'])).toContain('FORBIDDEN');
  const { errors: none } = await viewer(`mutation { switchWorkspace(slug: "${slug}") { workspaceId } }`);
  expect(none[0]?.extensions['code']).toBe('NOT_FOUND');
});

test('a role that is claimed in a request counts for nothing', async () => {
  const { authorization = '' } = callers.VIEWER;
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization,
      'x-role': 'OWNER',
      'x-user-role': 'OWNER',
      'x-user-id': workspace.owner.userId,
      'x-workspace-id': workspace.id,
    },
    body: JSON.stringify({ query: `{ viewer { id role } }`, extensions: { role: 'OWNER' } }),
  });
  const { data } = (await response.json()) as { data: { viewer: { id: string; role: string } } };
  expect(data.viewer.role).toBe('VIEWER');
  expect(data.viewer.id).not.toBe(workspace.owner.userId);
});
