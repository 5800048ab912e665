import { atNight } from '@tributary/test-kit';
import {
  buildClientSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  type IntrospectionQuery,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { newWorkspace, type Workspace } from './newcomers.ts';

// Row 66: text that PostgreSQL and UTF-8 have no form for, in every place of every root field that takes text.
const { url } = inject('product');

type Input = GraphQLArgument | GraphQLInputField;

interface Probe {
  /** `Query.files where.name.contains`. */
  readonly place: string;
  readonly query: string;
  readonly variables: (text: string) => Readonly<Record<string, unknown>>;
}

let owner: Workspace['owner'];
let probes: readonly Probe[];

beforeAll(async () => {
  ({ owner } = await newWorkspace(url));
  const { data } = await owner.ask<IntrospectionQuery>(getIntrospectionQuery());
  probes = probesOf(buildClientSchema(data));
});

describe('every place that takes text', () => {
  // One place is asked with one of both, at night (`NIGHTLY=1`, .ci/nightly) with both.
  test.each([
    ['U+0000', 'a\0b', 0],
    ['half a surrogate pair', 'a\ud800b', 1],
  ])(
    'refuses %s as the fault of who sent it',
    async (_name, text, turn) => {
      const asked = probes.filter((_, at) => atNight || at % 2 === turn);
      expect(asked.length).toBeGreaterThan(100);
      for (const { place, query, variables } of asked) {
        const { errors } = await owner.ask(query, variables(text));
        const codes = errors.map(({ extensions }) => extensions['code']);
        expect({ place, codes }).toEqual({
          place,
          codes: codes.filter((code) => refusals.has(String(code))),
        });
      }
    },
    60_000,
  );
});

/** What is told of the text or, where another check comes first, of whom or what it was sent for. Never INTERNAL. */
const refusals = new Set(['BAD_USER_INPUT', 'CURSOR_INVALID', 'FORBIDDEN', 'UNAUTHENTICATED', 'NOT_FOUND']);

function probesOf(schema: GraphQLSchema): readonly Probe[] {
  return [schema.getQueryType(), schema.getMutationType()].flatMap((root) =>
    Object.values(root?.getFields() ?? {}).flatMap((field) =>
      field.args.flatMap((arg) =>
        slotsOf(arg, []).map((slot) =>
          probeOf(root?.name === 'Mutation' ? 'mutation' : 'query', field, slot),
        ),
      ),
    ),
  );
}

/** `and`, `or`, `not` lead to the same fields once more. */
function slotsOf(input: Input, way: readonly string[]): readonly (readonly string[])[] {
  const type = getNamedType(input.type);
  const here = [...way, input.name];
  if (['String', 'ID', 'Cursor', 'JSON'].includes(type.name)) return [here];
  if (!isInputObjectType(type) || /^(and|or|not)$/.test(input.name) || way.length > 3) return [];
  return Object.values(type.getFields()).flatMap((field) => slotsOf(field, here));
}

function probeOf(kind: string, field: GraphQLField<unknown, unknown>, slot: readonly string[]): Probe {
  const needed = field.args.filter((arg) => arg.name === slot[0] || isRequiredArgument(arg));
  const declared = needed.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const passed = needed.map(({ name }) => `${name}: $${name}`).join(', ');
  const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
  return {
    place: `${kind} ${field.name} ${slot.join('.')}`,
    query: `${kind} (${declared}) { ${field.name}(${passed})${selection} }`,
    variables: (text) => Object.fromEntries(needed.map((arg) => [arg.name, filled(arg, [], { slot, text })])),
  };
}

const samples: Readonly<Record<string, unknown>> = {
  String: 'x',
  ID: '01938f6e-5b1c-7c3a-9d52-3f6b0c1f2a10',
  Int: 1,
  Float: 1.5,
  Boolean: true,
  DateTime: '2026-01-01T00:00:00Z',
  JSON: {},
  Base64: 'AAA=',
};

function filled(
  input: Input,
  way: readonly string[],
  bad: { readonly slot: readonly string[]; readonly text: string },
): unknown {
  const here = [...way, input.name];
  const bare = isNonNullType(input.type) ? input.type.ofType : input.type;
  const wrap = (value: unknown): unknown => (isListType(bare) ? [value] : value);
  if (here.join('.') === bad.slot.join('.')) return wrap(bad.text);
  const type = getNamedType(input.type);
  if (isEnumType(type)) return wrap(type.getValues()[0]?.name);
  if (!isInputObjectType(type)) return wrap(samples[type.name]);
  const leadsToSlot = (name: string): boolean => [...here, name].every((part, at) => part === bad.slot[at]);
  const fields = Object.values(type.getFields()).filter(
    (field) => leadsToSlot(field.name) || isRequiredInputField(field),
  );
  return wrap(Object.fromEntries(fields.map((field) => [field.name, filled(field, here, bad)])));
}
