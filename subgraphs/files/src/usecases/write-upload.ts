import { createHash } from 'node:crypto';
import { interruptible } from '@tributary/engines/interruptible';
import { letGo } from '@tributary/engines/let-go';
import { objectLimits } from '@tributary/engines/object-store';
import { CodedError, type ErrorCode } from '@tributary/runtime';
import type { PartsHash } from '../adapters/hashes-under-way.ts';
import { tailKey } from '../adapters/object-keys.ts';
import { PartWriter, partBytes } from '../adapters/part-writer.ts';
import { hashOf, hashOfChunks } from '../adapters/read-object.ts';
import type { UploadLease } from '../adapters/upload-lease.ts';
import { saveProgress, setStored } from '../adapters/uploads-table.ts';
import type { FilesCore } from '../core.ts';
import type { PieceChecksum } from '../domain/piece-checksum.ts';
import type { Progress, UploadRecord } from '../domain/upload.ts';
import { unannouncedRoom } from './room.ts';
import { UploadPace } from './upload-pace.ts';

export interface UploadBytes {
  /** Its chunks are given away: when they are safe their memory is let go. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The lease the writer holds; null for uploads that are written by one request alone. */
  readonly lease: Pick<UploadLease, 'token' | 'number' | 'lost'> | null;
  /** Aborted when whoever sends them is gone: who waits for a place then leaves the line. What has come of a body is written all the same, unless its owner ends it. */
  readonly signal?: AbortSignal | undefined;
  /** With it, all of these bytes count, or none. */
  readonly checksum?: PieceChecksum | undefined;
}

/**
 * Writes what comes behind what is there. Whatever came is safe when this returns or throws, so that an upload goes on where it was
 * cut; the object appears when the last byte is there. Answers the upload as it is now.
 * @throws CodedError PAYLOAD_TOO_LARGE for more than was announced, CONTENT_MISMATCH for bytes with another checksum, QUOTA_EXCEEDED for more than there is room for where no size was announced, CONFLICT when another writer took over, OVERLOADED when it
 * comes too slowly while others wait, or what the body fails with
 */
export function writeUpload(
  core: FilesCore,
  upload: UploadRecord,
  bytes: UploadBytes,
): Promise<UploadRecord> {
  if (upload.state !== 'OPEN') return nothingMore(upload, bytes);
  const turn = { who: upload.workspaceId, signal: bytes.signal };
  return core.writers.run(turn, async (place) => {
    using pace = new UploadPace(core.pace, () => place.isWanted());
    return await new Writing(core, upload, { ...bytes, body: pace.of(bytes.body) }).take();
  });
}

/** Behind the last byte of an upload an empty piece has its place, and nothing else. */
async function nothingMore(upload: UploadRecord, { body, checksum }: UploadBytes): Promise<UploadRecord> {
  for await (const chunk of interruptible(body))
    if (chunk.byteLength > 0)
      throw new CodedError('PAYLOAD_TOO_LARGE', 'More bytes came than were announced.', {
        details: { limitBytes: upload.offsetBytes },
      });
  if (checksum !== undefined && !createHash(checksum.algorithm).digest().equals(checksum.digest))
    throw new CodedError('CONTENT_MISMATCH', 'The bytes have another checksum than was announced.');
  return upload;
}

/** Ends an upload whose bytes are all recorded: after a crash between the last of them and their hash. */
export async function finishStoring(core: FilesCore, upload: UploadRecord): Promise<UploadRecord> {
  const { objects, relational } = core;
  const { objectKey: key, partsUpload, parts } = upload;
  if (partsUpload !== null) await objects.completeUpload({ upload: partsUpload, parts });
  // What is smaller than a part was one object before its last byte was recorded; only of nothing there is none yet.
  else if (upload.sizeBytes === 0)
    await objects.put({ key, body: new Uint8Array(), contentType: 'application/octet-stream' });
  const sha256 = await hashOf(objects, key);
  await setStored(relational, upload.id, sha256);
  return { ...upload, state: 'STORED', sha256 };
}

const endsUpload: ReadonlySet<ErrorCode> = new Set(['PAYLOAD_TOO_LARGE', 'QUOTA_EXCEEDED']);

class Writing {
  readonly #core: FilesCore;
  readonly #bytes: UploadBytes;
  #upload: UploadRecord;

  constructor(core: FilesCore, upload: UploadRecord, bytes: UploadBytes) {
    this.#core = core;
    this.#upload = upload;
    this.#bytes = bytes;
  }

