import type { GraphQLFormattedError } from 'graphql';
import { isJsonObject, type JsonObject } from './compiled/own-keys.ts';

/** Each error may stand at as many places as an answer has errors, and is written at each: one of megabytes would make an answer that no memory holds. */
const longestMessage = 8_192;
const longestExtensions = 65_536;

/**
 * The errors of a subgraph's answer, as the rest may rely on: a text, and a path and extensions only where they have their form, none of them longer than errors are. What is no error is one all
 * the same, without a text: something was wrong, and nobody must take the nulls for an answer. The same where there is neither data nor an error (GraphQL §7.1).
 */
export function subgraphErrors(told: unknown, data: unknown): readonly GraphQLFormattedError[] {
  const list = told === undefined || told === null ? [] : Array.isArray(told) ? told : [told];
  if (list.length > 0) return list.map(readError);
  return data === null || data === undefined ? [{ message: '' }] : [];
}

function readError(told: unknown): GraphQLFormattedError {
  if (!isJsonObject(told)) return { message: '' };
  const { message, path, extensions } = told;
  return {
    message: typeof message === 'string' ? cut(message) : '',
    ...(isPath(path) ? { path: withIndices(path) } : {}),
    ...(isJsonObject(extensions) ? { extensions: withinLength(extensions) } : codeOf(told)),
  };
}

/** What an error is about stands at its start, and why, often, at its end. */
function cut(message: string): string {
  if (message.length <= longestMessage) return message;
  const half = Math.floor(longestMessage / 2) - 2;
  return `${message.slice(0, half)} … ${message.slice(-half)}`;
}

function withinLength(extensions: JsonObject): JsonObject {
  if (JSON.stringify(extensions).length <= longestExtensions) return extensions;
  const { code } = extensions;
  return typeof code === 'string' ? { code: cut(code) } : {};
}

/** Where servers have it that were made before errors had extensions. */
function codeOf({ code }: JsonObject): Pick<GraphQLFormattedError, 'extensions'> {
  return typeof code === 'string' ? { extensions: { code: cut(code) } } : {};
}

/** Deeper than any answer is; a longer one says nothing, and each step of it takes memory at all places of an entity. */
const longestPath = 1_000;
const longestPathChars = 65_536;

function isPath(path: unknown): path is readonly (string | number)[] {
  return (
    Array.isArray(path) &&
    path.length <= longestPath &&
    path.every((step) => typeof step === 'string' || Number.isSafeInteger(step)) &&
    path.reduce((chars, step) => chars + String(step).length, 0) <= longestPathChars
  );
}

/** No name begins with a digit (GraphQL §2.1.9): digits are an index, which some servers write as a text. */
function withIndices(path: readonly (string | number)[]): readonly (string | number)[] {
  return path.map((step) => (typeof step === 'string' && /^\d{1,9}$/.test(step) ? Number(step) : step));
}
