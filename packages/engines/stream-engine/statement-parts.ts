/** Characters of text that one statement carries: many times what a batch of small windows has, and little beside what a text of JavaScript can hold. */
const charactersAtOnce = 4 * 1024 * 1024;

/** Cuts values, in their order, into statements of bounded size, each with the text that makes it large; that is made when its statement is. */
export function* inParts<Value>(
  values: readonly Value[],
  textOf: (value: Value) => string,
): Iterable<readonly { readonly value: Value; readonly text: string }[]> {
  let part: { readonly value: Value; readonly text: string }[] = [];
  let characters = 0;
  for (const value of values) {
    const text = textOf(value);
    part.push({ value, text });
    characters += text.length;
    if (characters < charactersAtOnce) continue;
    yield part;
    part = [];
    characters = 0;
  }
  if (part.length > 0) yield part;
}
