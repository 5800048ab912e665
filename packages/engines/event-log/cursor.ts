import { createHmac, timingSafeEqual } from 'node:crypto';
import { CodedError } from '@tributary/runtime';
import type { TopicPosition } from './port.ts';
import { readVarint, writeVarint } from './varint.ts';

/** A position in the log: the next offset by partition, for each topic. */
export type LogPosition = Readonly<Record<string, TopicPosition>>;

/** Positions as opaque text that clients keep and give back, but cannot make or change. */
export interface CursorCodec {
  /** Equal positions give equal cursors, whatever the order of the topics. */
  encode(position: LogPosition): string;
  /** @throws CodedError CURSOR_INVALID on anything `encode` of a codec with the same secret did not make. */
  decode(cursor: string): LogPosition;
}

const formatVersion = 1;
const signatureBytes = 16;
const longestCursor = 32_768;

/**
 * Cursor grammar, base64url without padding:
 *   cursor   = version(1 byte) topics signature(16 bytes)
 *   topics   = count { length name(UTF-8) partitions { offset } }    numbers are unsigned LEB128, topics sorted by name
 *   signature = first 16 bytes of HMAC-SHA256(secret, version topics)
 * @throws CodedError CONFIG_INVALID when the secret has less than 16 bytes.
 */
export function createCursorCodec(secret: string | Uint8Array): CursorCodec {
  const key = Buffer.from(createHmac('sha256', secret).update('tributary cursor').digest());
  if (Buffer.byteLength(secret) < 16) {
    throw new CodedError('CONFIG_INVALID', 'The secret that signs cursors must have at least 16 bytes.');
  }
  const sign = (body: Uint8Array): Buffer =>
    createHmac('sha256', key).update(body).digest().subarray(0, signatureBytes);
  return {
    encode: (position) => {
      const body = bodyOf(position);
      return Buffer.concat([body, sign(body)]).toString('base64url');
    },
    decode: (cursor) => {
      if (cursor.length > longestCursor) throw invalid();
      const bytes = Buffer.from(cursor, 'base64url');
      // Buffer skips characters outside the alphabet and unused bits: only the one canonical spelling counts.
      if (bytes.length <= signatureBytes || bytes.toString('base64url') !== cursor) throw invalid();
      const body = bytes.subarray(0, -signatureBytes);
      if (!timingSafeEqual(sign(body), bytes.subarray(-signatureBytes))) throw invalid();
      return positionOf(body);
    },
  };
}

function bodyOf(position: LogPosition): Uint8Array {
  const bytes = [formatVersion];
  const topics = Object.entries(position).sort(([a], [b]) => (a < b ? -1 : 1));
  writeVarint(bytes, topics.length);
  for (const [name, offsets] of topics) {
    const encoded = Buffer.from(name, 'utf8');
    writeVarint(bytes, encoded.length);
    bytes.push(...encoded);
    writeVarint(bytes, offsets.length);
    for (const offset of offsets) writeVarint(bytes, offset);
  }
  return Uint8Array.from(bytes);
}

/** The signature has proved that `bodyOf` wrote this; a body of another format version is the one thing left to refuse. */
function positionOf(body: Uint8Array): LogPosition {
  if (body[0] !== formatVersion) throw invalid();
  const at = { bytes: body, index: 1 };
  const topics: [string, number[]][] = [];
  for (let left = readVarint(at); left > 0; left -= 1) {
    const length = readVarint(at);
    const name = Buffer.from(body.subarray(at.index, at.index + length)).toString('utf8');
    at.index += length;
    topics.push([name, Array.from({ length: readVarint(at) }, () => readVarint(at))]);
  }
  return Object.fromEntries(topics);
}

function invalid(): CodedError {
  return new CodedError('CURSOR_INVALID', 'This is not a cursor of ours.');
}
