import { type GraphQLLeafType, isEnumType } from 'graphql';
import type { AnswerBytes } from './answer-bytes.ts';

/** Writes one leaf as a subgraph sent it. False when the schema does not allow it, or it cannot be written: nothing is written then. */
export type LeafWriter = (value: unknown, answer: AnswerBytes) => boolean;

/**
 * Subgraphs have serialised their leaves; what is left to do is to hold them to the graph's own schema, in which an enum may have fewer
 * values than a subgraph knows (GraphQL §3.5: result coercion).
 */
export function leafWriter(type: GraphQLLeafType): LeafWriter {
  if (!isEnumType(type)) return builtIn.get(type.name) ?? anything;
  const names = new Map(type.getValues().map(({ name }) => [name as unknown, Buffer.from(`"${name}"`)]));
  return (value, answer) => {
    const name = names.get(value);
    if (name === undefined) return false;
    answer.raw(name);
    return true;
  };
}

const maxInt = 2 ** 31;
const trueBytes = Buffer.from('true');
const falseBytes = Buffer.from('false');

/** Of scalars that only subgraphs know the form of, whatever JSON they sent is right, but for numbers that were lost when it was read. */
const anything: LeafWriter = (value, answer) => {
  if (typeof value === 'string') {
    answer.string(value);
    return true;
  }
  const text = jsonOf(value);
  if (text === undefined || (text.includes('null') && holdsLostNumber(value))) return false;
  answer.text(text);
  return true;
};

/** 1e400 is read as infinite, and JSON has no word for that: it would be written as null. */
function holdsLostNumber(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsLostNumber);
}

/** Undefined for what is nested so deep that V8 reads it but cannot write it: it does the one without recursion, and the other with. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const builtIn: ReadonlyMap<string, LeafWriter> = new Map<string, LeafWriter>([
  [
    'String',
    (value, answer) => {
      if (typeof value !== 'string') return false;
      answer.string(value);
      return true;
    },
  ],
  [
    'Boolean',
    (value, answer) => {
      if (typeof value !== 'boolean') return false;
      answer.raw(value ? trueBytes : falseBytes);
      return true;
    },
  ],
  [
    'Float',
    (value, answer) => {
      if (typeof value !== 'number' || !Number.isFinite(value)) return false;
      answer.number(value);
      return true;
    },
  ],
  [
    'Int',
    (value, answer) => {
      if (typeof value !== 'number' || !Number.isInteger(value) || value < -maxInt || value >= maxInt)
        return false;
      answer.number(value);
      return true;
    },
  ],
  [
    'ID',
    (value, answer) => {
      if (typeof value === 'string') answer.string(value);
      else if (Number.isSafeInteger(value)) answer.string(String(value));
      else return false;
      return true;
    },
  ],
]);
