/** What a part of a query is, for colour and for completion. */
export type WordKind = 'keyword' | 'name' | 'text' | 'number' | 'comment' | 'other';

export interface Word {
  readonly kind: WordKind;
  readonly text: string;
}

/** Of the subset that both batch engines read; upper case. */
export const keywords: ReadonlySet<string> = new Set(
  `ALL AND ANY AS ASC AVG BETWEEN BY CASE CAST COALESCE COUNT CROSS CURRENT_DATE CURRENT_TIMESTAMP DATE DATE_TRUNC DAY DESC DISTINCT ELSE END EXCEPT EXISTS
EXTRACT FALSE FILTER FIRST FROM FULL GROUP HAVING HOUR IN INNER INTERSECT INTERVAL IS JOIN LAST LEFT LIKE LIMIT LOWER MAX MIN MINUTE MONTH NOT NULL NULLS
OFFSET ON OR ORDER OUTER OVER PARTITION RIGHT ROUND ROW_NUMBER SELECT SUM THEN TIMESTAMP TRUE UNION UPPER USING VALUES WHEN WHERE WITH YEAR`.split(
    /\s+/,
  ),
);

// In the order of their trial; strings and comments may be open at the end, because somebody is typing them.
const shapes =
  /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^']|'')*(?:'|$))|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|("(?:[^"]|"")*(?:"|$)|[A-Za-z_]\w*)|([\s\S])/g;

/** A query in its words, which together are the query again, character by character. */
export function wordsOf(sql: string): readonly Word[] {
  const words: Word[] = [];
  for (const [text, comment, quoted, number, name] of sql.matchAll(shapes)) {
    const kind = kindOf({ comment, quoted, number, name });
    const last = words.at(-1);
    if (kind === 'other' && last?.kind === 'other')
      words[words.length - 1] = { kind, text: last.text + text };
    else words.push({ kind, text });
  }
  return words;
}

function kindOf(found: {
  readonly comment: string | undefined;
  readonly quoted: string | undefined;
  readonly number: string | undefined;
  readonly name: string | undefined;
}): WordKind {
  if (found.comment !== undefined) return 'comment';
  if (found.quoted !== undefined) return 'text';
  if (found.number !== undefined) return 'number';
  if (found.name === undefined) return 'other';
  return keywords.has(found.name.toUpperCase()) ? 'keyword' : 'name';
}

/** The name that is being typed before `caret`; undefined inside texts, comments and numbers. */
export function nameBefore(sql: string, caret: number): string | undefined {
  let at = 0;
  for (const { kind, text } of wordsOf(sql.slice(0, caret))) {
    at += text.length;
    if (at === caret)
      return kind === 'keyword' || (kind === 'name' && !text.startsWith('"')) ? text : undefined;
  }
  return undefined;
}

/** Names that go on what is typed, those that begin with it alone, at most `limit`, in the order given. */
export function completionsFor(typed: string, names: readonly string[], limit: number): readonly string[] {
  const sought = typed.toLowerCase();
  const found = names.filter(
    (name) => name.toLowerCase().startsWith(sought) && name.toLowerCase() !== sought,
  );
  return [...new Set(found)].slice(0, limit);
}
