import { CodedError } from '@tributary/runtime';
import { letGo } from '../let-go.ts';
import { absent, checkKey, checkPart, selectedBytes } from './object-check.ts';
import { openStream } from './opened-stream.ts';
import {
  type BeginUpload,
  type ByteRange,
  type CompleteUpload,
  type GetRequest,
  type ListedObject,
  type ListRequest,
  type ObjectHead,
  type ObjectPage,
  type ObjectRead,
  type ObjectStore,
  type ObjectUpload,
  objectLimits,
  type PresignedRequest,
  type PresignRequest,
  type PutPartRequest,
  type PutRequest,
  type StoredObject,
  type StoredPart,
  type UnfinishedUpload,
} from './port.ts';
import type { PresignedTokens } from './presigned-tokens.ts';
import {
  type DataKey,
  frameBytes,
  objectKeyOf,
  openedSize,
  sealedFrameBytes,
  sealedSize,
  sealFrames,
} from './sealed-frames.ts';
import {
  framesPerPart,
  newSealing,
  openedHead,
  openedUpload,
  type Sealing,
  storesUploadId,
  withSealedId,
  withSealing,
} from './sealing.ts';
import { isDamage } from './stored-file.ts';
import { verifiedBody } from './verified-body.ts';

/** The data keys of one workspace. Whoever keeps them (wrapped, `key-provider`) decides how long its objects can be read. */
export interface DataKeys {
  /** What new objects are sealed with. */
  current(): Promise<DataKey>;
  /** What an object was sealed with; undefined once it is destroyed: the object is then absent to its readers. */
  find(id: string): Promise<DataKey | undefined>;
}

export interface SealedObjectsOptions {
  readonly keys: DataKeys;
  /** An engine that answers by itself would hand out sealed bytes, and take open ones: presigned requests come to our door instead. */
  readonly tokens: PresignedTokens;
}

/**
 * The same store, with every byte of content sealed before it leaves this process. Sizes, ranges and hashes are those of the content; a
 * range opens the frames it touches. Bytes that were changed, moved or cut off end the read with INTERNAL before any of them is given
 * out. Keys, sizes, content types and metadata stay readable. The store under it stays the caller's to close.
 */
export function sealedObjects(store: ObjectStore, options: SealedObjectsOptions): ObjectStore {
  return new SealedObjects(store, options);
}

class SealedObjects implements ObjectStore {
  readonly #store: ObjectStore;
  readonly #keys: DataKeys;
  readonly #tokens: PresignedTokens;

  constructor(store: ObjectStore, { keys, tokens }: SealedObjectsOptions) {
    this.#store = store;
    this.#keys = keys;
    this.#tokens = tokens;
  }