  async take(): Promise<UploadRecord> {
    const { objects, hashes } = this.#core;
    const { body, checksum, lease } = this.#bytes;
    const {
      id,
      objectKey,
      partsUpload,
      parts,
      sizeBytes,
      offsetBytes: start,
      tailKey: oldTail,
    } = this.#upload;
    const lastEtag = parts.at(-1)?.etag;
    using hash = hashes.take(id, lastEtag);
    using hashBefore = checksum === undefined ? undefined : hash?.copy();
    const check = checksum === undefined ? undefined : createHash(checksum.algorithm);
    // Before its checksum is known a piece is nothing: its parts are put again by the next one.
    let isRight = checksum === undefined;
    const writer = new PartWriter(
      objects,
      { key: objectKey, partsUpload, parts },
      {
        // Whoever had the upload before may still have a part under way: the writer after the next seven has that one's place.
        writer: (lease?.number ?? 0) % objectLimits.writers,
        signal: lease?.lost,
        ahead: this.#core.partsAhead,
        onBegun: (begun) => this.#save({ ...this.#upload, partsUpload: begun }),
        onPart: async (state, writtenBytes) => {
          const offsetBytes = (state.parts.length - 1) * partBytes + writtenBytes;
          // Until parts hold all that was acknowledged, the row names the tail that has the rest.
          if (isRight && offsetBytes >= start) await this.#save({ ...state, offsetBytes, tailKey: null });
        },
        onSafe: (chunks) => hash?.add(chunks) ?? Promise.resolve(letGo(chunks)),
      },
    );
    const requireRoom = await unannouncedRoom(this.#core, this.#upload);
    const limitBytes = sizeBytes ?? this.#core.settings.largestFileBytes;
    let received = start;
    let failure: unknown;
    try {
      if (oldTail !== null) await this.#readTail(oldTail, writer);
      for await (const chunk of body) {
        received += chunk.byteLength;
        if (received > limitBytes)
          throw new CodedError('PAYLOAD_TOO_LARGE', 'More bytes came than were announced.', {
            details: { limitBytes },
          });
        requireRoom(received);
        check?.update(chunk);
        await writer.add(chunk);
      }
      await writer.settled({ more: sizeBytes !== null && received < sizeBytes });
    } catch (error) {
      failure = error ?? new Error('the body failed');
      // What is under way is safe, or held again, before anybody counts what there is, or frees it.
      await writer.idle();
    }
    // What is beyond the announced size, or beyond the room there is, was never taken, so the tail is right in this case too; the upload itself is not.
    if (failure instanceof CodedError && endsUpload.has(failure.code)) throw failure;
    if (
      checksum !== undefined &&
      (failure !== undefined || check?.digest().equals(checksum.digest) !== true)
    ) {
      if (hashBefore !== undefined) hashes.keep(id, lastEtag, hashBefore);
      throw (
        failure ?? new CodedError('CONTENT_MISMATCH', 'The bytes have another checksum than was announced.')
      );
    }
    isRight = true;
    lease?.lost.throwIfAborted();
    const isWhole = failure === undefined && (sizeBytes === null || received === sizeBytes);
    // Only tus goes on where it was cut; whichever other upload is not whole ends.
    if (!isWhole && this.#upload.kind === 'TUS') await this.#keepTail(writer);
    if (isWhole) await this.#store(writer, { sizeBytes: received, hash });
    // Not before the row names another, or none.
    if (oldTail !== null && oldTail !== this.#upload.tailKey)
      await objects.delete(oldTail).catch(() => undefined);
    const isRecorded = this.#upload.parts.length === writer.state.parts.length;
    if (!isWhole && hash !== undefined && isRecorded) hashes.keep(id, this.#upload.parts.at(-1)?.etag, hash);
    if (failure !== undefined) throw failure;
    return this.#upload;
  }

  async #readTail(key: string, writer: PartWriter): Promise<void> {
    const { body } = await this.#core.objects.get({ key });
    for await (const chunk of body as AsyncIterable<Uint8Array>) await writer.add(chunk);
  }

  async #keepTail(writer: PartWriter): Promise<void> {
    const { chunks, sizeBytes: heldBytes } = writer.held;
    const { state } = writer;
    const safeBytes = state.parts.length * partBytes;
    // Of an upload whose offset is its size the object is there. Where it could not be made, the last byte has to come once more.
    const isWhole = heldBytes > 0 && safeBytes + heldBytes === this.#upload.sizeBytes;
    const sizeBytes = isWhole ? heldBytes - 1 : heldBytes;
    const offsetBytes = safeBytes + sizeBytes;
    // Less of it when the tail could not be read to its end: the row is right as it is.
    if (offsetBytes <= this.#upload.offsetBytes) return;
    const { workspaceId, id } = this.#upload;
    const key = sizeBytes === 0 ? null : tailKey(workspaceId, id, offsetBytes);
    if (key !== null)
      await this.#core.objects.put({
        key,
        body: Buffer.concat(chunks, sizeBytes),
        contentType: 'application/octet-stream',
      });
    await this.#save({ ...state, offsetBytes, tailKey: key });
  }

  /** Makes the bytes one object. They are stored only when they are those that were announced: nobody can complete what is not stored. */
  async #store(
    writer: PartWriter,
    { sizeBytes, hash }: { readonly sizeBytes: number; readonly hash: PartsHash | undefined },
  ): Promise<void> {
    const { relational, objects } = this.#core;
    const { id, objectKey, sha256: announced } = this.#upload;
    // Others may have filled the workspace meanwhile.
    (await unannouncedRoom(this.#core, this.#upload))(sizeBytes);
    // What is no part has no thread that hashes it: it is little.
    const ofFew = writer.state.partsUpload === null ? hashOfChunks(writer.held.chunks) : undefined;
    await writer.complete();
    await this.#save({ ...writer.state, offsetBytes: sizeBytes, tailKey: null });
    const sha256 = ofFew ?? (await hash?.digest()) ?? (await hashOf(objects, objectKey));
    if (announced !== null && announced !== sha256)
      throw new CodedError('CONTENT_MISMATCH', 'The bytes have another SHA-256 than was announced.');
    await setStored(relational, id, sha256);
    this.#upload = { ...this.#upload, state: 'STORED', sha256 };
  }

  async #save(progress: Progress): Promise<void> {
    const { partsUpload, parts, offsetBytes, tailKey: key } = progress;
    const saved = await saveProgress(this.#core.relational, this.#upload.id, {
      progress: { partsUpload, parts, offsetBytes, tailKey: key },
      leaseToken: this.#bytes.lease?.token ?? null,
    });
    if (!saved) throw new CodedError('STATE_CONFLICT', 'Another request is writing this upload.');
    this.#upload = { ...this.#upload, partsUpload, parts, offsetBytes, tailKey: key };
  }
}
