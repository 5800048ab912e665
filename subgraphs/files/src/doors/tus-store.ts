import type { Readable } from 'node:stream';
import { CodedError, isId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { DataStore, ERRORS, type Lock, type Locker, Upload } from '@tus/server';
import { takeLease, type UploadLease } from '../adapters/upload-lease.ts';
import { findUpload } from '../adapters/uploads-table.ts';
import type { FilesCore } from '../core.ts';
import type { FileRecord } from '../domain/file.ts';
import type { PieceChecksum } from '../domain/piece-checksum.ts';
import type { UploadRecord } from '../domain/upload.ts';
import { beginUpload } from '../usecases/begin-upload.ts';
import { completeUpload } from '../usecases/complete-upload.ts';
import { discardUpload } from '../usecases/discard-upload.ts';
import { unlessOverQuota } from '../usecases/failures.ts';
import { finishStoring, writeUpload } from '../usecases/write-upload.ts';
import { metadataOf } from './metadata-text.ts';
import type { WhatCame } from './what-came.ts';

/** The status tus gives a piece with another checksum; no other protocol knows it. */
export const checksumMismatch = 460;

/** An unfinished upload is kept a day; its client is told so. */
export const tusLifetimeMs = 24 * 3_600_000;

/** The bytes a request brings. */
export interface TusPiece {
  readonly body: WhatCame;
  readonly checksum: PieceChecksum | undefined;
  /** Aborted when whoever sends them is gone. */
  readonly signal: AbortSignal;
}

/**
 * Uploads as @tus/server sees them, for one request of one principal: rows in PostgreSQL, bytes in the object store, nothing in this
 * process. An upload belongs to whoever began it; for anybody else it does not exist.
 */
export class TusStore extends DataStore implements Locker {
  override extensions = ['creation', 'creation-with-upload', 'termination', 'expiration', 'checksum'];
  readonly #core: FilesCore;
  readonly #principal: Principal;
  readonly #piece: TusPiece;
  #lease: UploadLease | undefined;
  #begun: string | undefined;
  /** The file that this request finished, or found finished. */
  completed: FileRecord | undefined;
  /** Why bytes could not be written. The library would answer 400, at which clients give up what they could go on with. */
  failure: unknown;

  constructor(core: FilesCore, principal: Principal, piece: TusPiece) {
    super();
    this.#core = core;
    this.#principal = principal;
    this.#piece = piece;
  }

  override async create(upload: Upload): Promise<Upload> {
    const { filename, name, filetype, type, folderId, fileId, metadata, idempotencyKey } =
      upload.metadata ?? {};
    const begun = unlessOverQuota(
      await beginUpload(this.#core, this.#principal, {
        kind: 'TUS',
        id: upload.id,
        name: filename ?? name ?? '',
        declaredType: filetype ?? type,
        folderId: folderId ?? null,
        fileId: fileId ?? null,
        metadata: metadataOf(metadata),
        idempotencyKey: idempotencyKey ?? null,
        sizeBytes: upload.size ?? null,
        expiresInMs: tusLifetimeMs,
      }),
    );
    this.#begun = begun.id;
    upload.creation_date = begun.createdAt;
    return upload;
  }

  /** The library's stream is empty: the body is read without it. */
  override async write(stream: Readable, id: string): Promise<number> {
    stream.resume();
    const upload = await this.#find(id);
    const lease = this.#lease ?? null;
    try {
      const { body, signal } = this.#piece;
      const bytes = { ...this.#piece, lease, signal: AbortSignal.any([signal, body.stopped]) };
      return (await writeUpload(this.#core, upload, bytes)).offsetBytes;
    } catch (error) {
      if (error instanceof CodedError && error.code === 'CONTENT_MISMATCH')
        throw { status_code: checksumMismatch, body: error.message };
      const isProtocols = typeof error === 'object' && error !== null && 'status_code' in error;
      if (!isProtocols) this.failure = error;
      throw error;
    }
  }

  override async getUpload(id: string): Promise<Upload> {
    const found = await this.#find(id);
    // A crash may have come between the last byte and the file it makes: whoever asks next finishes it.
    if (found.offsetBytes === found.sizeBytes) await this.finish(id);
    const { offsetBytes, sizeBytes, name, declaredType, createdAt } = found;
    return new Upload({
      id,
      offset: offsetBytes,
      ...(sizeBytes === null ? {} : { size: sizeBytes }),
      metadata: { filename: name, ...(declaredType === null ? {} : { filetype: declaredType }) },
      creation_date: createdAt,
    });
  }

  override async remove(id: string): Promise<void> {
    await discardUpload(this.#core, (await this.#find(id)).id);
  }

  /** Ends what this request began and then failed with: its client was not told where it is, so nobody could go on with it or end it. */
  async undoCreation(): Promise<void> {
    if (this.#begun !== undefined) await discardUpload(this.#core, this.#begun);
  }

  override getExpiration(): number {
    return tusLifetimeMs;
  }

  /** Makes a whole upload a file. */
  async finish(id: string): Promise<FileRecord> {
    const upload = await this.#find(id);
    const stored = upload.state === 'OPEN' ? await finishStoring(this.#core, upload) : upload;
    this.completed = unlessOverQuota(await completeUpload(this.#core, stored));
    return this.completed;
  }

  newLock(id: string): Lock {
    return {
      lock: async (_signal, onWanted) => {
        const letGo = (): void => {
          this.#piece.body.stop();
          void onWanted();
        };
        if (isId(id)) this.#lease = await takeLease(this.#core.relational, id, letGo);
      },
      unlock: async () => {
        await this.#lease?.[Symbol.asyncDispose]();
        this.#lease = undefined;
      },
    };
  }

  async #find(id: string): Promise<UploadRecord> {
    const upload = isId(id) ? await findUpload(this.#core.relational, id) : undefined;
    const { workspaceId, id: principalId } = this.#principal;
    if (upload?.kind !== 'TUS' || upload.workspaceId !== workspaceId || upload.createdBy !== principalId)
      throw ERRORS.FILE_NOT_FOUND;
    return upload;
  }
}
