import { type DocumentNode, print } from 'graphql';
import type { Plan } from './plan.ts';

/** Measured with places in the text: 84 for what front ends send, 121 for lists of numbers, 240 where every name has one letter. */
const bytesPerChar = 128;
/** What is remembered beside it. */
const besideBytes = 4_096;
/** Of what is known of an operation without its plan: names of fragments, and how variables are read. */
const readBytesPerChar = 32;
/** Of a plan's texts: as written, as sent, and the shape of the answer. Measured: 45 where names are short. */
const planBytesPerChar = 64;
const planEntryBytes = 128;

/** About how many bytes of memory the document of such a text takes. Texts are short and documents are not: caches of them are bounded by this. */
export function textBytes(text: string): number {
  return besideBytes + bytesPerChar * text.length;
}

/** As `textBytes`, of the text it was read from. */
export function documentBytes(document: DocumentNode): number {
  return besideBytes + bytesPerChar * charsOf(document);
}

/** What is known of an operation beside its document and its variants. */
export function readOperationBytes(document: DocumentNode): number {
  return besideBytes + readBytesPerChar * charsOf(document);
}

/** A plan, and what is compiled of it: it asks for fields wherever fragments are spread, so that it can be much longer than the text. */
export function planBytes(plan: Plan): number {
  let bytes = 0;
  const waiting: unknown[] = [plan];
  while (waiting.length > 0) {
    const part = waiting.pop();
    if (typeof part === 'string') bytes += planBytesPerChar * part.length;
    else if (typeof part === 'object' && part !== null) {
      bytes += planEntryBytes;
      for (const inner of Object.values(part)) waiting.push(inner);
    }
  }
  return bytes;
}

function charsOf({ definitions }: DocumentNode): number {
  return definitions.reduce(
    (chars, definition) =>
      chars +
      (definition.loc === undefined ? print(definition).length : definition.loc.end - definition.loc.start),
    0,
  );
}
