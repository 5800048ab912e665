import { foldCase } from './code-point-order.ts';

/** Shorter texts are folded faster than they are looked up. */
const shortLength = 64;

interface FoldedText {
  readonly text: string;
  readonly folded: string;
}

/** What was folded goes with its row: nothing can tell whether it is here, but for the time it takes. */
const byRow = new WeakMap<object, Map<string, FoldedText>>();

/** A text of a row without its case, folded once however many conditions of however many filters ask. */
export function foldedField(row: object, field: string, text: string): string {
  if (text.length < shortLength) return foldCase(text);
  const fields = byRow.get(row);
  const known = fields?.get(field);
  // A row may have been written to since.
  if (known?.text === text) return known.folded;
  const folded = foldCase(text);
  if (fields === undefined) byRow.set(row, new Map([[field, { text, folded }]]));
  else fields.set(field, { text, folded });
  return folded;
}
