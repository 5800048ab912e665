import { beginningOf, storableText } from '@tributary/runtime';
import type { RowError } from './row-writes.ts';

/** In the checkpoint, and so in the file of errors; the log has up to ten times as many. */
export const errorsKept = 1_000;
const messageLength = 150;
/** In JSON: with its row and its code an error then has 256 bytes, and a thousand fit into a checkpoint whatever they are written in. */
const messageBytes = 160;

/** An error as a checkpoint keeps it: messages name what stands in files. */
export function keptError({ row, code, message }: RowError): RowError {
  let short = storableText(message, messageLength);
  while (Buffer.byteLength(JSON.stringify(short)) > messageBytes)
    short = beginningOf(short, Math.floor(short.length * 0.9));
  return { row, code, message: short };
}
