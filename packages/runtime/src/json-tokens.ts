const quote = '"';
const backslash = 0x5c;

/**
 * The texts of a JSON text (RFC 8259), with their quotes, and what else `others` finds outside of them: global, and with `"` among what it matches. A pattern for texts
 * themselves would have the engine of regular expressions remember each of their signs, and run out of stack in one of some megabytes.
 */
export function* jsonTokens(json: string, others: RegExp): Generator<string> {
  const pattern = new RegExp(others);
  for (let found = pattern.exec(json); found !== null; found = pattern.exec(json)) {
    if (found[0] === quote) {
      pattern.lastIndex = endOfText(json, found.index);
      yield json.slice(found.index, pattern.lastIndex);
    } else yield found[0];
  }
}

/** Behind the quote that ends the text which begins at `from`: the first one before which backslashes are even in number. */
export function endOfText(json: string, from: number): number {
  for (let at = json.indexOf(quote, from + 1); at !== -1; at = json.indexOf(quote, at + 1)) {
    let before = at;
    while (json.charCodeAt(before - 1) === backslash) before -= 1;
    if ((at - before) % 2 === 0) return at + 1;
  }
  return json.length;
}
