import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { areHere, type Chunks } from './port.ts';
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
  readonly content: Chunks;
  readonly objectKey: Uint8Array;
  readonly firstFrame: number;
  /** True when the object ends with this content. */
  readonly last: boolean;
}

/**
 * Seals content frame by frame. The bytes of one are held back until it is known whether it is the last; they are sealed as they came, without being
 * put together first, and stand in the order of the object.
 */
export function sealFrames({ content, ...request }: SealRequest): Chunks {
  const sealer = new FrameSealer(request);
  return areHere(content) ? sealed(content, sealer) : sealedAsItComes(content, sealer);
}

function* sealed(content: Iterable<Uint8Array>, sealer: FrameSealer): Generator<Uint8Array, void> {
  for (const chunk of content) yield* sealer.take(chunk);
  yield* sealer.end();
}

async function* sealedAsItComes(
  content: AsyncIterable<Uint8Array>,
  sealer: FrameSealer,
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of content) for (const bytes of sealer.take(chunk)) yield bytes;
  for (const bytes of sealer.end()) yield bytes;
}

class FrameSealer {
  readonly #request: Omit<SealRequest, 'content'>;
  readonly #prefix = randomBytes(prefixBytes);
  #index: number;
  #slices: Uint8Array[] = [];
  #filled = 0;

  constructor(request: Omit<SealRequest, 'content'>) {
    this.#request = request;
    this.#index = request.firstFrame;
  }

  /** The frames that are known not to be the last. */
  *take(chunk: Uint8Array): Generator<Uint8Array, void> {
    for (let at = 0; at < chunk.byteLength; ) {
      if (this.#filled === frameBytes) yield* this.#seal(false);
      const slice = chunk.subarray(at, at + frameBytes - this.#filled);
      this.#slices.push(slice);
      this.#filled += slice.byteLength;
      at += slice.byteLength;
    }
  }

  end(): Generator<Uint8Array, void> {
    return this.#seal(this.#request.last);
  }

  *#seal(isLast: boolean): Generator<Uint8Array, void> {
    const nonce = Buffer.concat([this.#prefix, placeInNonce(this.#index, isLast)]);
    const cipher = createCipheriv('aes-256-gcm', this.#request.objectKey, nonce);
    yield nonce;
    for (const slice of this.#slices) yield cipher.update(slice);
    cipher.final();
    yield cipher.getAuthTag();
    this.#index += 1;
    this.#slices = [];
    this.#filled = 0;
  }
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
