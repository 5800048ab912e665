import { lostDigits } from './lost-digits.ts';
import { repeatedKey } from './repeated-key.ts';

export type ExactJson =
  | { readonly value: unknown }
  | {
      /** What is wrong, as it follows the name of what was read: `metadata is no JSON`. */
      readonly fault: string;
      /** Of a text that is no JSON: what the parser says. */
      readonly cause?: Error;
      /** Of a key that is there twice: its place (RFC 6901). */
      readonly pointer?: string;
    };

/**
 * The value of a JSON text, where that is what the text says: `JSON.parse` gives 12345678901234567890 back as 12345678901234567000, 1e999 as Infinity, and of a key that is
 * there twice the last value. Whatever comes in as JSON is read with this, so that no door keeps other data than was sent.
 */
export function exactJson(text: string): ExactJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { fault: 'is no JSON', cause: error instanceof Error ? error : new Error('no JSON') };
  }
  const { keys, inRange } = contentOf(value);
  if (!inRange) return { fault: 'holds a number that is out of range' };
  const lost = lostDigits(text);
  if (lost !== undefined)
    return {
      fault: `holds ${lost.slice(0, 40)}, which has digits that a number in JSON does not keep: send it as text`,
    };
  const repeated = keys < mostKeys(text) ? repeatedKey(text) : undefined;
  return repeated === undefined
    ? { value }
    : { fault: `gives the field at ${repeated} twice`, pointer: repeated };
}

/**
 * The place (RFC 6901 pointer) of a key that a JSON text gives twice, of which `value` was read; undefined where there is none, which takes a fraction of reading it: where as many
 * keys are read as are written none is lost, and only otherwise is the text searched.
 */
export function keyGivenTwice(text: string, value: unknown): string | undefined {
  return contentOf(value).keys < mostKeys(text) ? repeatedKey(text) : undefined;
}

/** How many keys all its objects have, and whether all its numbers are. Walks with a list of its own: a text may nest deeper than the call stack. */
function contentOf(root: unknown): { readonly keys: number; readonly inRange: boolean } {
  let keys = 0;
  let inRange = true;
  const pending = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'number') inRange &&= Number.isFinite(value);
    if (typeof value !== 'object' || value === null) continue;
    const inside: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
    if (!Array.isArray(value)) keys += inside.length;
    for (const each of inside)
      if (typeof each === 'number') inRange &&= Number.isFinite(each);
      else if (typeof each === 'object' && each !== null) pending.push(each);
  }
  return { keys, inRange };
}

/** As many keys as a JSON text has, or more: colons behind a quote or a blank, which stand in texts too. */
function mostKeys(json: string): number {
  let count = 0;
  for (let at = json.indexOf(':'); at !== -1; at = json.indexOf(':', at + 1)) {
    const before = json.charCodeAt(at - 1);
    if (before === quote || before <= blank) count += 1;
  }
  return count;
}

const quote = 0x22;
const blank = 0x20;
