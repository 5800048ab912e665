import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { damaged } from './stored-file.ts';

/** A workspace's key for bytes at rest. */
export interface DataKey {
  /** Letters, digits and `-`; kept with every object, to find the key again. */
  readonly id: string;
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

/** Bytes of content in a frame; the last of an object may have fewer, and none only when the object is empty. */
export const frameBytes = 65_536;
const nonceBytes = 12;
const prefixBytes = 7;
const tagBytes = 16;
export const overheadBytes = nonceBytes + tagBytes;
export const sealedFrameBytes = frameBytes + overheadBytes;
export const saltBytes = 32;

/**
 * Frames of an object, as in the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its
 * Nonce-Reuse Misuse-Resistance", CRYPTO 2015, §7), laid out like Tink's AES-GCM-HKDF streaming, with the nonce kept in each frame:
 *   object = frame { frame }
 *   frame  = nonce(12) AES-256-GCM(object key, nonce, content)  tag(16)
 *   nonce  = prefix(7, random for each writer) index(4, big-endian, from 0 over all parts) last(1: 1 for the frame that ends the object)
 *   object key = HKDF-SHA256(data key, salt(32, random for each object), "tributary sealed object 1" LF key of the object)
 * The place of a frame is in its nonce: one that is moved, or taken from another object, opens nowhere else, and an object that is
 * cut off has no last frame. A part that is put again has another prefix, so that no nonce is used twice under a key.
 */
export function objectKeyOf(dataKey: DataKey, salt: Uint8Array, key: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', dataKey.secret, salt, `tributary sealed object 1\n${key}`, 32));
}

/** How long content is once it is sealed. */
export function sealedSize(sizeBytes: number): number {
  return sizeBytes + overheadBytes * Math.max(1, Math.ceil(sizeBytes / frameBytes));
}

/** How long the content of a sealed object is. */
export function openedSize(sealedBytes: number): number {
  const sizeBytes = sealedBytes - overheadBytes * Math.ceil(sealedBytes / sealedFrameBytes);
  if (sealedBytes < overheadBytes || sealedSize(sizeBytes) !== sealedBytes) throw damaged();
  return sizeBytes;
}

export interface SealRequest {
  readonly content: AsyncIterable<Uint8Array>;
  readonly objectKey: Uint8Array;
  readonly firstFrame: number;
  /** True when the object ends with this content. */
  readonly last: boolean;
}

/**
 * Seals content frame by frame. The bytes of one are held back until it is known whether it is the last; they are sealed as they came, without being
 * put together first, and stand in the order of the object.
 */
export async function* sealFrames(request: SealRequest): AsyncGenerator<Uint8Array, void> {
  const { content, objectKey, firstFrame, last } = request;
  const prefix = randomBytes(prefixBytes);
  let slices: Uint8Array[] = [];
  let index = firstFrame;
  let filled = 0;
  const seal = function* (isLast: boolean): Generator<Uint8Array> {
    const nonce = Buffer.concat([prefix, placeInNonce(index, isLast)]);
    const cipher = createCipheriv('aes-256-gcm', objectKey, nonce);
    yield nonce;
    for (const slice of slices) yield cipher.update(slice);
    cipher.final();
    yield cipher.getAuthTag();
    index += 1;
    slices = [];
    filled = 0;
  };
  for await (const chunk of content) {
    for (let at = 0; at < chunk.byteLength; ) {
      if (filled === frameBytes) yield* seal(false);
      const slice = chunk.subarray(at, at + frameBytes - filled);
      slices.push(slice);
      filled += slice.byteLength;
      at += slice.byteLength;
    }
  }
  yield* seal(last);
}

/** The content of one frame. @throws CodedError INTERNAL unless it is the frame of this object at this place */
export function openFrame(sealed: Buffer, objectKey: Uint8Array, place: FramePlace): Buffer {
  const nonce = sealed.subarray(0, nonceBytes);
  const isHere = nonce.subarray(prefixBytes).equals(placeInNonce(place.index, place.last));
  const isOfWriter = place.prefix === undefined || place.prefix.equals(prefixOf(sealed));
  if (!isHere || !isOfWriter) throw damaged();
  const decipher = createDecipheriv('aes-256-gcm', objectKey, nonce).setAuthTag(sealed.subarray(-tagBytes));
  const content = decipher.update(sealed.subarray(nonceBytes, -tagBytes));
  try {
    decipher.final();
  } catch (cause) {
    throw damaged(cause);
  }
  return content;
}

export interface FramePlace {
  readonly index: number;
  readonly last: boolean;
  /** That of the frame before in the same part: a part has one writer. */
  readonly prefix?: Buffer | undefined;
}

export function prefixOf(sealed: Buffer): Buffer {
  return sealed.subarray(0, prefixBytes);
}

function placeInNonce(index: number, last: boolean): Buffer {
  const place = Buffer.alloc(nonceBytes - prefixBytes);
  place.writeUInt32BE(index);
  place.writeUInt8(last ? 1 : 0, 4);
  return place;
}