  async put(request: PutRequest): Promise<StoredObject> {
    const { key, body, sizeBytes, sha256, signal, onlyIf } = request;
    checkKey(key);
    const dataKey = await this.#keys.current();
    const sealing = newSealing(dataKey);
    const objectKey = objectKeyOf(dataKey, sealing.salt, key);
    const content = verifiedBody(body, { sizeBytes, sha256, signal });
    const stored = await this.#store.put({
      key,
      ...withSealing(request, sealing),
      body: sealFrames({ content, objectKey, firstFrame: 0, last: true }),
      sizeBytes: sizeBytes === undefined ? undefined : sealedSize(sizeBytes),
      onlyIf,
      onTaken: letGo,
      signal,
    });
    return opened(stored);
  }

  async get(request: GetRequest): Promise<ObjectRead> {
    const { range } = request;
    const read = await this.#sealedRead(request);
    try {
      const { head, sealing } = openedHead(read.head);
      const selected = selectedBytes(head.sizeBytes, range);
      const objectKey = await this.#objectKey(head.key, sealing);
      if (objectKey === undefined) throw absent();
      request.signal?.throwIfAborted();
      const opening = { objectKey, sizeBytes: head.sizeBytes, framesPerPart: framesPerPart(sealing) };
      return { head, ...selected, body: openStream(read.body, { ...opening, ...selected }) };
    } catch (error) {
      read.body.on('error', () => undefined).destroy();
      throw error;
    }
  }

  async head(key: string, versionId?: string): Promise<ObjectHead | undefined> {
    const head = await this.#store.head(key, versionId);
    return head === undefined ? undefined : openedHead(head).head;
  }

  async delete(key: string, versionId?: string): Promise<void> {
    await this.#store.delete(key, versionId);
  }

  async list(request: ListRequest): Promise<ObjectPage> {
    const { objects, next } = await this.#store.list(request);
    return { objects: objects.map(listed), next };
  }

  async versions(key: string): Promise<readonly ObjectHead[]> {
    return (await this.#store.versions(key)).map((head) => openedHead(head).head);
  }

  async beginUpload(request: BeginUpload): Promise<ObjectUpload> {
    const { key, partBytes } = request;
    if (partBytes % objectLimits.partBytesStep !== 0) {
      throw new CodedError('BAD_USER_INPUT', `partBytes is a multiple of ${objectLimits.partBytesStep}.`, {
        details: { argument: 'partBytes' },
      });
    }
    const sealing = newSealing(await this.#keys.current(), partBytes);
    const described = withSealing(request, sealing);
    const upload = await this.#store.beginUpload({ key, ...described, partBytes: sealedSize(partBytes) });
    return withSealedId(upload, sealing, partBytes);
  }

  async putPart(request: PutPartRequest): Promise<StoredPart> {
    const { number, writer = 0, last, body, sizeBytes, sha256, signal } = request;
    const { upload, sealing } = openedUpload(request.upload);
    checkPart(request);
    const objectKey = await this.#objectKey(upload.key, sealing);
    if (objectKey === undefined) throw absent('upload');
    const content = verifiedBody(body, { sizeBytes, sha256, signal });
    const firstFrame = (number - 1) * (framesPerPart(sealing) ?? 0);
    const sealed = sealFrames({ content, objectKey, firstFrame, last });
    const part = { upload, number, writer, last, body: sealed, sizeBytes: sealedSize(sizeBytes), signal };
    return opened(await this.#store.putPart({ ...part, onTaken: letGo }));
  }

  async parts(upload: ObjectUpload): Promise<readonly StoredPart[]> {
    return (await this.#store.parts(openedUpload(upload).upload)).map(opened);
  }

  async completeUpload(request: CompleteUpload): Promise<StoredObject> {
    const { upload } = openedUpload(request.upload);
    return opened(await this.#store.completeUpload({ ...request, upload }));
  }

  /** Takes ids of either kind: `unfinishedUploads` gives those of the store. */
  async abortUpload({ key, uploadId }: Pick<ObjectUpload, 'key' | 'uploadId'>): Promise<void> {
    await this.#store.abortUpload({ key, uploadId: storesUploadId(uploadId) });
  }

  async unfinishedUploads(startedBeforeMs: number, limit: number): Promise<readonly UnfinishedUpload[]> {
    return await this.#store.unfinishedUploads(startedBeforeMs, limit);
  }

  async presign(request: PresignRequest): Promise<PresignedRequest> {
    return this.#tokens.presign(request);
  }

  async ping(): Promise<void> {
    await this.#store.ping();
  }

  /** Nothing of its own to close. */
  async [Symbol.asyncDispose](): Promise<void> {}

  /** Reads the frames the range touches. */
  async #sealedRead(request: GetRequest): Promise<ObjectRead> {
    try {
      return await this.#store.get({ ...request, range: sealedRange(request.range) });
    } catch (error) {
      const beyond = error instanceof CodedError && error.code === 'RANGE_NOT_SATISFIABLE';
      // Says the size of the content, where the store said that of its frames.
      if (beyond) selectedBytes(openedSize(Number(error.details['sizeBytes'])), request.range);
      throw error;
    }
  }

  async #objectKey(key: string, { dataKeyId, salt }: Sealing): Promise<Uint8Array | undefined> {
    const dataKey = await this.#keys.find(dataKeyId);
    return dataKey === undefined ? undefined : objectKeyOf(dataKey, salt, key);
  }
}

function sealedRange(range: ByteRange | undefined): ByteRange | undefined {
  if (range === undefined) return undefined;
  // Refuses what is no range at all, before it is turned into another.
  selectedBytes(Number.MAX_SAFE_INTEGER, range);
  const { firstByte, lastByte } = range;
  const frameOf = (position: number): number => Math.floor(position / frameBytes);
  const end = lastByte === undefined ? undefined : (frameOf(lastByte) + 1) * sealedFrameBytes - 1;
  return { firstByte: bounded(frameOf(firstByte) * sealedFrameBytes), lastByte: end && bounded(end) };
}

function bounded(position: number): number {
  return Math.min(position, Number.MAX_SAFE_INTEGER);
}

/** One that is as large as no sealed object is listed all the same, and holds nothing: one damage does not hide what else there is. */
function listed(object: ListedObject): ListedObject {
  try {
    return opened(object);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { ...object, sizeBytes: 0 };
  }
}

function opened<Stored extends { readonly sizeBytes: number }>(stored: Stored): Stored {
  return { ...stored, sizeBytes: openedSize(stored.sizeBytes) };
}
