import { GraphQLError, GraphQLScalarType, valueFromASTUntyped } from 'graphql';

export const jsonLimits = { depth: 32, keys: 10_000, keyLength: 256, stringLength: 100_000 } as const;

/** Keys that reach the prototype of whatever copies them, and those a document engine would read as operators or paths. */
const refusedKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Checks a JSON value from outside against the limits. @throws GraphQLError saying which. */
export function checkJson(value: unknown): unknown {
  checkValue(value, 1, { keys: jsonLimits.keys });
  return value;
}

function checkValue(value: unknown, depth: number, budget: { keys: number }): void {
  if (depth > jsonLimits.depth)
    throw new GraphQLError(`JSON may be ${jsonLimits.depth} levels deep at most.`);
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new GraphQLError('JSON has no infinite numbers.');
  if (typeof value === 'string') checkText(value, jsonLimits.stringLength);
  if (typeof value !== 'object' || value === null) return;
  const entries = Object.entries(value);
  budget.keys -= entries.length;
  if (budget.keys < 0) throw new GraphQLError(`JSON may have ${jsonLimits.keys} keys and items at most.`);
  for (const [key, inner] of entries) {
    if (!Array.isArray(value)) checkKey(key);
    checkValue(inner, depth + 1, budget);
  }
}

function checkKey(key: string): void {
  if (refusedKeys.has(key) || key.startsWith('$') || key.includes('.')) {
    throw new GraphQLError('A JSON key is the name of a prototype, starts with $, or holds a dot.');
  }
  checkText(key, jsonLimits.keyLength);
}

function checkText(text: string, most: number): void {
  if (text.length > most) throw new GraphQLError(`Text in JSON may have ${most} characters at most.`);
  if (!isStorableText(text)) throw new GraphQLError('Text in JSON holds U+0000 or half a surrogate pair.');
}

/** PostgreSQL stores no U+0000, and UTF-8 has no form for half a surrogate pair. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

export const jsonScalar = new GraphQLScalarType({
  name: 'JSON',
  parseValue: checkJson,
  parseLiteral: (node, variables) => checkJson(valueFromASTUntyped(node, variables)),
});
