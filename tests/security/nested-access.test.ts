import { eventStream, eventually, type GraphAnswer, type GraphCaller } from '@tributary/test-kit';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { shownSchema, type Way, waysInto } from './minimal-calls.ts';
import { newWorkspace, type Workspace } from './newcomers.ts';
import { type Column, callersOf, isSkipped, type MatrixRow, readMatrix, roles } from './permission-matrix.ts';
import { makeTenantData, type TenantData } from './tenant-data.ts';

// Row 26 for fields that are no root fields: what a type, or a field of it, is for holds on every way there, and not at its entrance alone.
const { url } = inject('product');

const matrix = readMatrix();
const nested = matrix.filter(({ coordinate }) => !/^(Query|Mutation|Subscription)\./.test(coordinate));
const verdicts = new Map(matrix.map((row) => [row.coordinate, row.verdicts]));

let workspace: Workspace;
let data: TenantData;
let callers: Readonly<Record<Column, Ask>>;
let waysOf: (role: Column) => ReadonlyMap<string, readonly Way[]>;

type Ask = (query: string) => Promise<Pick<GraphAnswer<unknown>, 'data' | 'errors'>>;

beforeAll(async () => {
  workspace = await newWorkspace(url);
  data = await makeTenantData(workspace.owner.ask);
  const members: Readonly<Record<Column, GraphCaller>> = await callersOf(url, workspace);
  callers = { ...members, anonymous: strangerIn(workspace.slug) };
  const schema = await shownSchema(workspace.owner.ask);
  waysOf = (role) =>
    waysInto(schema, (coordinate) => verdicts.get(coordinate)?.[role] !== '–' && !isSkipped(coordinate));
});

/** Without an account, looking at what a workspace shows to everybody. */
function strangerIn(slug: string): Ask {
  return async (query) => {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'tributary-workspace': slug },
      body: JSON.stringify({ query }),
    });
    const { data: shown, errors = [] } = (await answer.json()) as GraphAnswer<unknown>;
    return { data: shown, errors };
  };
}

const isAsked = ({ root }: Way): boolean => !root.startsWith('Subscription.');

async function refusals(role: Column, { text }: Way): Promise<readonly unknown[]> {
  const { errors } = await callers[role](text);
  const codes = errors.map(({ extensions }) => extensions['code']);
  return codes.filter((code) => code === 'FORBIDDEN' || code === 'UNAUTHENTICATED');
}

describe('a ruled field below the roots', () => {
  test('can be reached by an owner, whichever it is, so that what is said of it is about something', () => {
    const ways = waysOf('OWNER');
    const closed = nested.filter(({ coordinate }) => !ways.has(coordinate));
    expect(closed.map(({ coordinate }) => coordinate)).toEqual([]);
  });

  test.each(roles)(
    'is open to %s on the shortest way, when the matrix says so',
    async (role) => {
      const ways = waysOf(role);
      const open = nested.filter((row) => row.verdicts[role] !== '–' && ways.has(row.coordinate));
      expect(open.length).toBeGreaterThan(10);
      for (const { coordinate } of open) {
        const way = (ways.get(coordinate) ?? []).filter(isAsked)[0];
        if (way !== undefined) expect([way.text, await refusals(role, way)]).toEqual([way.text, []]);
      }
    },
    60_000,
  );

  test.each(roles)(
    'that is closed to %s is refused on every way that leads to something, or has none that is open',
    async (role) => {
      const ways = waysOf(role);
      const closed = nested.filter((row) => row.verdicts[role] === '–');
      for (const row of closed)
        await expectRefused(role, row, (ways.get(row.coordinate) ?? []).filter(isAsked));
    },
    60_000,
  );

  /** A stranger sees the public part of a workspace, in which there is something. */
  const shownToStrangers = /^(Airport|Flight)\./;

  async function expectRefused(role: Column, { coordinate }: MatrixRow, ways: readonly Way[]): Promise<void> {
    let refused = 0;
    for (const way of ways) {
      const { data: shown } = await callers[role](way.text);
      // Never a value: null, or nothing at all.
      expect([way.text, JSON.stringify(shown ?? null)]).toEqual([
        way.text,
        expect.not.stringMatching(/"judged":(?!null)/),
      ]);
      refused += (await refusals(role, way)).length > 0 ? 1 : 0;
    }
    if (role === 'anonymous' && shownToStrangers.test(coordinate))
      expect([coordinate, refused]).not.toEqual([coordinate, 0]);
  }

  test('of a change is refused in the change itself: a stranger sees what happened, and not who did it', async () => {
    const query = 'subscription { airportChanged { id changedBy airport { name createdBy } } }';
    const headers = { 'tributary-workspace': workspace.slug };
    await using stream = await eventStream(url, { query, headers });
    await eventually(async () => {
      const { errors } = await workspace.owner.ask(
        `mutation ($id: ID!, $name: String) { updateAirport(id: $id, input: { name: $name }) { id } }`,
        { id: data.airport, name: `Field ${performance.now()}` },
      );
      expect(errors).toEqual([]);
      expect(stream.events).not.toEqual([]);
    });
    const told = JSON.parse(stream.events[0]?.data ?? '{}') as GraphAnswer<unknown>;
    expect(told.data).toEqual({
      airportChanged: {
        id: data.airport,
        changedBy: null,
        airport: { name: expect.any(String), createdBy: null },
      },
    });
    const refused = told.errors.map(({ path, extensions }) => [path?.join('.'), extensions['code']]);
    expect(refused.sort()).toEqual([
      ['airportChanged.airport.createdBy', 'UNAUTHENTICATED'],
      ['airportChanged.changedBy', 'UNAUTHENTICATED'],
    ]);
  });
});
