import { textBytes } from '@tributary/subgraph-kit/text-bytes';
import { type DocumentNode, print } from 'graphql';
import type { Plan } from './plan.ts';

/** Of what is remembered beside an operation. */
const besideBytes = 4_096;
/** Of what is known of an operation without its plan: names of fragments, and how variables are read. */
const readBytesPerChar = 32;
/** Of a plan's texts: as written, as sent, and the shape of the answer. Measured: 45 where names are short. */
const planBytesPerChar = 64;
const planEntryBytes = 128;

/** About how many bytes of memory it takes, by the text it was read from. */
export function documentBytes(document: DocumentNode): number {
  return textBytes({ length: charsOf(document) });
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
