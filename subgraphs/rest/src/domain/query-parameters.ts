import { CodedError } from '@tributary/runtime';
import {
  GraphQLBoolean,
  GraphQLFloat,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInt,
  type GraphQLLeafType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
} from 'graphql';
import { firstFault, parseJsonBody } from './json-body.ts';

/** A parameter as a route declares it, with its type looked up in the schema. */
export interface TypedParameter {
  readonly name: string;
  readonly variable: string;
  readonly at: readonly string[];
  readonly type: GraphQLInputType;
  readonly required: boolean;
}

/** The parameters of a query string, in order; names repeat. @throws CodedError BAD_REQUEST for bytes that are no UTF-8. */
export function queryParameters(query: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decoded(at < 0 ? pair : pair.slice(0, at));
    found.set(name, [...(found.get(name) ?? []), at < 0 ? '' : decoded(pair.slice(at + 1))]);
  }
  return found;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new CodedError('BAD_REQUEST', 'The query string is not percent-encoded UTF-8.', { cause });
  }
}

/**
 * Turns texts into the variables of an operation.
 * @throws CodedError BAD_USER_INPUT naming the parameter (`details.parameter`) that is unknown, missing, repeated or of the wrong type.
 */
export function variablesFrom(
  given: ReadonlyMap<string, readonly string[]>,
  declared: readonly TypedParameter[],
): Record<string, unknown> {
  const known = new Set(declared.map(({ name }) => name));
  for (const name of given.keys()) {
    if (!known.has(name)) throw wrong(name, `There is no parameter ${shown(name)} here.`);
  }
  const variables: Record<string, unknown> = Object.create(null);
  for (const parameter of declared) {
    const { name, type, required } = parameter;
    const values = given.get(name);
    if (values !== undefined) place(variables, parameter, coerced(name, values, type));
    else if (required) throw wrong(name, `The parameter ${shown(name)} is required.`);
  }
  return variables;
}

/** Puts a value where its parameter says. The places come from our own operation files, never from a client. */
function place(
  variables: Record<string, unknown>,
  { name, variable, at }: TypedParameter,
  value: unknown,
): void {
  const steps = [variable, ...at];
  let inside = variables;
  for (const step of steps.slice(0, -1)) {
    if (!Object.hasOwn(inside, step)) inside[step] = {};
    else if (inside[step] === null)
      throw wrong(name, `The parameter ${shown(name)} says what another parameter says already.`);
    inside = inside[step] as Record<string, unknown>;
  }
  const last = steps.at(-1) ?? variable;
  // A parameter that takes the whole object stands before those that fill its places.
  if (Object.hasOwn(inside, last))
    throw wrong(name, `The parameter ${shown(name)} says what another parameter says already.`);
  inside[last] = value;
}

function coerced(name: string, values: readonly string[], type: GraphQLInputType): unknown {
  const nullable = getNullableType(type);
  const order = sortFields(nullable);
  if (order !== undefined) return sortOrder(name, values, order);
  if (isInputObjectType(nullable)) return inputObject(name, values, nullable);
  if (isListType(nullable)) return values.map((value) => coerced(name, [value], nullable.ofType));
  const [value = ''] = values;
  if (values.length > 1) throw wrong(name, `The parameter ${shown(name)} may be given once.`);
  if (!isLeafType(nullable))
    throw new CodedError('INTERNAL', `The parameter ${name} has a type that no text can hold.`);
  return leaf(name, value, nullable);
}

/** JSON text, checked here: the places of other parameters are inside of it. */
function inputObject(name: string, values: readonly string[], type: GraphQLInputObjectType): unknown {
  const [text = ''] = values;
  if (values.length > 1) throw wrong(name, `The parameter ${shown(name)} may be given once.`);
  const value = json(name, text);
  if (value === null) throw wrong(name, `The parameter ${shown(name)} must be an object.`);
  const fault = firstFault(value, type);
  if (fault !== undefined)
    throw wrong(name, `The parameter ${shown(name)} is wrong at "${fault.pointer}": ${fault.detail}`);
  return value;
}

/** The fields of a sort order: a list of input objects whose every field is a direction. */
export function sortFields(type: GraphQLInputType): readonly string[] | undefined {
  const entry = isListType(type) ? getNullableType(type.ofType) : undefined;
  if (!isInputObjectType(entry)) return undefined;
  const fields = Object.values(entry.getFields());
  return fields.every((field) => getNullableType(field.type).toString() === 'SortDirection')
    ? fields.map(({ name }) => name)
    : undefined;
}

/** `name,-city`: by name, then by city downwards. */
function sortOrder(
  name: string,
  values: readonly string[],
  fields: readonly string[],
): readonly Readonly<Record<string, string>>[] {
  if (values.length > 1) throw wrong(name, `The parameter ${shown(name)} may be given once.`);
  return (values[0] ?? '').split(',').map((term) => {
    const field = term.replace(/^-/, '');
    if (!fields.includes(field))
      throw wrong(
        name,
        `The parameter ${shown(name)} takes ${fields.join(', ')}, each with - before it for descending.`,
      );
    return { [field]: term === field ? 'ASC' : 'DESC' };
  });
}

function leaf(name: string, value: string, type: GraphQLLeafType): unknown {
  if (value.includes('\0')) throw wrong(name, `The parameter ${shown(name)} holds a NUL character.`);
  if (isEnumType(type)) {
    const names = type.getValues().map((member) => member.name);
    if (!names.includes(value))
      throw wrong(name, `The parameter ${shown(name)} must be one of ${names.join(', ')}.`);
    return value;
  }
  if (type.name === GraphQLBoolean.name) {
    if (value !== 'true' && value !== 'false')
      throw wrong(name, `The parameter ${shown(name)} must be true or false.`);
    return value === 'true';
  }
  if (type.name === GraphQLInt.name) {
    const number = Number(value);
    if (!/^(?:0|-?[1-9]\d{0,9})$/.test(value) || (number | 0) !== number)
      throw wrong(name, `The parameter ${shown(name)} must be a whole number of 32 bits.`);
    return number;
  }
  if (type.name === GraphQLFloat.name) {
    const number = Number(value);
    if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value) || !Number.isFinite(number))
      throw wrong(name, `The parameter ${shown(name)} must be a number.`);
    return number;
  }
  return type.name === jsonScalar ? json(name, value) : value;
}

/** A parameter of this type, or of an input object, holds JSON text: `?where={"origin":"DEN"}`. */
export const jsonScalar = 'JSON';

function json(name: string, text: string): unknown {
  try {
    return parseJsonBody(new TextEncoder().encode(text));
  } catch (cause) {
    throw wrong(name, `The parameter ${shown(name)} must be JSON that every reader reads alike.`, cause);
  }
}

/** A name from outside, short enough for a message. */
function shown(name: string): string {
  return JSON.stringify(name.slice(0, 64));
}

function wrong(name: string, message: string, cause?: unknown): CodedError {
  return new CodedError('BAD_USER_INPUT', message, { cause, details: { parameter: name.slice(0, 64) } });
}
