import { newId } from '@tributary/runtime';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { sampleOf } from './sample-values.ts';

/** What the caller's own side of an operation names, in an argument or field of this name. */
export type Own = (name: string, field: string) => string;

/** A place in the arguments of a root field where a caller can name something that may be another tenant's. */
export interface IdProbe {
  /** `Mutation.updateFlightNote input.flight.flightKey`. */
  readonly place: string;
  /** The last name on the way: `flightKey`. */
  readonly name: string;
  readonly query: string;
  /** The variables with an id in that place; everything else that is needed is the caller's own. */
  variables(id: string, own: Own): Record<string, unknown>;
}

type Input = GraphQLArgument | GraphQLInputField;

const keyNames = /^(iata|flightKey|slug|principal|actorId|subject)$/;

/** A probe for every place that takes an id or a unique key, over all root fields of queries and mutations. */
export function idProbes(schema: GraphQLSchema): readonly IdProbe[] {
  return [schema.getQueryType(), schema.getMutationType()].flatMap((root) =>
    Object.values(root?.getFields() ?? {}).flatMap((field) =>
      field.args.flatMap((arg) =>
        slotsOf(arg, []).map((slot) =>
          probe(schema, { root: root?.name === 'Mutation' ? 'mutation' : 'query', field, slot }),
        ),
      ),
    ),
  );
}

function slotsOf(input: Input, way: readonly string[]): readonly (readonly string[])[] {
  const type = getNamedType(input.type);
  const here = [...way, input.name];
  // A unique value inside what is written is a value, not a reference; so is the id chosen for something new.
  const isWrittenValue = isWritten(way) && (input.name === 'id' || type.name === 'String');
  if (type.name === 'ID') return isWrittenValue ? [] : [here];
  if (type.name === 'String') return keyNames.test(input.name) && !isWrittenValue ? [here] : [];
  if (!isInputObjectType(type) || /^(and|or|not)$/.test(input.name)) return [];
  const within = Object.values(type.getFields());
  if (/Comparison$/.test(type.name))
    return type.name === 'IDComparison' ? within.map(({ name }) => [...here, name]) : [];
  return within.flatMap((field) => slotsOf(field, here));
}

function probe(
  schema: GraphQLSchema,
  { root, field, slot }: { root: string; field: GraphQLField<unknown, unknown>; slot: readonly string[] },
): IdProbe {
  const needed = field.args.filter((arg) => arg.name === slot[0] || isRequiredArgument(arg));
  const declared = needed.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const passed = needed.map(({ name }) => `${name}: $${name}`).join(', ');
  return {
    place: `${root} ${field.name} ${slot.join('.')}`,
    name: slot.at(-1) ?? '',
    query: `${root} (${declared}) { ${field.name}(${passed})${selection(schema, field.type, 3)} }`,
    variables: (id, own) =>
      Object.fromEntries(
        needed.map((arg) => [
          arg.name,
          filled(arg, { way: [], slot, id, own: (name) => own(name, field.name) }),
        ]),
      ),
  };
}

interface Filling {
  readonly way: readonly string[];
  readonly slot: readonly string[];
  readonly id: string;
  own(name: string): string;
}

function filled(input: Input, { way, slot, id, own }: Filling): unknown {
  const here = [...way, input.name];
  const wrap = (value: unknown): unknown => (hasList(input.type) ? [value] : value);
  if (here.join('.') === slot.join('.')) return wrap(id);
  const type = getNamedType(input.type);
  if (type.name === 'ID') return wrap(own(input.name));
  if (isEnumType(type)) return wrap(type.getValues()[0]?.name);
  if (!isInputObjectType(type)) return wrap(sampleOf(type.name));
  const leadsToSlot = (name: string): boolean => [...here, name].every((part, at) => part === slot[at]);
  // `flight` and `flightId` are two ways to say the same: one of them.
  const isOther = (name: string): boolean =>
    /Id$/.test(name) && !leadsToSlot(name.replace(/Id$/, '')) && isWritten(here);
  return wrap(
    Object.fromEntries(
      Object.values(type.getFields())
        .filter((field) => leadsToSlot(field.name) || isRequiredInputField(field) || isOther(field.name))
        .map((field) => [field.name, filled(field, { way: here, slot, id, own })]),
    ),
  );
}

const isWritten = (way: readonly string[]): boolean => way.length === 1 && way[0] === 'input';

function hasList(type: GraphQLInputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

/** All leaf fields, and those of objects below, without arguments. */
function selection(schema: GraphQLSchema, type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (!isCompositeType(named)) return '';
  if (!isObjectType(named)) {
    const members = schema.getPossibleTypes(named);
    return ` { __typename ${members.map((member) => `... on ${member.name} ${selection(schema, member, depth)}`).join(' ')} }`;
  }
  const fields = Object.values(named.getFields())
    .filter((field) => !field.args.some(isRequiredArgument) && field.name !== 'edges')
    .filter((field) => depth > 1 || !isCompositeType(getNamedType(field.type)))
    .map((field) => `${field.name}${selection(schema, field.type, depth - 1)}`);
  return ` { __typename ${fields.join(' ')} }`;
}

export const isUuid = (id: string): boolean => /^[0-9a-f-]{36}$/.test(id);

/** One of the same form that nothing has. */
export const absentFor = (id: string): string =>
  isUuid(id) ? newId() : id.replace(/[0-9a-f-]{36}$/, newId()).replace(/[0-9A-Za-z]{8}$/, '00000000');
