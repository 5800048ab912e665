import { readFileSync } from 'node:fs';
import { type GraphCaller, graphCaller } from '@tributary/test-kit';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { newApiKey, newcomer, newMember, newWorkspace, type Workspace } from './newcomers.ts';

// Row 26: the reviewed matrix in docs/permissions.md is what the running product does, field by field and role by role.
const { url } = inject('product');

interface MatrixRow {
  readonly coordinate: string;
  /** By column: `yes`, `own` or `–`. */
  readonly verdicts: Readonly<Record<string, string>>;
  readonly scope: string;
}

const matrix = readMatrix();
const roots = matrix.filter(({ coordinate }) => /^(Query|Mutation)\./.test(coordinate));

let workspace: Workspace;
let callers: Readonly<Record<string, GraphCaller>>;
/** Minimal calls by coordinate, from introspection. */
let calls: ReadonlyMap<string, string>;

beforeAll(async () => {
  workspace = await newWorkspace(url);
  const member = async (role: 'VIEWER' | 'EDITOR' | 'ADMIN'): Promise<GraphCaller> =>
    (await newMember(url, workspace, role)).ask;
  callers = {
    anonymous: graphCaller(url),
    VIEWER: await member('VIEWER'),
    EDITOR: await member('EDITOR'),
    ADMIN: await member('ADMIN'),
    OWNER: workspace.owner.ask,
  };
  calls = await minimalCalls(workspace.owner.ask);
});

/** Calls that end what the other calls of this file stand on. */
const selfEnding = /^Mutation\.(signOut|signOutEverywhere|switchWorkspace)$/;
/** Narrower than their row: members remove themselves only, keys and pipelines of the installation are its operators'. */
const narrowed = /^(Mutation\.(removeMember|rotateSigningKey)|.*\.\w*[pP]ipelines?)$/;

const skipped = (coordinate: string): boolean => selfEnding.test(coordinate) || narrowed.test(coordinate);

async function refusal(ask: GraphCaller, coordinate: string): Promise<string | undefined> {
  const { errors } = await ask(calls.get(coordinate) ?? '');
  const field = coordinate.split('.')[1];
  const own = errors.find(({ path }) => path?.[0] === field || path === undefined);
  const { code } = own?.extensions ?? {};
  return code === 'FORBIDDEN' || code === 'UNAUTHENTICATED' ? code : undefined;
}

describe('every root field', () => {
  test('is in the reviewed matrix, and the matrix names no field that strangers cannot even see', () => {
    const services = roots.filter(({ verdicts }) => Object.values(verdicts).every((each) => each === '–'));
    const open = roots.filter((row) => !services.includes(row)).map(({ coordinate }) => coordinate);
    expect([...calls.keys()].sort()).toEqual(open.sort());
  });

  test.each(['anonymous', 'VIEWER', 'EDITOR', 'ADMIN', 'OWNER'])(
    'is open or closed to %s as the matrix says',
    async (role) => {
      const ask = callers[role] ?? graphCaller(url);
      for (const { coordinate, verdicts } of roots) {
        if (!calls.has(coordinate) || (verdicts[role] !== '–' && skipped(coordinate))) continue;
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

test('a right is not gained by asking twice in one operation: nothing of a mutation happens when one field is refused', async () => {
  const viewer = callers['VIEWER'] ?? graphCaller(url);
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
  const { authorization = '' } = callers['VIEWER'] ?? graphCaller(url);
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

function readMatrix(): readonly MatrixRow[] {
  const text = readFileSync(new URL('../../docs/permissions.md', import.meta.url), 'utf8');
  return text.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, coordinate = '', anonymous = '', VIEWER = '', EDITOR = '', ADMIN = '', OWNER = '', scope = ''] =
      cells;
    if (!/^\w+\.\w+$/.test(coordinate)) return [];
    return [{ coordinate, verdicts: { anonymous, VIEWER, EDITOR, ADMIN, OWNER }, scope }];
  });
}

interface IntrospectedType {
  readonly kind: string;
  readonly name: string | null;
  readonly ofType: IntrospectedType | null;
}

const argumentsText = `name args { name type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }
  type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

async function minimalCalls(ask: GraphCaller): Promise<ReadonlyMap<string, string>> {
  interface Field {
    readonly name: string;
    readonly type: IntrospectedType;
    readonly args: readonly { readonly name: string; readonly type: IntrospectedType }[];
  }
  const { data } = await ask<{
    __schema: { queryType: { fields: Field[] }; mutationType: { fields: Field[] }; types: InputType[] };
  }>(`{ __schema { queryType { fields { ${argumentsText} } } mutationType { fields { ${argumentsText} } }
      types { name enumValues { name } inputFields { name type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }`);
  const { queryType, mutationType, types } = data.__schema;
  const literal = literals(types);
  const call = ({ name, args, type }: Field): string => {
    const needed = args.filter((arg) => arg.type.kind === 'NON_NULL');
    const passed = needed.map((arg) => `${arg.name}: ${literal(arg.type)}`).join(', ');
    const isLeaf = /^(SCALAR|ENUM)$/.test(named(type).kind);
    return `${name}${passed === '' ? '' : `(${passed})`}${isLeaf ? '' : ' { __typename }'}`;
  };
  return new Map([
    ...queryType.fields.map((field) => [`Query.${field.name}`, `{ ${call(field)} }`] as const),
    ...mutationType.fields.map((field) => [`Mutation.${field.name}`, `mutation { ${call(field)} }`] as const),
  ]);
}

interface InputType {
  readonly name: string;
  readonly enumValues: readonly { readonly name: string }[] | null;
  readonly inputFields: readonly { readonly name: string; readonly type: IntrospectedType }[] | null;
}

function named(type: IntrospectedType): IntrospectedType {
  return type.ofType === null || type.ofType === undefined ? type : named(type.ofType);
}

/** Literals that fit their type and are too small to do anything: an absent id, an empty text. */
function literals(types: readonly InputType[]): (type: IntrospectedType) => string {
  const scalars: Readonly<Record<string, string>> = {
    ID: '"01938f6e-5b1c-7c3a-9d52-3f6b0c1f2a10"',
    Int: '1',
    Float: '1.5',
    Boolean: 'false',
    DateTime: '"2026-01-01T00:00:00Z"',
    Base64: '"AAA="',
    JSON: '{}',
  };
  const literal = (type: IntrospectedType): string => {
    if (type.kind === 'LIST') return type.ofType === null ? '[]' : `[${literal(type.ofType)}]`;
    if (type.kind === 'NON_NULL') return type.ofType === null ? 'null' : literal(type.ofType);
    const known = types.find(({ name }) => name === type.name);
    if (known?.inputFields) {
      const needed = known.inputFields.filter((field) => field.type.kind === 'NON_NULL');
      return `{ ${needed.map((field) => `${field.name}: ${literal(field.type)}`).join(', ')} }`;
    }
    return known?.enumValues?.[0]?.name ?? scalars[type.name ?? ''] ?? '"x"';
  };
  return literal;
}
