import type { ExactJson } from '@tributary/runtime/exact-json';

/** What is wrong with JSON that somebody typed, in a sentence. */
export function jsonFault({ fault, cause }: Extract<ExactJson, { fault: string }>): string {
  return cause === undefined ? `It ${fault}.` : `Not JSON: ${cause.message}`;
}
