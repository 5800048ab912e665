import { endOfText } from './json-tokens.ts';

export interface JsonMember {
  /** Undefined in a list. */
  readonly key: string | undefined;
  /** Its value, as it is written. */
  readonly text: string;
}

const structure = /["{}[\],:]/g;

/** What an object or a list holds, each as it is written; a key that is there twice comes twice. The text has to be valid JSON. */
export function* jsonMembers(json: string): Generator<JsonMember> {
  const pattern = new RegExp(structure);
  let depth = 0;
  let from = 0;
  let lastText = '';
  let key: string | undefined;
  for (let found = pattern.exec(json); found !== null; found = pattern.exec(json)) {
    const [token] = found;
    const at = found.index;
    if (token === '"') {
      pattern.lastIndex = endOfText(json, at);
      if (depth === 1) lastText = json.slice(at, pattern.lastIndex);
    } else if (token === '{' || token === '[') {
      depth += 1;
      if (depth === 1) from = at + 1;
    } else if (token === ':') {
      if (depth !== 1) continue;
      key = String(JSON.parse(lastText));
      from = at + 1;
    } else {
      if (depth === 1) {
        const text = json.slice(from, at).trim();
        if (text !== '') yield { key, text };
        from = at + 1;
      }
      if (token !== ',') depth -= 1;
    }
  }
}
