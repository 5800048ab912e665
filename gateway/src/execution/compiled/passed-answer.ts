import { isUtf8 } from 'node:buffer';
import {
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type SelectionSetNode,
} from 'graphql';
import { maxAnswerBytes } from './answer-shape.ts';
import type { CompiledSize } from './compiled-size.ts';
import type { Selections } from './selected-fields.ts';

/**
 * The body of an answer whose whole data one fetch brings, where it is the client's answer already: `{"data":…}` with exactly the selected fields in their
 * order, every value of its type and no null where there may be none; extensions behind it stay behind. Undefined for everything else, however right it is
 * otherwise (spaces, other orders, numbers with exponents, errors beside the data): that is read, completed and written.
 *
 * The bytes are walked once by closures that know what comes next, so that an answer of megabytes is looked at, not made again: no object of it exists here.
 */
export type PassAnswer = (bytes: Buffer) => Buffer | undefined;

/** Where the value ends that begins there; `other` when it is not what was expected. */
type Walk = (bytes: Buffer, at: number) => number;
const other = -1;

const before = Buffer.from('{"data":');
const extensions = Buffer.from(',"extensions":');
const closing = Buffer.from('}');
/** Of what is read though nobody gets it. */
const maxExtensionsBytes = 65_536;
const nullBytes = Buffer.from('null');
const trueBytes = Buffer.from('true');
const falseBytes = Buffer.from('false');
const [quote, backslash, comma, minus, point, zero, nine] = [0x22, 0x5c, 0x2c, 0x2d, 0x2e, 0x30, 0x39];
const [openList, closeList, closeObject, lineFeed, lowerU] = [0x5b, 0x5d, 0x7d, 0x0a, 0x75];
/** Whole numbers of so many digits are surely within 32 bits. */
const surelyInt = 9;
/** Bytes of a text that stand for themselves: of JSON (RFC 8259 §7), or of UTF-8, which is looked at as a whole. */
const plain = Uint8Array.from({ length: 256 }, (_, code) =>
  code < 0x20 || code === quote || code === backslash ? 0 : 1,
);
const escaped = new Set(Buffer.from('"\\/bfnrt'));

/** Undefined where an answer cannot be told by its fields alone: objects of several types, what the schema says of itself. */
export function passAnswer(
  schema: GraphQLSchema,
  selections: Selections,
  size: CompiledSize,
): PassAnswer | undefined {
  const { operation: kind, selectionSet } = selections.operation;
  const root = schema.getRootType(kind);
  const walk = isObjectType(root)
    ? objectWalk(root, [selectionSet], { selections, size, isRoot: true })
    : undefined;
  if (walk === undefined) return undefined;
  return (bytes) => {
    // What is too large is refused by whoever writes it.
    if (bytes.length > maxAnswerBytes) return undefined;
    const start = literal(before)(bytes, 0);
    const end = start === other ? other : walk(bytes, start);
    if (end === other || !isUtf8(bytes)) return undefined;
    // Some servers end the line behind it.
    const last = bytes.length - (bytes[bytes.length - 1] === lineFeed ? 2 : 1);
    if (bytes[last] !== closeObject) return undefined;
    if (end === last) return bytes.subarray(0, last + 1);
    return hasExtensions(bytes, end, last) ? Buffer.concat([bytes.subarray(0, end), closing]) : undefined;
  };
}

/** Whether nothing but extensions stands between two places. Clients are not told what subgraphs say there. */
function hasExtensions(bytes: Buffer, from: number, to: number): boolean {
  const start = literal(extensions)(bytes, from);
  if (start === other || to - start > maxExtensionsBytes) return false;
  try {
    const found: unknown = JSON.parse(bytes.toString('utf8', start, to));
    return typeof found === 'object' && !Array.isArray(found);
  } catch {
    return false;
  }
}

interface Walking {
  readonly selections: Selections;
  readonly size: CompiledSize;
  readonly isRoot: boolean;
}

function objectWalk(
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  { selections, size, isRoot }: Walking,
): Walk | undefined {
  const fields: { readonly key: Walk; readonly value: Walk }[] = [];
  for (const [key, nodes] of selections.fieldsOf(sets, type.name)) {
    const name = nodes[0]?.name.value ?? key;
    const below = nodes.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));
    const value =
      name === '__typename' && !isRoot
        ? literal(Buffer.from(JSON.stringify(type.name)))
        : valueWalk(type.getFields()[name]?.type, below, { selections, size });
    if (value === undefined) return undefined;
    size.addField(key);
    const prefix = `${fields.length === 0 ? '{' : ','}${JSON.stringify(key)}:`;
    fields.push({ key: literal(Buffer.from(prefix)), value });
  }
  if (fields.length === 0) return undefined;
  return (bytes, from) => {
    let at = from;
    for (const { key, value } of fields) {
      at = key(bytes, at);
      if (at === other) return other;
      at = value(bytes, at);
      if (at === other) return other;
    }
    return bytes[at] === closeObject ? at + 1 : other;
  };
}

