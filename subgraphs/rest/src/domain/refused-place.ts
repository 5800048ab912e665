import { CodedError } from '@tributary/runtime';
import { getNullableType, isInputObjectType, isListType } from 'graphql';
import type { BoundRoute } from './bound-route.ts';
import { pointerTo } from './json-body.ts';

/** Where in an operation's variables something is wrong, in the graph's words, and what. */
interface Refused {
  readonly steps: readonly string[];
  readonly detail: string;
}

/**
 * A refusal of what was sent, in the words of the request: which parameter is wrong, or which place in the body. The graph knows
 * variables and arguments, and a partner has never seen either. One that names neither stays as it is.
 */
export function inRequestWords(
  error: CodedError,
  bound: BoundRoute,
  variables: Readonly<Record<string, unknown>>,
): CodedError {
  const { argument, field, errors } = error.details;
  if (error.code !== 'BAD_USER_INPUT' || errors !== undefined) return error;
  const variable = refusedVariable(error.message);
  const named = typeof argument === 'string' ? argument : field;
  if (variable === undefined && typeof named !== 'string') return error;
  const { steps, detail } = variable ?? { steps: String(named).split('.'), detail: error.message };
  const parameter = bound.parameters.find(
    ({ variable: own, at }) =>
      [own, ...at].join('.') === steps.filter((step) => !/^\d+$/.test(step)).join('.'),
  );
  if (parameter !== undefined) {
    const { name } = parameter;
    const message = `The parameter "${name}" is wrong: ${detail}${lostPlus(valueAt(variables, steps))}`;
    return refusal(error, variable === undefined ? error.message : message, { parameter: name });
  }
  const pointer = bodyPointer(bound, steps, variable === undefined && argument === undefined);
  if (pointer === undefined) return error;
  const where = pointer === '' ? 'The body' : `The body at ${pointer}`;
  return refusal(error, variable === undefined ? error.message : `${where} is wrong: ${detail}`, {
    ...(variable === undefined ? {} : { parameter: 'body' }),
    errors: [{ pointer, detail: detail.slice(0, 256) }],
  });
}

/**
 * What graphql-js says of a variable: `Variable "$from" got invalid value "x" at "where.from"; A DateTime is …`. The value is in quotes
 * and its own quotes are escaped, so that no text can pretend to be a place.
 */
function refusedVariable(message: string): Refused | undefined {
  const end = message.lastIndexOf('; ');
  const [, variable] = /^Variable "\$(\w+)" got invalid value /.exec(message) ?? [];
  if (variable === undefined || end < 0) return undefined;
  const place = / at "([\w.[\]]+)"$/.exec(message.slice(0, end))?.[1] ?? variable;
  return { steps: place.split(/[.[\]]+/).filter((step) => step !== ''), detail: message.slice(end + 2) };
}

/** In a query + is a space (as forms have it): whoever meant a plus is told how it is written. */
function lostPlus(value: unknown): string {
  return typeof value === 'string' && value.includes(' ')
    ? ' There is a space in it, as which + is read: write + as %2B.'
    : '';
}

function valueAt(variables: Readonly<Record<string, unknown>>, steps: readonly string[]): unknown {
  return steps.reduce<unknown>(
    (inside, step) =>
      typeof inside === 'object' && inside !== null && Object.hasOwn(inside, step)
        ? Reflect.get(inside, step)
        : undefined,
    variables,
  );
}

/** The place in the body; undefined when it is in none of it. A `field` of an input is always in the body, as the graph has it. */
function bodyPointer(
  { operation, bodyType }: BoundRoute,
  steps: readonly string[],
  isField: boolean,
): string | undefined {
  if (bodyType === undefined) return undefined;
  const [first = '', ...rest] = steps;
  const type = getNullableType(bodyType);
  if (isField || (isInputObjectType(type) && Object.hasOwn(type.getFields(), first))) return pointerTo(steps);
  return first === operation.route.body && (rest.length > 0 || isListType(type))
    ? pointerTo(rest)
    : undefined;
}

function refusal(error: CodedError, message: string, details: Readonly<Record<string, unknown>>): CodedError {
  return new CodedError(error.code, message.slice(0, 400), {
    cause: error,
    details: { ...error.details, ...details },
  });
}
