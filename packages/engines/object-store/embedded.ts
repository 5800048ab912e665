import { randomBytes } from 'node:crypto';
import { access, constants, rm } from 'node:fs/promises';
import { type Clock, CodedError } from '@tributary/runtime';
import { inSlices } from '../durable-files.ts';
import { openFolders, type StoreFolders, temporaryPath } from './embedded-folders.ts';
import { keysUnder } from './embedded-listing.ts';
import { EmbeddedParts } from './embedded-parts.ts';
import { withFaultsTold } from './embedded-refusals.ts';
import { sweepTemporary } from './embedded-sweep.ts';
import { EmbeddedUploads } from './embedded-uploads.ts';
import { EmbeddedVersions, headOf, storedBytesOf, type VersionHeader } from './embedded-versions.ts';
import {
  absent,
  checkDescription,
  checkKey,
  checkNumber,
  checkPrefix,
  selectedBytes,
} from './object-check.ts';
import {
  type BeginUpload,
  type CompleteUpload,
  type GetRequest,
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
import { streamStored } from './stored-bytes.ts';
import { type WrittenBytes, writeStoredFile } from './stored-file.ts';

export interface EmbeddedObjectStoreOptions {
  /** The store's own folder; several processes may open it. */
  readonly folder: string;
  readonly tokens: PresignedTokens;
  readonly clock: Clock;
}

/** Objects as files of one folder, with the promises of the port across processes and crashes. */
export async function openEmbeddedObjectStore(options: EmbeddedObjectStoreOptions): Promise<ObjectStore> {
  return await withFaultsTold(async () => {
    const folders = await openFolders(options.folder);
    const store = new EmbeddedObjectStore(folders, options);
    await sweepTemporary(folders, new EmbeddedVersions(folders));
    return store;
  });
}

class EmbeddedObjectStore implements ObjectStore {
  readonly #folders: StoreFolders;
  readonly #versions: EmbeddedVersions;
  readonly #uploads: EmbeddedUploads;
  readonly #parts: EmbeddedParts;
  readonly #tokens: PresignedTokens;
  readonly #clock: Clock;
  #closed = false;

  constructor(folders: StoreFolders, { tokens, clock }: EmbeddedObjectStoreOptions) {
    this.#folders = folders;
    this.#versions = new EmbeddedVersions(folders);
    this.#uploads = new EmbeddedUploads(folders, this.#versions, clock);
    this.#parts = new EmbeddedParts({ folders, clock, versions: this.#versions, uploads: this.#uploads });
    this.#tokens = tokens;
    this.#clock = clock;
  }

  async put(request: PutRequest): Promise<StoredObject> {
    const { key, body, contentType, metadata = {}, sizeBytes, sha256, onlyIf, onTaken, signal } = request;
    checkKey(key);
    checkDescription(request);
    return await this.#run(async () => {
      const path = temporaryPath(this.#folders, 'draft');
      const etag = randomBytes(16).toString('hex');
      const header = (written: WrittenBytes): VersionHeader => {
        return { ...written, key, etag, contentType, metadata, lastModifiedMs: this.#clock.now() };
      };
      const written = await writeStoredFile({ path, body, header, sizeBytes, sha256, onTaken, signal });
      try {
        return storedOf(await this.#versions.link(path, written, onlyIf));
      } finally {
        await rm(path, { force: true });
      }
    });
  }

  async get(request: GetRequest): Promise<ObjectRead> {
    const { key, versionId, range, ifMatch, signal } = request;
    checkKey(key);
    signal?.throwIfAborted();
    return await this.#run(async () => {
      const version = await this.#versions.open(key, versionId);
      if (version === undefined) throw absent();
      try {
        const head = headOf(version);
        if (ifMatch !== undefined && ifMatch !== head.etag) throw anotherEtag();
        const selected = selectedBytes(head.sizeBytes, range);
        signal?.throwIfAborted();
        const bytes = storedBytesOf(version, this.#folders.bodies, selected);
        // Where the bytes lie elsewhere, the file that said so has done its part.
        if (version.header.upload !== undefined) await version.file.close();
        return { head, ...selected, body: streamStored(bytes, signal) };
      } catch (error) {
        await version.file.close();
        throw error;
      }
    });
  }

  async head(key: string, versionId?: string): Promise<ObjectHead | undefined> {
    checkKey(key);
    return await this.#run(() => this.#versions.head(key, versionId));
  }

  async delete(key: string, versionId?: string): Promise<void> {
    checkKey(key);
    await this.#run(() =>
      versionId === undefined ? this.#versions.deleteAll(key) : this.#versions.deleteOne(key, versionId),
    );
  }

  async list({ prefix, after = '', limit }: ListRequest): Promise<ObjectPage> {
    checkPrefix(prefix);
    checkNumber('limit', limit, [1, objectLimits.perList]);
    return await this.#run(async () => {
      const keys: string[] = [];
      for await (const key of keysUnder({ root: this.#folders.objects, prefix, after })) {
        // One more than asked for says that there is a next page.
        if (keys.push(key) > limit) break;
      }
      const page = keys.slice(0, limit);
      const listed = await inSlices(page, (key) => this.#versions.listed(key));
      const objects = listed.filter((object) => object !== undefined);
      return { objects, next: keys.length > limit ? page.at(-1) : undefined };
    });
  }

  async versions(key: string): Promise<readonly ObjectHead[]> {
    checkKey(key);
    return await this.#run(async () => {
      const newest = (await this.#versions.numbers(key)).toReversed().slice(0, objectLimits.perList);
      const heads = await inSlices(newest, (number) => this.#versions.headAt(key, number));
      return heads.filter((head) => head !== undefined);
    });
  }

  async beginUpload(request: BeginUpload): Promise<ObjectUpload> {
    return await this.#run(() => this.#uploads.begin(request));
  }

  async putPart(request: PutPartRequest): Promise<StoredPart> {
    return await this.#run(() => this.#parts.put(request));
  }

  async parts(upload: ObjectUpload): Promise<readonly StoredPart[]> {
    return await this.#run(() => this.#parts.list(upload));
  }

  async completeUpload(request: CompleteUpload): Promise<StoredObject> {
    return await this.#run(async () => storedOf(await this.#parts.complete(request)));
  }

  async abortUpload(upload: Pick<ObjectUpload, 'key' | 'uploadId'>): Promise<void> {
    await this.#run(() => this.#uploads.abort(upload));
  }

  async unfinishedUploads(startedBeforeMs: number, limit: number): Promise<readonly UnfinishedUpload[]> {
    checkNumber('limit', limit, [1, objectLimits.perList]);
    return await this.#run(() => this.#uploads.unfinished(startedBeforeMs, limit));
  }

  async presign(request: PresignRequest): Promise<PresignedRequest> {
    return this.#tokens.presign(request);
  }

  async ping(): Promise<void> {
    await this.#run(() => access(this.#folders.temporary, constants.W_OK));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
  }

  async #run<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    if (this.#closed) throw new CodedError('ENGINE_UNAVAILABLE', 'The object store is closed.');
    return await withFaultsTold(call);
  }
}

function storedOf({ key, versionId, etag, sizeBytes }: ObjectHead): StoredObject {
  return { key, versionId, etag, sizeBytes };
}

function anotherEtag(): CodedError {
  return new CodedError('PRECONDITION_FAILED', 'The object has another etag.');
}
