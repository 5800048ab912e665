import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { CodedError } from '@tributary/runtime';
import { isOther } from './other-topic.ts';
import type { EventLog, TopicPosition } from './port.ts';
import { readVarint, writeVarint } from './varint.ts';

/** A position in the log: the next offset by partition, for each topic. */
export type LogPosition = Readonly<Record<string, TopicPosition>>;

/** Which log, and which topic of each name in it, a position is of: by topic, as far as the log tells. */
export type TopicIdentities = Readonly<Record<string, string | undefined>>;

/** What a cursor says of a topic is meant of this one, and of none that has its name after it or in another log. */
export async function cursorIdentity(
  log: Pick<EventLog, 'identity' | 'topicIdentity'>,
  topic: string,
): Promise<string | undefined> {
  const topicId = await log.topicIdentity(topic);
  return topicId === undefined ? undefined : `${await log.identity()} ${topicId}`;
}

/** Positions as opaque text that clients keep and give back, but cannot make or change. */
export interface CursorCodec {
  /** Equal positions give equal cursors, whatever the order of the topics. */
  encode(position: LogPosition, identities?: TopicIdentities): string;
  /** @throws CodedError CURSOR_INVALID on anything `encode` of a codec with the same secret did not make. */
  decode(cursor: string): LogPosition;
  /** False when the cursor says that it is of another topic of that name, or of another log. @throws CodedError CURSOR_INVALID as `decode` */
  mayBeOf(cursor: string, topic: string, identity: string | undefined): boolean;
  /** True when the cursor says that it is of this very topic. @throws CodedError CURSOR_INVALID as `decode` */
  isOf(cursor: string, topic: string, identity: string | undefined): boolean;
}

const plainVersion = 1;
/** With a mark of each topic. */
const markedVersion = 2;
const markBytes = 6;
const signatureBytes = 16;
const longestCursor = 32_768;

/**
 * Cursor grammar, base64url without padding:
 *   cursor   = version(1 byte) topics signature(16 bytes)
 *   topics   = count { length name(UTF-8) [length mark] partitions { offset } }    numbers are unsigned LEB128, topics sorted by name
 *   mark     = first 6 bytes of SHA-256(identity), or none where it is not known; in version 2 alone, which is written where any is known
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
  const read = (cursor: string): readonly CursorTopic[] => {
    if (cursor.length > longestCursor) throw invalid();
    const bytes = Buffer.from(cursor, 'base64url');
    // Buffer skips characters outside the alphabet and unused bits: only the one canonical spelling counts.
    if (bytes.length <= signatureBytes || bytes.toString('base64url') !== cursor) throw invalid();
    const body = bytes.subarray(0, -signatureBytes);
    if (!timingSafeEqual(sign(body), bytes.subarray(-signatureBytes))) throw invalid();
    return topicsIn(body);
  };
  const markIn = (cursor: string, topic: string): string | undefined =>
    read(cursor).find(({ name }) => name === topic)?.mark;
  return {
    encode: (position, identities = {}) => {
      const body = bodyOf(position, identities);
      return Buffer.concat([body, sign(body)]).toString('base64url');
    },
    decode: (cursor) => Object.fromEntries(read(cursor).map(({ name, offsets }) => [name, offsets])),
    mayBeOf: (cursor, topic, identity) => !isOther(markIn(cursor, topic), markTextOf(identity)),
    isOf: (cursor, topic, identity) =>
      identity !== undefined && markIn(cursor, topic) === markTextOf(identity),
  };
}

interface CursorTopic {
  readonly name: string;
  readonly offsets: TopicPosition;
  readonly mark: string | undefined;
}

function markTextOf(identity: string | undefined): string | undefined {
  return identity === undefined ? undefined : markOf(identity).toString('hex');
}

function markOf(identity: string): Buffer {
  return createHash('sha256').update(identity).digest().subarray(0, markBytes);
}

function bodyOf(position: LogPosition, identities: TopicIdentities): Uint8Array {
  const isMarked = Object.keys(position).some((topic) => identityOf(identities, topic) !== undefined);
  const bytes = [isMarked ? markedVersion : plainVersion];
  const topics = Object.entries(position).sort(([a], [b]) => (a < b ? -1 : 1));
  writeVarint(bytes, topics.length);
  for (const [name, offsets] of topics) {
    const encoded = Buffer.from(name, 'utf8');
    writeVarint(bytes, encoded.length);
    bytes.push(...encoded);
    if (isMarked) {
      const identity = identityOf(identities, name);
      writeVarint(bytes, identity === undefined ? 0 : markBytes);
      if (identity !== undefined) bytes.push(...markOf(identity));
    }
    writeVarint(bytes, offsets.length);
    for (const offset of offsets) writeVarint(bytes, offset);
  }
  return Uint8Array.from(bytes);
}

/** The signature has proved that `bodyOf` wrote this; a body of another format version is the one thing left to refuse. */
function topicsIn(body: Uint8Array): readonly CursorTopic[] {
  const [version] = body;
  if (version !== plainVersion && version !== markedVersion) throw invalid();
  const at = { bytes: body, index: 1 };
  const topics: CursorTopic[] = [];
  for (let left = readVarint(at); left > 0; left -= 1) {
    const length = readVarint(at);
    const name = Buffer.from(body.subarray(at.index, at.index + length)).toString('utf8');
    at.index += length;
    const marked = version === markedVersion ? readVarint(at) : 0;
    const mark =
      marked === 0 ? undefined : Buffer.from(body.subarray(at.index, at.index + marked)).toString('hex');
    at.index += marked;
    topics.push({ name, mark, offsets: Array.from({ length: readVarint(at) }, () => readVarint(at)) });
  }
  return topics;
}

function identityOf(identities: TopicIdentities, topic: string): string | undefined {
  return Object.hasOwn(identities, topic) ? identities[topic] : undefined;
}

function invalid(): CodedError {
  return new CodedError('CURSOR_INVALID', 'This is not a cursor of ours.');
}
