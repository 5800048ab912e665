import { CodedError } from '@tributary/runtime';
import {
  type ArgumentNode,
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type ObjectFieldNode,
  type ObjectValueNode,
  type ValueNode,
} from 'graphql';
import type { CallContext } from './call.ts';
import { isStorableText } from './scalars/json.ts';

type Arguments = Readonly<Record<string, unknown>>;

/**
 * Puts before every field what all subgraphs ask of its arguments, in place: text that can be stored, and conditions that are there.
 * Fields in `ownTextChecks` (`Mutation.createAirports`) refuse such text by themselves, item by item. Representations come from subgraphs and are no
 * arguments of anybody. To be called before the shield is put round the fields: who may not ask is told that, and nothing else.
 */
export function checkArgumentsOf(schema: GraphQLSchema, ownTextChecks: ReadonlySet<string>): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.args.length === 0 || field.name === '_entities') continue;
      const checksText = !ownTextChecks.has(`${type.name}.${field.name}`);
      field.resolve = checking(field.resolve ?? defaultFieldResolver, checksText);
    }
  }
}

function checking(
  resolve: GraphQLFieldResolver<unknown, CallContext>,
  checksText: boolean,
): GraphQLFieldResolver<unknown, CallContext> {
  return (parent, args: Arguments, context, info) => {
    refuseLostConditions(info.fieldNodes[0]?.arguments ?? [], info.variableValues);
    if (checksText) refuseUnstorableText(args);
    return resolve(parent, args, context, info);
  };
}

/** The place of what is looked at: `where`, `job`, `eq`. One list serves a whole walk, and a refusal leaves it pointing at the fault. */
type Place = string[];

/**
 * Lists that were looked at. A variable is one object in every field that takes it, and in every row such a field stands under: a long one would be
 * walked a hundred times.
 */
const storableLists = new WeakSet<object>();

/** For a field that checks its texts by itself: after something that is refused at less cost. @throws CodedError BAD_USER_INPUT naming the place of the first text that PostgreSQL or UTF-8 has no form for. */
export function refuseUnstorableText(args: Arguments): void {
  const place: Place = [];
  if (isStorable(args, place)) return;
  const argument = place.join('.');
  throw new CodedError('BAD_USER_INPUT', `${argument} holds U+0000 or half a surrogate pair.`, {
    details: { argument },
  });
}

function isStorable(value: unknown, place: Place): boolean {
  if (typeof value === 'string') return isStorableText(value);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return true;
  if (storableLists.has(value)) return true;
  for (const [key, inner] of Object.entries(value)) {
    // A fault is told by its place, which must not carry it on.
    if (!isStorableText(key)) return false;
    place.push(key);
    if (!isStorable(inner, place)) return false;
    place.pop();
  }
  if (Array.isArray(value)) storableLists.add(value);
  return true;
}

/**
 * GraphQL leaves out a field of an input object whose variable was not given (October 2021, §3.10), and with it the condition that was
 * written: the answer would be wider than it reads. A `where` that is one variable as a whole may be left out, as any argument.
 * @throws CodedError BAD_USER_INPUT naming the variable.
 */
function refuseLostConditions(parts: readonly Part[], variables: Arguments): void {
  for (const { name, value } of parts) {
    if (value.kind === Kind.VARIABLE) continue;
    if (name.value !== 'where') {
      for (const object of objectsIn(value)) refuseLostConditions(object.fields, variables);
      continue;
    }
    const lost = lostVariable(value, variables);
    if (lost === undefined) continue;
    const message = `where names $${lost}, which was not given; give it, or leave its condition out.`;
    throw new CodedError('BAD_USER_INPUT', message, { details: { argument: 'where', variable: lost } });
  }
}

type Part = ArgumentNode | ObjectFieldNode;

function objectsIn(value: ValueNode): readonly ObjectValueNode[] {
  if (value.kind === Kind.OBJECT) return [value];
  return value.kind === Kind.LIST ? value.values.flatMap(objectsIn) : [];
}

function lostVariable(value: ValueNode, variables: Arguments): string | undefined {
  if (value.kind === Kind.VARIABLE)
    return Object.hasOwn(variables, value.name.value) ? undefined : value.name.value;
  for (const inner of partsOf(value)) {
    const lost = lostVariable(inner, variables);
    if (lost !== undefined) return lost;
  }
  return undefined;
}

function partsOf(value: ValueNode): readonly ValueNode[] {
  if (value.kind === Kind.LIST) return value.values;
  return value.kind === Kind.OBJECT ? value.fields.map((field) => field.value) : [];
}
