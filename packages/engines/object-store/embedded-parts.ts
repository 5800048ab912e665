import { randomBytes } from 'node:crypto';
import { link, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, CodedError, isId } from '@tributary/runtime';
import { hasCode, inSlices, syncFolder } from '../durable-files.ts';
import { moved, type StoreFolders, temporaryPath } from './embedded-folders.ts';
import type { EmbeddedUploads, UploadRecord } from './embedded-uploads.ts';
import type { EmbeddedVersions, VersionHeader } from './embedded-versions.ts';
import { absent, checkKey, checkPart } from './object-check.ts';
import type { CompleteUpload, ObjectHead, ObjectUpload, PutPartRequest, StoredPart } from './port.ts';
import { openStoredFile, type WrittenBytes, writeStoredFile } from './stored-file.ts';

interface PartHeader extends WrittenBytes {
  readonly etag: string;
  readonly last: boolean;
}

export interface EmbeddedPartsDeps {
  readonly folders: StoreFolders;
  readonly versions: EmbeddedVersions;
  readonly uploads: EmbeddedUploads;
  readonly clock: Clock;
}

/**
 * The parts of uploads, a file each. Completing moves their folder, which ends all writing to it, and links a version that says where they
 * are: no byte is copied, however large the object. A process killed on the way leaves an upload that can be completed again.
 */
export class EmbeddedParts {
  readonly #folders: StoreFolders;
  readonly #versions: EmbeddedVersions;
  readonly #uploads: EmbeddedUploads;
  readonly #clock: Clock;

  constructor({ folders, versions, uploads, clock }: EmbeddedPartsDeps) {
    this.#folders = folders;
    this.#versions = versions;
    this.#uploads = uploads;
    this.#clock = clock;
  }

  async put(request: PutPartRequest): Promise<StoredPart> {
    const { upload, number, last, body, sizeBytes, sha256, onTaken, signal } = request;
    const { partBytes } = await this.#record(upload);
    checkPart({ ...request, upload: { ...upload, partBytes } });
    const etag = randomBytes(16).toString('hex');
    const draft = temporaryPath(this.#folders, 'draft');
    const header = (written: WrittenBytes): PartHeader => ({ ...written, etag, last });
    await writeStoredFile({ path: draft, body, header, sizeBytes, sha256, onTaken, signal });
    const folder = join(this.#folders.parts, upload.uploadId);
    await uploadIsThere(async () => {
      await rename(draft, join(folder, String(number)));
      await syncFolder(folder);
    }).catch(async (error: unknown) => {
      await rm(draft, { force: true });
      throw error;
    });
    return { number, etag, sizeBytes };
  }

  async list(upload: ObjectUpload): Promise<readonly StoredPart[]> {
    await this.#record(upload);
    const folder = await this.#folderOf(upload.uploadId);
    return await uploadIsThere(async () =>
      inSlices(await partNumbers(folder), async (number) => {
        const { etag, sizeBytes } = await partHeader(folder, number);
        return { number, etag, sizeBytes };
      }),
    );
  }

  async complete({ upload, parts, onlyIf }: CompleteUpload): Promise<ObjectHead> {
    const record = await this.#uploads.record(upload);
    if (record === undefined) return await this.#completedBefore(upload);
    return await uploadIsThere(async () => {
      const { uploadId } = upload;
      await this.#checkedSize(await this.#folderOf(uploadId), parts);
      const body = join(this.#folders.bodies, uploadId);
      if (await moved(join(this.#folders.parts, uploadId), body)) {
        await Promise.all([syncFolder(this.#folders.parts), syncFolder(this.#folders.bodies)]);
      }
      // Once more: until the move a part could be put again.
      const sizeBytes = await this.#checkedSize(body, parts);
      const header = await this.#describe(body, this.#headerOf(record, uploadId, sizeBytes));
      if (header.sizeBytes !== sizeBytes) throw wrongParts('It was completed with other parts.');
      for (const number of await partNumbers(body)) {
        if (number > parts.length) await rm(join(body, String(number)), { force: true });
      }
      const head = await this.#versions.link(join(body, 'version'), header, onlyIf);
      await this.#uploads.forget(uploadId);
      return head;
    });
  }

  /** Writes the version's file beside the parts; of several who complete an upload, the first decides. */
  async #describe(body: string, header: VersionHeader): Promise<VersionHeader> {
    const draft = temporaryPath(this.#folders, 'draft');
    const path = join(body, 'version');
    await writeStoredFile({ path: draft, body: new Uint8Array(), header: () => header });
    try {
      await link(draft, path);
      await syncFolder(body);
      return header;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      return await headerAt<VersionHeader>(path);
    } finally {
      await rm(draft, { force: true });
    }
  }

  #headerOf(record: UploadRecord, uploadId: string, sizeBytes: number): VersionHeader {
    const { key, contentType, metadata, partBytes } = record;
    const etag = randomBytes(16).toString('hex');
    const lastModifiedMs = this.#clock.now();
    const upload = { id: uploadId, partBytes };
    return { key, etag, sizeBytes, contentType, metadata, lastModifiedMs, crc32: 0, upload };
  }

  async #completedBefore({ key, uploadId }: ObjectUpload): Promise<ObjectHead> {
    checkKey(key);
    const head = isId(uploadId) ? await this.#versions.ofUpload(key, uploadId) : undefined;
    if (head === undefined) throw absent('upload');
    return head;
  }

  /** The size of the object the parts make. @throws CodedError BAD_USER_INPUT unless they are there as they are named */
  async #checkedSize(folder: string, parts: CompleteUpload['parts']): Promise<number> {
    const present = new Set(await partNumbers(folder));
    if (parts.length === 0) throw wrongParts('An object has a part at least.');
    const sizes = await inSlices(parts, async ({ number, etag }, index) => {
      if (number !== index + 1) throw wrongParts('Parts are named in order, from 1 without a gap.');
      if (!present.has(number)) throw wrongParts(`Part ${number} is missing.`);
      const header = await partHeader(folder, number);
      if (header.etag !== etag) throw wrongParts(`Part ${number} is not the one that is named.`);
      if (header.last !== (number === parts.length))
        throw wrongParts('One part is the last, and ends the list.');
      return header.sizeBytes;
    });
    return sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0);
  }

  /** Where the parts are now. */
  async #folderOf(uploadId: string): Promise<string> {
    const folder = join(this.#folders.parts, uploadId);
    const isOpen = await readdir(folder).then(
      () => true,
      (error: unknown) => !hasCode(error, 'ENOENT'),
    );
    return isOpen ? folder : join(this.#folders.bodies, uploadId);
  }

  async #record(upload: ObjectUpload): Promise<UploadRecord> {
    const record = await this.#uploads.record(upload);
    if (record === undefined) throw absent('upload');
    return record;
  }
}

async function partNumbers(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder);
  return names
    .map(Number)
    .filter(Number.isSafeInteger)
    .sort((a, b) => a - b);
}

async function partHeader(folder: string, number: number): Promise<PartHeader> {
  return await headerAt<PartHeader>(join(folder, String(number)));
}

async function headerAt<Header extends WrittenBytes>(path: string): Promise<Header> {
  const { file, header } = await openStoredFile<Header>(path);
  await file.close();
  return header;
}

/** Another process may complete or abort the upload at any moment: its folder is then not there. */
async function uploadIsThere<Answer>(step: () => Promise<Answer>): Promise<Answer> {
  try {
    return await step();
  } catch (error) {
    throw hasCode(error, 'ENOENT') ? absent('upload') : error;
  }
}

function wrongParts(message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', message, { details: { argument: 'parts' } });
}
