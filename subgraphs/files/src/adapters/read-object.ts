import { createHash } from 'node:crypto';
import type { ObjectStore } from '@tributary/engines/object-store';

/** The beginning of an object, and how large it is whole. */
export interface Beginning {
  readonly sizeBytes: number;
  readonly bytes: Uint8Array;
}

/** The first bytes of an object, `limitBytes` at most; undefined where there is none. */
export async function beginningOf(
  objects: ObjectStore,
  key: string,
  limitBytes: number,
): Promise<Beginning | undefined> {
  const head = await objects.head(key);
  if (head === undefined) return undefined;
  const { sizeBytes } = head;
  if (sizeBytes === 0) return { sizeBytes, bytes: new Uint8Array() };
  const { body } = await objects.get({ key, range: { firstByte: 0, lastByte: limitBytes - 1 } });
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return { sizeBytes, bytes: Buffer.concat(chunks) };
}

/** SHA-256 of an object, in hex, and its size. */
export async function hashOf(objects: ObjectStore, key: string): Promise<string> {
  const { body } = await objects.get({ key });
  const hash = createHash('sha256');
  for await (const chunk of body as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

/** SHA-256 of what is here, in hex. */
export function hashOfChunks(chunks: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}
