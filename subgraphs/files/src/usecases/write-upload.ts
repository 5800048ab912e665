import { CodedError } from '@tributary/runtime';
import { tailKey } from '../adapters/object-keys.ts';
import { PartWriter, partBytes } from '../adapters/part-writer.ts';
import { hashOf } from '../adapters/read-object.ts';
import { saveProgress, setStored } from '../adapters/uploads-table.ts';
import type { FilesCore } from '../core.ts';
import type { Progress, UploadRecord } from '../domain/upload.ts';

export interface UploadBytes {
  readonly body: AsyncIterable<Uint8Array>;
  /** The lease the writer holds; null for uploads that are written by one request alone. */
  readonly leaseToken: string | null;
}

/**
 * Writes what comes behind what is there. Whatever came is safe when this returns or throws, so that an upload goes on where it was
 * cut; the object appears when the last byte is there. Answers the upload as it is now.
 * @throws CodedError PAYLOAD_TOO_LARGE for more than was announced, CONFLICT when another writer took over, or what the body fails with
 */
export function writeUpload(
  core: FilesCore,
  upload: UploadRecord,
  bytes: UploadBytes,
): Promise<UploadRecord> {
  return core.writers.run(() => new Writing(core, upload, bytes.leaseToken).take(bytes.body));
}

/** Makes an object of an upload whose parts are all there: after a crash between the last part and the object. */
export async function finishStoring(core: FilesCore, upload: UploadRecord): Promise<UploadRecord> {
  const { objects, relational } = core;
  if (upload.partsUpload !== null)
    await objects.completeUpload({ upload: upload.partsUpload, parts: upload.parts });
  else
    await objects.put({
      key: upload.objectKey,
      body: new Uint8Array(),
      contentType: 'application/octet-stream',
    });
  const sha256 = await hashOf(objects, upload.objectKey);
  await setStored(relational, upload.id, sha256);
  return { ...upload, state: 'STORED', sha256 };
}

class Writing {
  readonly #core: FilesCore;
  readonly #leaseToken: string | null;
  #upload: UploadRecord;
  /** Bytes in parts; the rest of what came is held or in the tail. */
  #inParts: number;

  constructor(core: FilesCore, upload: UploadRecord, leaseToken: string | null) {
    this.#core = core;
    this.#upload = upload;
    this.#leaseToken = leaseToken;
    this.#inParts = upload.parts.length * partBytes;
  }

  async take(body: AsyncIterable<Uint8Array>): Promise<UploadRecord> {
    const { objects, hashes } = this.#core;
    const { id, objectKey, partsUpload, parts, sizeBytes, tailKey: oldTail } = this.#upload;
    const hash = hashes.take(id, this.#upload.offsetBytes);
    const writer = new PartWriter(
      objects,
      { key: objectKey, partsUpload, parts },
      async (state, writtenBytes) => {
        this.#inParts += writtenBytes;
        await this.#save({ ...state, offsetBytes: this.#inParts, tailKey: null });
      },
    );
    if (oldTail !== null) await this.#readTail(oldTail, writer);
    const limitBytes = sizeBytes ?? this.#core.settings.largestFileBytes;
    let received = this.#upload.offsetBytes;
    let failure: unknown;
    try {
      for await (const chunk of body) {
        received += chunk.byteLength;
        if (received > limitBytes)
          throw new CodedError('PAYLOAD_TOO_LARGE', 'More bytes came than were announced.', {
            details: { limitBytes },
          });
        hash?.update(chunk);
        await writer.add(chunk);
      }
    } catch (error) {
      failure = error ?? new Error('the body failed');
    }
    // What is beyond the announced size was never taken, so the tail is right in this case too; the upload itself is not.
    if (failure instanceof CodedError && failure.code === 'PAYLOAD_TOO_LARGE') throw failure;
    const isWhole = failure === undefined && (sizeBytes === null || received === sizeBytes);
    if (!isWhole) await this.#keepTail(writer);
    else await writer.complete();
    if (oldTail !== null && oldTail !== this.#upload.tailKey)
      await objects.delete(oldTail).catch(() => undefined);
    if (isWhole) return this.#stored(received, hash?.digest('hex'));
    if (hash !== undefined) hashes.keep(id, this.#upload.offsetBytes, hash);
    if (failure !== undefined) throw failure;
    return this.#upload;
  }

  async #readTail(key: string, writer: PartWriter): Promise<void> {
    const { body } = await this.#core.objects.get({ key });
    for await (const chunk of body as AsyncIterable<Uint8Array>) await writer.add(chunk);
  }

  async #keepTail(writer: PartWriter): Promise<void> {
    const { chunks, sizeBytes } = writer.held;
    const offsetBytes = this.#inParts + sizeBytes;
    if (offsetBytes === this.#upload.offsetBytes) return;
    const { workspaceId, id, partsUpload, parts } = this.#upload;
    const key = sizeBytes === 0 ? null : tailKey(workspaceId, id, offsetBytes);
    if (key !== null)
      await this.#core.objects.put({
        key,
        body: Buffer.concat(chunks),
        contentType: 'application/octet-stream',
      });
    await this.#save({ partsUpload, parts, offsetBytes, tailKey: key });
  }

  async #stored(sizeBytes: number, hashed: string | undefined): Promise<UploadRecord> {
    const { relational, objects } = this.#core;
    const { id, objectKey } = this.#upload;
    await this.#save({ ...this.#upload, offsetBytes: sizeBytes, tailKey: null });
    const sha256 = hashed ?? (await hashOf(objects, objectKey));
    await setStored(relational, id, sha256);
    this.#upload = { ...this.#upload, state: 'STORED', sha256 };
    return this.#upload;
  }

  async #save(progress: Progress): Promise<void> {
    const { partsUpload, parts, offsetBytes, tailKey: key } = progress;
    const saved = await saveProgress(this.#core.relational, this.#upload.id, {
      progress: { partsUpload, parts, offsetBytes, tailKey: key },
      leaseToken: this.#leaseToken,
    });
    if (!saved) throw new CodedError('CONFLICT', 'Another request is writing this upload.');
    this.#upload = { ...this.#upload, partsUpload, parts, offsetBytes, tailKey: key };
  }
}
