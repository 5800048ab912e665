/** A field of a protobuf message: a number, or the bytes of a text, a nested message or a packed list. */
export interface ProtobufField {
  readonly number: number;
  readonly value: number | Uint8Array;
}

export class ProtobufFault extends Error {}

/**
 * The fields of one message, in order (https://protobuf.dev/programming-guides/encoding/). It reads lengths before it believes them, and
 * copies nothing. Numbers beyond 2^53 lose digits, which no field looked at here has.
 * @throws ProtobufFault when the bytes are no message
 */
export function* protobufFields(bytes: Uint8Array): Generator<ProtobufField> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at];
      if (byte === undefined) throw new ProtobufFault('ends in a number');
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new ProtobufFault('has a number without an end');
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new ProtobufFault('ends in a field');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    if (number === 0) throw new ProtobufFault('has a field without a number');
    switch (tag % 8) {
      case 0:
        yield { number, value: varint() };
        break;
      case 1:
        yield { number, value: take(8) };
        break;
      case 2:
        yield { number, value: take(varint()) };
        break;
      case 5:
        yield { number, value: take(4) };
        break;
      default:
        throw new ProtobufFault('has a field of no known kind');
    }
  }
}
