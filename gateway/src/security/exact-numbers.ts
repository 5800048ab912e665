import { CodedError, keyGivenTwice, losesDigits, lostDigits } from '@tributary/runtime';
import {
  type FloatValueNode,
  GraphQLError,
  getNamedType,
  type IntValueNode,
  isSpecifiedScalarType,
  Kind,
  type ValidationContext,
} from 'graphql';

type Visitor = Readonly<Record<'IntValue' | 'FloatValue', (node: IntValueNode | FloatValueNode) => void>>;

/** As much of a number as an answer repeats. */
const quotedLength = 40;

/**
 * A validation rule: every number in the text can be kept. A whole number inside JSON with more digits than a double gives back would
 * come back as another one (RFC 7493 §2.2). A number where an ID is expected is text and keeps its digits.
 */
export function exactNumbersRule(context: ValidationContext): Visitor {
  return numbersRule(context, losesDigits);
}

/**
 * A validation rule: no number in the text is beyond a double. graphql-js reads `1e999` as Infinity and lets it pass where a Float or JSON is
 * expected, though no answer and no subgraph request can carry it. For graphs with scalars of their own, to which whole numbers go as they were written.
 */
export function finiteNumbersRule(context: ValidationContext): Visitor {
  return numbersRule(context, () => false);
}

function numbersRule(context: ValidationContext, isLost: (number: string) => boolean): Visitor {
  const check = (node: IntValueNode | FloatValueNode): void => {
    const type = getNamedType(context.getInputType());
    if (type?.name === 'ID' && node.kind === Kind.INT) return;
    const isKept = type !== undefined && isSpecifiedScalarType(type);
    if (!Number.isFinite(Number(node.value))) {
      context.reportError(
        new GraphQLError(`${quoted(node.value)} is beyond the range of a number.`, { nodes: node }),
      );
    } else if (!isKept && isLost(node.value)) {
      context.reportError(new GraphQLError(digitsMessage(node.value), { nodes: node }));
    }
  };
  return { IntValue: check, FloatValue: check };
}

/**
 * Why the value that was read of a JSON text, such as a body or a message of a socket, is not what the text says: undefined when all its numbers keep their digits, and no
 * key is there twice, of which readers take the first, or the last, or none (RFC 8259 §4).
 */
export function inexactFault(json: string, value: unknown): CodedError | undefined {
  const lost = lostDigits(json);
  if (lost !== undefined) return new CodedError('BAD_USER_INPUT', digitsMessage(lost));
  const twice = keyGivenTwice(json, value);
  if (twice === undefined) return undefined;
  return new CodedError('BAD_USER_INPUT', `The request gives the field at ${quoted(twice)} twice.`, {
    details: { pointer: twice.slice(0, 400) },
  });
}

function digitsMessage(number: string): string {
  return `${quoted(number)} has digits that a number in JSON does not keep: send it as text.`;
}

function quoted(text: string): string {
  return text.length > quotedLength ? `${text.slice(0, quotedLength)}…` : text;
}
