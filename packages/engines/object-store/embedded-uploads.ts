import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, isId, newId } from '@tributary/runtime';
import { hasCode, syncFolder } from '../durable-files.ts';
import { discardUpload } from './embedded-discarding.ts';
import { type StoreFolders, temporaryPath } from './embedded-folders.ts';
import type { EmbeddedVersions } from './embedded-versions.ts';
import { checkDescription, checkKey, checkPartBytes } from './object-check.ts';
import type { BeginUpload, ObjectUpload, UnfinishedUpload } from './port.ts';
import { isDamage } from './stored-file.ts';

/** What is kept of an upload until it is completed or aborted. */
export interface UploadRecord extends Required<BeginUpload> {
  readonly startedAtMs: number;
}

/** The records of uploads that are under way. */
export class EmbeddedUploads {
  readonly #folders: StoreFolders;
  readonly #versions: EmbeddedVersions;
  readonly #clock: Clock;

  constructor(folders: StoreFolders, versions: EmbeddedVersions, clock: Clock) {
    this.#folders = folders;
    this.#versions = versions;
    this.#clock = clock;
  }

  async begin(request: BeginUpload): Promise<ObjectUpload> {
    const { key, partBytes, contentType, metadata = {} } = request;
    checkKey(key);
    checkDescription(request);
    checkPartBytes(partBytes);
    const uploadId = newId();
    const record: UploadRecord = { key, partBytes, contentType, metadata, startedAtMs: this.#clock.now() };
    await this.#write(uploadId, record);
    // After the record, by which a sweeper finds what is left if this goes wrong.
    await mkdir(join(this.#folders.parts, uploadId));
    await syncFolder(this.#folders.parts);
    return { key, uploadId, partBytes };
  }

  /** Undefined when it is completed, aborted or unknown. */
  async record({ key, uploadId }: Pick<ObjectUpload, 'key' | 'uploadId'>): Promise<UploadRecord | undefined> {
    if (!isId(uploadId)) return undefined;
    const record = await this.#read(uploadId);
    return record?.key === key ? record : undefined;
  }

  async forget(uploadId: string): Promise<void> {
    await rm(this.#path(uploadId), { force: true });
  }

  async abort(upload: Pick<ObjectUpload, 'key' | 'uploadId'>): Promise<void> {
    if ((await this.record(upload)) === undefined) return;
    await discardUpload(this.#folders, this.#versions, upload);
    await this.forget(upload.uploadId);
  }

  /** Those begun longest ago first. */
  async unfinished(startedBeforeMs: number, limit: number): Promise<readonly UnfinishedUpload[]> {
    const found: UnfinishedUpload[] = [];
    // Ids are UUIDv7: their order is that of their making.
    for (const name of (await readdir(this.#folders.uploads)).sort()) {
      if (found.length >= limit) break;
      const uploadId = name.replace(/\.json$/, '');
      const record = isId(uploadId) ? await this.#read(uploadId) : undefined;
      if (record === undefined || record.startedAtMs >= startedBeforeMs) continue;
      // Killed between the last two steps of completing it.
      const became = await this.#became(record.key, uploadId);
      if (became === 'unknown') continue;
      if (became === 'object') await this.forget(uploadId);
      else found.push({ key: record.key, uploadId, startedAtMs: record.startedAtMs });
    }
    return found;
  }

  /** Unknown where a version of the key is damaged: that may be the one which has these parts, and they are left. */
  async #became(key: string, uploadId: string): Promise<'object' | 'nothing' | 'unknown'> {
    try {
      return (await this.#versions.ofUpload(key, uploadId)) === undefined ? 'nothing' : 'object';
    } catch (error) {
      if (isDamage(error)) return 'unknown';
      throw error;
    }
  }

  async #write(uploadId: string, record: UploadRecord): Promise<void> {
    const draft = temporaryPath(this.#folders, 'draft');
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(JSON.stringify(record));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.#path(uploadId));
    await syncFolder(this.#folders.uploads);
  }

  async #read(uploadId: string): Promise<UploadRecord | undefined> {
    try {
      return JSON.parse(await readFile(this.#path(uploadId), 'utf8')) as UploadRecord;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  #path(uploadId: string): string {
    return join(this.#folders.uploads, `${uploadId}.json`);
  }
}
