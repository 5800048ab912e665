import { CodedError, exactJson } from '@tributary/runtime';
import {
  coerceInputValue,
  type GraphQLInputField,
  type GraphQLInputType,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { brokenBound } from './broken-bound.ts';

export const maxBodyBytes = 1_048_576;
/** Deeper than any model nests, shallow enough for every recursive reader behind us. */
const maxDepth = 32;
/** As many as the gateway takes in the variables of one operation: what it would refuse is not looked at any closer. */
const maxValues = 25_000;
const maxFaults = 20;

/** Whether the graph judges the values of a field by itself, item by item. */
export type JudgedBelow = (field: GraphQLInputField | undefined) => boolean;
const nowhere: JudgedBelow = () => false;

/** One thing wrong with a body: where (RFC 6901 pointer) and what. */
export interface BodyFault {
  readonly pointer: string;
  readonly detail: string;
}

/**
 * Parses a JSON body.
 * @throws CodedError PAYLOAD_TOO_LARGE above 1 MiB or 25,000 values; BAD_REQUEST for what is no JSON; BAD_USER_INPUT for names that reach into
 * prototypes or stand twice in one object, numbers that a double does not hold, and nesting beyond 32 levels.
 */
export function parseJsonBody(body: Uint8Array): unknown {
  if (body.byteLength > maxBodyBytes) {
    throw new CodedError('PAYLOAD_TOO_LARGE', `A body may have ${maxBodyBytes} bytes at most.`, {
      details: { limitBytes: maxBodyBytes },
    });
  }
  const value = read(body);
  refuseHostile(value);
  return value;
}

function read(body: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new CodedError('BAD_REQUEST', 'The body is not JSON in UTF-8.', { cause });
  }
  const found = exactJson(text);
  if ('value' in found) return found.value;
  const { fault, cause, pointer } = found;
  if (cause !== undefined) throw new CodedError('BAD_REQUEST', 'The body is not JSON in UTF-8.', { cause });
  if (pointer === undefined) throw hostile(`The body ${fault}.`);
  throw new CodedError('BAD_USER_INPUT', `The body at ${pointer} is wrong: this field is given twice.`, {
    details: { parameter: 'body', errors: [{ pointer, detail: 'This field is given twice.' }] },
  });
}

/** Walks with a list of its own: the call stack must not be the limit on nesting. */
function refuseHostile(root: unknown): void {
  const pending = [{ value: root, depth: 1 }];
  let values = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > maxDepth) throw hostile(`The body nests deeper than ${maxDepth} levels.`);
    const entries = Object.entries(value);
    values += entries.length;
    if (values > maxValues)
      throw new CodedError('PAYLOAD_TOO_LARGE', `A body may hold ${maxValues} values at most.`, {
        details: { limit: maxValues },
      });
    for (const [key, item] of entries) {
      if (key === '__proto__' || key === 'constructor' || key === 'prototype')
        throw hostile(`A field may not be called ${key}.`);
      pending.push({ value: item, depth: depth + 1 });
    }
  }
}

function hostile(message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', message, { details: { parameter: 'body' } });
}

/**
 * Checks a body against the input type of the operation and hands it on as it was sent (the graph coerces it again).
 * @throws CodedError BAD_USER_INPUT whose `details.errors` lists each fault with its pointer; unknown fields and broken bounds are faults.
 * It looks for no more than 20, and `details.moreErrors` says that it stopped there.
 */
export function checkedBody(
  value: unknown,
  type: GraphQLInputType,
  isJudgedBelow: JudgedBelow = nowhere,
): unknown {
  const faults = faultsOf(value, type, isJudgedBelow);
  const [first] = faults;
  if (first === undefined) return value;
  const where = first.pointer === '' ? 'The body' : `The body at ${first.pointer}`;
  const told = faults.slice(0, maxFaults);
  const more = faults.length > maxFaults;
  const message = `${where} is wrong: ${first.detail}`.slice(0, 400);
  throw new CodedError(
    'BAD_USER_INPUT',
    more ? `${message} ${maxFaults} faults are told; there are more.` : message,
    {
      details: { parameter: 'body', errors: told, ...(more ? { moreErrors: true } : {}) },
    },
  );
}

