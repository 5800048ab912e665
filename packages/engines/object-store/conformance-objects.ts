import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { newId } from '@tributary/runtime';
import type {
  ByteRange,
  ObjectRead,
  ObjectStore,
  ObjectUpload,
  PresignedRequest,
  StoredPart,
} from './port.ts';

export interface ObjectStoreUnderTest extends AsyncDisposable {
  readonly store: ObjectStore;
  /** Another client of the same objects, as another process would open it. The test closes it. */
  connect(): Promise<ObjectStore>;
  /** Its lists leave out keys below other keys (`a/b` where there is `a`), and its own tests say so. */
  readonly hidesKeysBelowKeys?: boolean;
  /** Sends a presigned request over HTTP to whoever answers it. */
  send(request: PresignedRequest, body?: Uint8Array, headers?: Record<string, string>): Promise<Response>;
}

export type OpenObjectStoreUnderTest = () => Promise<ObjectStoreUnderTest>;

export const MiB = 1_048_576;
export const contentType = 'application/octet-stream';

/** A key nobody else uses, as the server would make it. */
export function freshKey(): string {
  return `conformance/${newId()}/original`;
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function bytesOf(read: ObjectRead): Promise<Buffer> {
  return await buffer(read.body);
}

/** What is under a key, or of it. */
export async function contentOf(store: ObjectStore, key: string, range?: ByteRange): Promise<Buffer> {
  return await bytesOf(await store.get({ key, range }));
}

/** Bytes in chunks of odd sizes, as a network would bring them. */
export async function* inChunks(bytes: Uint8Array, chunkBytes = 70_001): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.byteLength; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

/** Some bytes, then silence until the reader gives up. */
export async function* stalling(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
  await new Promise(() => undefined);
}

/** Some bytes, then the client is gone. */
export async function* breakingOff(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
  throw new Error('the client went away');
}

/** Random content of an object, and how it falls into parts. */
export function contentInParts(sizeBytes: number, partBytes = 5 * MiB): { bytes: Buffer; parts: Buffer[] } {
  const bytes = randomBytes(sizeBytes);
  const parts: Buffer[] = [];
  for (let at = 0; at < sizeBytes; at += partBytes) parts.push(bytes.subarray(at, at + partBytes));
  return { bytes, parts };
}

export async function putParts(
  store: ObjectStore,
  upload: ObjectUpload,
  parts: readonly Buffer[],
): Promise<StoredPart[]> {
  const stored: StoredPart[] = [];
  for (const [index, body] of parts.entries()) {
    const last = index === parts.length - 1;
    const sizeBytes = body.byteLength;
    stored.push(await store.putPart({ upload, number: index + 1, last, body, sizeBytes }));
  }
  return stored;
}
