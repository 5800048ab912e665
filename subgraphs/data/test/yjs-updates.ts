import * as Y from 'yjs';

export const base64 = (update: Uint8Array): string => Buffer.from(update).toString('base64');

export function typed(text: string): Uint8Array {
  const doc = new Y.Doc();
  doc.getText('body').insert(0, text);
  return Y.encodeStateAsUpdate(doc);
}

export function textOf(...updates: readonly string[]): string {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, Buffer.from(update, 'base64'));
  return doc.getText('body').toString();
}

/** Insertions after one letter, each before the last one's right neighbour: every one of them is compared with all before it. */
export function tangledUpdate(pieces: number, inOrder = true): Uint8Array {
  const text = (value: string): number[] => [...varUint(value.length), ...Buffer.from(value)];
  const base = varUint(2_000_000);
  const whole = [1, ...base, 0, 0x04, 1, ...text('body'), ...text('a'.repeat(pieces + 1))];
  const insertions = Array.from({ length: pieces }, (_, at) => [
    ...[1, ...varUint(at + 2), 0, 0xc4],
    ...[...base, 0, ...base, ...varUint(pieces - at), ...text('b')],
  ]);
  if (inOrder) insertions.reverse();
  return Uint8Array.from([...varUint(pieces + 1), ...whole, ...insertions.flat(), 0]);
}

function varUint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varUint(Math.floor(value / 128))];
}
