import { jsonTokens } from './json-tokens.ts';

const structure = /"|[{}[\],:]/g;

interface Level {
  /** Undefined in a list. */
  readonly keys: Set<string> | undefined;
  /** Where inside this object or list the reading is. */
  at: string | number;
}

/**
 * The place (RFC 6901 pointer) of the first key that an object of a JSON text names twice; undefined when none does. RFC 8259 §4 leaves open what
 * such a text means: readers take the first value, or the last, or none. The text has to be valid JSON.
 */
export function repeatedKey(json: string): string | undefined {
  const levels: Level[] = [];
  let text: string | undefined;
  for (const token of jsonTokens(json, structure)) {
    const inside = levels.at(-1);
    if (token === '{') levels.push({ keys: new Set(), at: '' });
    else if (token === '[') levels.push({ keys: undefined, at: 0 });
    else if (token === '}' || token === ']') levels.pop();
    else if (token === ',' && inside !== undefined && typeof inside.at === 'number') inside.at += 1;
    else if (token === ':' && inside?.keys !== undefined && text !== undefined) {
      // Keys are compared as they read, not as they are written: "\u0061" is "a".
      inside.at = text.includes('\\') ? String(JSON.parse(text)) : text.slice(1, -1);
      if (inside.keys.has(inside.at)) return pointerTo(levels);
      inside.keys.add(inside.at);
    }
    text = token.startsWith('"') ? token : undefined;
  }
  return undefined;
}

function pointerTo(levels: readonly Level[]): string {
  return levels
    .map(({ at }) => `/${String(at).slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
