/** Appends an unsigned LEB128 number: seven bits a byte, lowest first. Exact up to 2^53 - 1, where bit operators would not be. */
export function writeVarint(bytes: number[], value: number): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError('a varint holds a safe integer that is not negative');
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
}

/** Reads one and moves on. @throws RangeError at the end of the bytes. */
export function readVarint(at: { readonly bytes: Uint8Array; index: number }): number {
  let value = 0;
  for (let factor = 1; ; factor *= 0x80) {
    const byte = at.bytes[at.index];
    if (byte === undefined) throw new RangeError('a varint is cut off');
    at.index += 1;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value;
  }
}
