const markup: readonly (readonly [RegExp, string])[] = [
  [/^\s*<!doctype\s+html|^\s*<(html|head|body|script|iframe)[\s>]/i, 'text/html'],
  [/<svg[\s>]/i, 'image/svg+xml'],
  [/^\s*<\?xml[\s?]/i, 'application/xml'],
];

/** Kinds of text that bytes alone do not tell apart. They are no danger: all of them are text, and none is run by a browser. */
const byEnding: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  md: 'text/markdown',
  jsonl: 'application/x-ndjson',
  ndjson: 'application/x-ndjson',
};

/**
 * The type of bytes that no signature names: a kind of text when they are UTF-8 without controls, markup by its first tags wherever
 * they stand (a browser looks there too), bytes otherwise. `head` is the beginning; `whole` says that it is all.
 */
export function textType(head: Uint8Array, name: string, whole: boolean): string {
  const text = textOf(head, whole);
  if (text === undefined) return 'application/octet-stream';
  for (const [sign, type] of markup) if (sign.test(text)) return type;
  const ending = /\.([a-z]{1,6})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (/^\s*[[{]/.test(text) && (ending === 'json' || isJson(text, whole))) return 'application/json';
  return byEnding[ending] ?? 'text/plain';
}

/** The text of a beginning, which may end within a character; undefined when it is no text. */
export function textOf(head: Uint8Array, whole: boolean): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: !whole });
    return hasControls(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Controls that text has no use for: all but tab, line ends, form feed and the escape of coloured logs. */
export function hasControls(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 && (code < 0x09 || code > 0x0d) && code !== 0x1b) return true;
  }
  return false;
}

function isJson(text: string, whole: boolean): boolean {
  if (!whole) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
