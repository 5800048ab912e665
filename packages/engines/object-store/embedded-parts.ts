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
    const { upload, number, writer = 0, last, body, sizeBytes, sha256, onTaken, signal } = request;
    const { partBytes } = await this.#record(upload);
    checkPart({ ...request, upload: { ...upload, partBytes } });
    const etag = randomBytes(16).toString('hex');
    const draft = temporaryPath(this.#folders, 'draft');
    const header = (written: WrittenBytes): PartHeader => ({ ...written, etag, last });
    await writeStoredFile({ path: draft, body, header, sizeBytes, sha256, onTaken, signal });
    const folder = join(this.#folders.parts, upload.uploadId);
    await uploadIsThere(async () => {
      await rename(draft, join(folder, fileOf({ number, writer })));
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
      inSlices(await partsIn(folder), async (part) => {
        const { etag, sizeBytes } = await partHeader(folder, part);
        return { number: part.number, etag, sizeBytes };
      }),
    );
  }

  async complete({ upload, parts, onlyIf }: CompleteUpload): Promise<ObjectHead> {
    const record = await this.#uploads.record(upload);
    if (record === undefined) return await this.#completedBefore(upload);
    return await uploadIsThere(async () => {
      const { uploadId } = upload;
      await this.#checked(await this.#folderOf(uploadId), parts);
      const body = join(this.#folders.bodies, uploadId);
      if (await moved(join(this.#folders.parts, uploadId), body)) {
        await Promise.all([syncFolder(this.#folders.parts), syncFolder(this.#folders.bodies)]);
      }
      // Once more: until the move a part could be put again.
      const chosen = await this.#checked(body, parts);
      const header = await this.#describe(body, this.#headerOf(record, uploadId, chosen));
      const decided = header.upload?.files?.join() ?? namedByNumber(parts.length);
      if (header.sizeBytes !== chosen.sizeBytes || decided !== chosen.files.join())
        throw wrongParts('It was completed with other parts.');
      const kept = new Set(chosen.files);
      for (const part of await partsIn(body)) {
        if (!kept.has(fileOf(part))) await rm(join(body, fileOf(part)), { force: true });
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

  #headerOf(record: UploadRecord, uploadId: string, { files, sizeBytes }: ChosenParts): VersionHeader {
    const { key, contentType, metadata, partBytes } = record;
    const etag = randomBytes(16).toString('hex');
    const lastModifiedMs = this.#clock.now();
    const upload = {
      id: uploadId,
      partBytes,
      ...(files.join() === namedByNumber(files.length) ? {} : { files }),
    };
    return { key, etag, sizeBytes, contentType, metadata, lastModifiedMs, crc32: 0, upload };
  }

  async #completedBefore({ key, uploadId }: ObjectUpload): Promise<ObjectHead> {
    checkKey(key);
    const head = isId(uploadId) ? await this.#versions.ofUpload(key, uploadId) : undefined;
    if (head === undefined) throw absent('upload');
    return head;
  }

  /** The files that are meant, and the size of the object they make. @throws CodedError BAD_USER_INPUT unless they are there as they are named */
  async #checked(folder: string, parts: CompleteUpload['parts']): Promise<ChosenParts> {
    const present = new Map<number, readonly PartPlace[]>();
    for (const part of await partsIn(folder))
      present.set(part.number, [...(present.get(part.number) ?? []), part]);
    if (parts.length === 0) throw wrongParts('An object has a part at least.');
    const chosen = await inSlices(parts, async ({ number, etag }, index) => {
      if (number !== index + 1) throw wrongParts('Parts are named in order, from 1 without a gap.');
      const candidates = present.get(number);
      if (candidates === undefined) throw wrongParts(`Part ${number} is missing.`);
      for (const part of candidates) {
        const header = await partHeader(folder, part);
        if (header.etag !== etag) continue;
        if (header.last !== (number === parts.length))
          throw wrongParts('One part is the last, and ends the list.');
        return { file: fileOf(part), sizeBytes: header.sizeBytes };
      }
      throw wrongParts(`Part ${number} is not the one that is named.`);
    });
    return {
      files: chosen.map(({ file }) => file),
      sizeBytes: chosen.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    };
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

/** A part of one writer. */
interface PartPlace {
  readonly number: number;
  readonly writer: number;
}

interface ChosenParts {
  readonly files: readonly string[];
  readonly sizeBytes: number;
}

/** Those of the first writer have the names that all had when there was one. */
function fileOf({ number, writer }: PartPlace): string {
  return writer === 0 ? String(number) : `${number}.${writer}`;
}

function namedByNumber(count: number): string {
  return Array.from({ length: count }, (_, index) => index + 1).join();
}

async function partsIn(folder: string): Promise<readonly PartPlace[]> {
  const places = (await readdir(folder)).flatMap((name): readonly PartPlace[] => {
    const [, number, writer = 0] = /^(\d+)(?:\.(\d))?$/.exec(name) ?? [];
    return number === undefined ? [] : [{ number: Number(number), writer: Number(writer) }];
  });
  return places.sort((a, b) => a.number - b.number || a.writer - b.writer);
}

async function partHeader(folder: string, part: PartPlace): Promise<PartHeader> {
  return await headerAt<PartHeader>(join(folder, fileOf(part)));
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
