/** JSON as subgraphs answer it, and as the answer is put together from it. */
export type JsonObject = Record<string, unknown>;

/**
 * Response keys are chosen by clients, and answers come from subgraphs: either may be called `__proto__` or `constructor`. Reading such a
 * name finds what every object inherits, writing `__proto__` replaces a prototype (CVE-2026-32621). Names are known when an operation is
 * compiled, so the few that need care take the slow way and all others cost nothing.
 */
export function isInherited(key: string): boolean {
  return key in Object.prototype;
}

export function readOwn(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function writeOwn(object: JsonObject, key: string, value: unknown): void {
  if (isInherited(key)) {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else object[key] = value;
}

/** An object of JSON; neither a list nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
