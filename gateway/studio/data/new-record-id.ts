/**
 * A UUID of version 7 (RFC 9562 §5.7), as the server makes them: what is made is listed in the order of its making. Not `randomUUID`: browsers have that for secure contexts
 * only, and it knows no time.
 */
export function newRecordId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(Date.now() / 2 ** 32));
  view.setUint32(2, Date.now() % 2 ** 32);
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x70);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