/** The first thing wrong with a value that came otherwise than as a body, and where; undefined for none. */
export function firstFault(value: unknown, type: GraphQLInputType): BodyFault | undefined {
  return faultsOf(value, type)[0];
}

/** Ends the search: one more than is told is enough to know that there are more, and graphql-js looks for similar names of each unknown one. */
const enough = new Error('There are enough faults.');

function faultsOf(
  value: unknown,
  type: GraphQLInputType,
  isJudgedBelow: JudgedBelow = nowhere,
): readonly BodyFault[] {
  const faults: BodyFault[] = [];
  const tell = (fault: BodyFault): void => {
    faults.push(fault);
    if (faults.length > maxFaults) throw enough;
  };
  try {
    coerceInputValue(value, type, (path, _invalid, error) => {
      if (!isJudgedBelow(fieldAt(type, path))) tell(faultFrom(path, error.message));
    });
    // By themselves they are the graph's to tell, which names the bound and the limit.
    if (faults.length > 0) tellBrokenBounds(value, type, { path: [], tell });
  } catch (reason) {
    if (reason !== enough) throw reason;
  }
  return faults;
}

/** The field of an input at the end of a path; undefined where it ends at none. */
function fieldAt(type: GraphQLInputType, path: readonly (string | number)[]): GraphQLInputField | undefined {
  let at = getNullableType(type);
  let field: GraphQLInputField | undefined;
  for (const step of path) {
    if (isListType(at)) at = getNullableType(at.ofType as GraphQLInputType);
    if (typeof step === 'number') continue;
    field = isInputObjectType(at) ? at.getFields()[step] : undefined;
    if (field === undefined) return undefined;
    at = getNullableType(field.type);
  }
  return field;
}

interface FaultsAt {
  readonly path: readonly (string | number)[];
  readonly tell: (fault: BodyFault) => void;
}

/** What the model bounds, told with the faults of type: a partner corrects a body once. */
function tellBrokenBounds(value: unknown, type: GraphQLInputType, { path, tell }: FaultsAt): void {
  const bare = getNullableType(type);
  if (isListType(bare) && Array.isArray(value)) {
    const itemType = bare.ofType as GraphQLInputType;
    for (const [index, item] of value.entries())
      tellBrokenBounds(item, itemType, { path: [...path, index], tell });
  }
  if (!isInputObjectType(bare) || typeof value !== 'object' || value === null) return;
  for (const field of Object.values(bare.getFields())) {
    const given: unknown = Object.hasOwn(value, field.name) ? Reflect.get(value, field.name) : undefined;
    const at = [...path, field.name];
    const broken = brokenBound(field, given);
    if (broken !== undefined) tell({ pointer: pointerTo(at), detail: broken });
    tellBrokenBounds(given, field.type, { path: at, tell });
  }
}

/** graphql-js puts an unknown or missing field in the message and its parent in the path: a partner wants the field's own place. */
function faultFrom(path: readonly (string | number)[], message: string): BodyFault {
  const unknown = /^Field "([^"]*)" is not defined/.exec(message)?.[1];
  if (unknown !== undefined)
    return { pointer: pointerTo([...path, unknown]), detail: 'There is no such field here.' };
  const missing = /^Field "([^"]*)" of required type/.exec(message)?.[1];
  if (missing !== undefined)
    return { pointer: pointerTo([...path, missing]), detail: 'This field is required.' };
  return { pointer: pointerTo(path), detail: withoutSuggestions(message).slice(0, 256) };
}

/** Proposed names end a message. Cut by a plain search: the message repeats the value, and a pattern could be made to take minutes over it. */
function withoutSuggestions(message: string): string {
  const [told = ''] = message.split(' Did you mean ', 1);
  return told;
}

/** RFC 6901, each step short enough for a message. */
export function pointerTo(path: readonly (string | number)[]): string {
  return path
    .map((step) => `/${String(step).slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
