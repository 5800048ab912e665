import { windows1252 } from '@tributary/runtime';
import { isTable, isText } from './content-kinds.ts';
import { hasControls, textOf } from './text-type.ts';

/** As `import-dataset` calls them. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'latin1';

export interface ReadText {
  readonly text: string;
  readonly encoding: TextEncoding;
}

/** Called so, it may be text in another encoding than UTF-8, as spreadsheets write it. Any bytes are Latin-1: it takes a name to say that they are text. */
const namedText = /\.(csv|tsv|txt|md|json|jsonl|ndjson)$/i;
const namedTable = /\.(csv|tsv)$/i;
const bytesAlone = 'application/octet-stream';

export interface NamedContent {
  readonly contentType: string;
  readonly name: string;
}

/** Whether it may be text: what is in another encoding than UTF-8 is bytes to everybody else, since nothing here tells browsers how to read it. */
export function mayBeText({ contentType, name }: NamedContent): boolean {
  return isText(contentType) || (contentType === bytesAlone && namedText.test(name));
}

export function mayBeTable({ contentType, name }: NamedContent): boolean {
  return isTable(contentType) || (contentType === bytesAlone && namedTable.test(name));
}

/** What stands between the cells of a table; undefined where its first lines tell. */
export function delimiterOf({ contentType, name }: NamedContent): string | undefined {
  return contentType === 'text/csv' || /\.csv$/i.test(name) ? undefined : '\t';
}

/** The text of a beginning, which may end within a character, and what it is written in; undefined when it is no text. */
export function readText(
  head: Uint8Array,
  { whole, ...content }: NamedContent & { readonly whole: boolean },
): ReadText | undefined {
  const utf8 = textOf(head, whole);
  if (utf8 !== undefined) return { text: utf8, encoding: 'utf-8' };
  if (!namedText.test(content.name)) return undefined;
  const isMarked = head[0] === 0xff && head[1] === 0xfe;
  const text = isMarked ? utf16(head, whole) : windows1252(head);
  if (text === undefined || hasControls(text)) return undefined;
  return { text, encoding: isMarked ? 'utf-16le' : 'latin1' };
}

function utf16(head: Uint8Array, whole: boolean): string | undefined {
  try {
    return new TextDecoder('utf-16le', { fatal: true }).decode(head, { stream: !whole });
  } catch {
    return undefined;
  }
}