function valueWalk(
  type: GraphQLOutputType | undefined,
  below: readonly SelectionSetNode[],
  walking: Omit<Walking, 'isRoot'>,
): Walk | undefined {
  if (type === undefined) return undefined;
  if (isNonNullType(type)) return nonNullWalk(type.ofType, below, walking);
  const walk = nonNullWalk(type, below, walking);
  const isNull = literal(nullBytes);
  return walk && ((bytes, at) => (bytes[at] === nullBytes[0] ? isNull(bytes, at) : walk(bytes, at)));
}

function nonNullWalk(
  type: GraphQLOutputType,
  below: readonly SelectionSetNode[],
  walking: Omit<Walking, 'isRoot'>,
): Walk | undefined {
  if (isListType(type)) {
    const element = valueWalk(type.ofType, below, walking);
    return element && listWalk(element);
  }
  if (isObjectType(type)) return objectWalk(type, below, { ...walking, isRoot: false });
  return isScalarType(type) || isEnumType(type) ? leafWalk(type) : undefined;
}

function listWalk(element: Walk): Walk {
  return (bytes, from) => {
    if (bytes[from] !== openList) return other;
    let at = from + 1;
    if (bytes[at] === closeList) return at + 1;
    for (;;) {
      at = element(bytes, at);
      if (at === other) return other;
      const next = bytes[at];
      at += 1;
      if (next === closeList) return at;
      if (next !== comma) return other;
    }
  };
}

function leafWalk(type: GraphQLLeafType): Walk {
  if (!isEnumType(type)) return scalars.get(type.name) ?? anyScalar;
  const names = new Set(type.getValues().map(({ name }) => name));
  return (bytes, from) => {
    const end = text(bytes, from);
    return end !== other && names.has(bytes.toString('latin1', from + 1, end - 1)) ? end : other;
  };
}

function literal(expected: Buffer): Walk {
  const { length } = expected;
  return (bytes, at) => {
    for (let index = 0; index < length; index += 1) if (bytes[at + index] !== expected[index]) return other;
    return at + length;
  };
}

const text: Walk = (bytes, from) => {
  if (bytes[from] !== quote) return other;
  let at = from + 1;
  for (;;) {
    while (plain[bytes[at] as number] === 1) at += 1;
    if (bytes[at] === quote) return at + 1;
    if (bytes[at] !== backslash) return other;
    const code = bytes[at + 1] ?? 0;
    if (escaped.has(code)) at += 2;
    else if (code === lowerU && /^[0-9a-f]{4}$/i.test(bytes.toString('latin1', at + 2, at + 6))) at += 6;
    else return other;
  }
};

/** Digits without a leading zero. */
const whole: Walk = (bytes, from) => {
  const start = bytes[from] === minus ? from + 1 : from;
  const end = digits(bytes, start);
  return end === start || (bytes[start] === zero && end > start + 1) ? other : end;
};

/** A minus before nothing is a number that is written without it. */
function isMinusZero(bytes: Buffer, from: number, end: number): boolean {
  if (bytes[from] !== minus) return false;
  for (let at = from + 1; at < end; at += 1) if (bytes[at] !== zero && bytes[at] !== point) return false;
  return true;
}

function digits(bytes: Buffer, from: number): number {
  let at = from;
  for (let code = bytes[at] ?? 0; code >= zero && code <= nine; code = bytes[at] ?? 0) at += 1;
  return at;
}

const int: Walk = (bytes, from) => {
  const end = whole(bytes, from);
  return end !== other && end - from <= surelyInt && !isMinusZero(bytes, from, end) ? end : other;
};

const decimal: Walk = (bytes, from) => {
  const end = whole(bytes, from);
  if (end === other) return other;
  const last = bytes[end] === point ? digits(bytes, end + 1) : end;
  return last === end + 1 || isMinusZero(bytes, from, last) ? other : last;
};

/** Of a number with more digits before its point nobody knows whether a double can hold it (its largest has 309). */
const surelyFinite = 300;
const float: Walk = (bytes, from) => {
  const end = decimal(bytes, from);
  return end - from > surelyFinite && digits(bytes, from + 1) - from > surelyFinite ? other : end;
};

const boolean: Walk = (bytes, at) => literal(bytes[at] === trueBytes[0] ? trueBytes : falseBytes)(bytes, at);

/** Of scalars that only subgraphs know the form of; lists and objects are left to be read. */
const anyScalar: Walk = (bytes, at) => {
  const first = bytes[at];
  if (first === quote) return text(bytes, at);
  return first === trueBytes[0] || first === falseBytes[0] ? boolean(bytes, at) : decimal(bytes, at);
};

const scalars: ReadonlyMap<string, Walk> = new Map([
  ['String', text],
  ['ID', text],
  ['Int', int],
  ['Float', float],
  ['Boolean', boolean],
]);
