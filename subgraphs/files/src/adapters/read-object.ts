import { createHash } from 'node:crypto';
import type { ObjectStore } from '@tributary/engines/object-store';

/** The first bytes of an object, `limitBytes` at most. */
export async function headOf(objects: ObjectStore, key: string, limitBytes: number): Promise<Uint8Array> {
  const head = await objects.head(key);
  if (head === undefined || head.sizeBytes === 0) return new Uint8Array();
  const { body } = await objects.get({ key, range: { firstByte: 0, lastByte: limitBytes - 1 } });
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** SHA-256 of an object, in hex, and its size. */
export async function hashOf(objects: ObjectStore, key: string): Promise<string> {
  const { body } = await objects.get({ key });
  const hash = createHash('sha256');
  for await (const chunk of body as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}
