import { type DocumentNode, print } from 'graphql';

/** Measured with places in the text: 84 for what front ends send, 121 for lists of numbers, 240 where every name has one letter. */
const bytesPerChar = 128;
/** What is remembered beside it. */
const besideBytes = 4_096;

/** About how many bytes of memory the document of such a text takes. Texts are short and documents are not: caches of them are bounded by this. */
export function textBytes(text: string): number {
  return besideBytes + bytesPerChar * text.length;
}

/** As `textBytes`, of the text it was read from. */
export function documentBytes(document: DocumentNode): number {
  const chars = document.loc === undefined ? print(document).length : document.loc.end - document.loc.start;
  return besideBytes + bytesPerChar * chars;
}
