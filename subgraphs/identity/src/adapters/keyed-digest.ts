import { hash } from 'node:crypto';

/** Of SHA-256, in bytes: what it takes at a time, and what it gives. */
const blockBytes = 64;
const digestBytes = 32;

/** HMAC-SHA256 over two parts, bytes and a text. */
export type KeyedDigest = (first: Uint8Array, text: string) => Buffer;

/**
 * HMAC (RFC 2104 §2) with one key over many small messages. `createHmac` makes an object of the engine's for each, which costs more than the digest, and then as much again
 * when it is collected; `hash` makes none. @param key at most a block
 */
export function keyedDigest(key: Uint8Array): KeyedDigest {
  if (key.byteLength > blockBytes) throw new RangeError(`a key has ${blockBytes} bytes at most`);
  const [inner, outer] = [0x36, 0x5c].map((pad) =>
    Buffer.alloc(blockBytes, pad).map((byte, at) => byte ^ (key[at] ?? 0)),
  ) as [Uint8Array, Uint8Array];
  let message = Buffer.alloc(blockBytes);
  const ending = Buffer.alloc(blockBytes + digestBytes);
  ending.set(outer);
  return (first, text) => {
    const most = blockBytes + first.byteLength + 3 * text.length;
    if (message.byteLength < most) message = Buffer.alloc(2 * most);
    message.set(inner);
    message.set(first, blockBytes);
    const from = blockBytes + first.byteLength;
    const end = from + message.write(text, from);
    // As text of a byte a character: a buffer of its own would be one more thing to collect.
    ending.write(hash('sha256', message.subarray(0, end), 'binary'), blockBytes, 'latin1');
    return Buffer.from(hash('sha256', ending, 'binary'), 'latin1');
  };
}
