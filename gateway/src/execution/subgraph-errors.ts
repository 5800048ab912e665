import type { GraphQLFormattedError } from 'graphql';
import { isJsonObject, type JsonObject } from './compiled/own-keys.ts';

/**
 * The errors of a subgraph's answer, as the rest may rely on: a text, and a path and extensions only where they have their form. What is no error is one all
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
    message: typeof message === 'string' ? message : '',
    ...(isPath(path) ? { path: withIndices(path) } : {}),
    ...(isJsonObject(extensions) ? { extensions } : codeOf(told)),
  };
}

/** Where servers have it that were made before errors had extensions. */
function codeOf({ code }: JsonObject): Pick<GraphQLFormattedError, 'extensions'> {
  return typeof code === 'string' ? { extensions: { code } } : {};
}

/** Deeper than any answer is; a longer one says nothing, and each step of it takes memory at all places of an entity. */
const longestPath = 1_000;

function isPath(path: unknown): path is readonly (string | number)[] {
  return (
    Array.isArray(path) &&
    path.length <= longestPath &&
    path.every((step) => typeof step === 'string' || Number.isSafeInteger(step))
  );
}

/** No name begins with a digit (GraphQL §2.1.9): digits are an index, which some servers write as a text. */
function withIndices(path: readonly (string | number)[]): readonly (string | number)[] {
  return path.map((step) => (typeof step === 'string' && /^\d{1,9}$/.test(step) ? Number(step) : step));
}
