import { type FileHandle, link, open, readdir, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '@tributary/runtime';
import { ensureFolder, hasCode, removeEmptyFolder, removeWhole, syncFolder } from '../durable-files.ts';
import { moved, type StoreFolders, temporaryPath } from './embedded-folders.ts';
import type { ListedObject, ObjectHead, WriteCondition } from './port.ts';
import type { StoredBytes } from './stored-bytes.ts';
import { headerBytes, isDamage, openStoredFile, type WrittenBytes } from './stored-file.ts';

/** What the header of a version says; `sizeBytes` is the object's. */
export interface VersionHeader extends WrittenBytes {
  readonly key: string;
  /** Random, and so a name for these bytes. */
  readonly etag: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly lastModifiedMs: number;
  /** Where the bytes are, when they do not follow this header: in `bodies/<id>`, parts of equal size but the last. */
  readonly upload?: {
    readonly id: string;
    readonly partBytes: number;
    /** The files of the parts, in order, where they are not called by their numbers. */
    readonly files?: readonly string[];
  };
}

/** A version that is open for reading; whoever holds it closes it. */
export interface OpenVersion {
  readonly file: FileHandle;
  readonly number: number;
  readonly header: VersionHeader;
}

/** Each try means that another writer went ahead, so this many are a fault. */
const mostTries = 1_000;

/**
 * The versions of objects, as numbered files in a folder for each key. A new one is linked under the number after the newest: of two writers
 * that looked at the same moment, in whichever process, one finds the number taken and looks again. That makes conditions hold.
 */
export class EmbeddedVersions {
  readonly #folders: StoreFolders;

  constructor(folders: StoreFolders) {
    this.#folders = folders;
  }

  /** The newest version, or the one that is named. */
  async open(key: string, versionId?: string): Promise<OpenVersion | undefined> {
    const named = versionId === undefined ? undefined : parseVersionId(versionId);
    if (versionId !== undefined && named === undefined) return undefined;
    for (let tries = 0; tries < mostTries; tries += 1) {
      const number = named?.number ?? (await this.numbers(key)).at(-1);
      if (number === undefined) return undefined;
      const version = await this.#openNumber(key, number);
      if (version !== undefined && (named === undefined || version.header.etag === named.etag))
        return version;
      await version?.file.close();
      // A named version that is gone stays gone; a newest one may have been deleted since the look.
      if (named !== undefined) return undefined;
    }
    throw contended();
  }

  async head(key: string, versionId?: string): Promise<ObjectHead | undefined> {
    const version = await this.open(key, versionId);
    await version?.file.close();
    return version === undefined ? undefined : headOf(version);
  }

  /** What a list says of the key. One whose newest version is damaged is told with what its file shows, so that it can be found and removed. */
  async listed(key: string): Promise<ListedObject | undefined> {
    try {
      const head = await this.head(key);
      if (head === undefined) return undefined;
      const { etag, sizeBytes, lastModifiedMs } = head;
      return { key, etag, sizeBytes, lastModifiedMs };
    } catch (error) {
      if (!isDamage(error)) throw error;
      return await this.#listedDamage(key);
    }
  }

  async headAt(key: string, number: number): Promise<ObjectHead | undefined> {
    const version = await this.#openNumber(key, number);
    await version?.file.close();
    return version === undefined ? undefined : headOf(version);
  }

  /** In ascending order; none when there is no such object. */
  async numbers(key: string): Promise<readonly number[]> {
    try {
      const names = await readdir(this.folderOf(key));
      return names
        .map(Number)
        .filter(Number.isSafeInteger)
        .sort((a, b) => a - b);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  }

  /**
   * Makes a complete file the newest version; parts that are a version already stay it.
   * @throws CodedError PRECONDITION_FAILED, or ENOENT when the file is not there any more
   */
  async link(path: string, header: VersionHeader, onlyIf?: WriteCondition): Promise<ObjectHead> {
    const { key } = header;
    for (let tries = 0; tries < mostTries; tries += 1) {
      const newest = onlyIf === undefined ? undefined : await this.#newestEtag(key);
      const before = newest?.number ?? (await this.numbers(key)).at(-1) ?? 0;
      // Looked at after the numbers: a link of another process that is not seen here has taken the next one of them.
      const same = header.upload === undefined ? undefined : await this.ofUpload(key, header.upload.id);
      if (same !== undefined) return same;
      checkCondition(onlyIf, newest?.etag);
      if (!(await this.#linked(path, key, before + 1))) continue;
      // Had the version the condition is about been deleted, and another begun the numbers anew, the link proved nothing.
      const kept = typeof onlyIf !== 'object' || (await this.#etagOf(key, before)) === onlyIf.etag;
      if (kept) return headOf({ number: before + 1, header });
      await unlink(this.#path(key, before + 1));
    }
    throw contended();
  }

  /** The version that has these parts for its bytes. */
  async ofUpload(key: string, uploadId: string): Promise<ObjectHead | undefined> {
    for (const number of (await this.numbers(key)).toReversed()) {
      const version = await this.#openNumber(key, number);
      await version?.file.close();
      if (version?.header.upload?.id === uploadId) return headOf(version);
    }
    return undefined;
  }

  /** Removes all versions, the newest last. A version written meanwhile counts as written before. */
  async deleteAll(key: string): Promise<void> {
    do {
      for (const number of await this.numbers(key)) await this.#take(key, number);
    } while (!(await removeEmptyFolder(this.folderOf(key), this.#folders.objects)));
  }

  async deleteOne(key: string, versionId: string): Promise<void> {
    const named = parseVersionId(versionId);
    if (named === undefined) return;
    if ((await this.#etagOf(key, named.number)) !== named.etag) return;
    await this.#take(key, named.number, named.etag);
    const folder = this.folderOf(key);
    if (!(await removeEmptyFolder(folder, this.#folders.objects))) await syncFolder(folder);
  }

  /** Ends what `#take` began. */
  async finishRemoval(gone: string): Promise<void> {
    const upload = await uploadOf(gone);
    if (upload !== undefined) {
      const away = temporaryPath(this.#folders, 'body');
      if (await moved(join(this.#folders.bodies, upload.id), away)) await removeWhole(away);
    }
    await rm(gone, { force: true });
  }

  /** No segment of a key has an `@`, so that no folder is an object's and a prefix's at once. */
  folderOf(key: string): string {
    return join(this.#folders.objects, `${key}@`);
  }

  /** Moved before it is looked at, so that what is removed is what was asked for; another version goes back. */
  async #take(key: string, number: number, etag?: string): Promise<void> {
    const gone = temporaryPath(this.#folders, 'gone');
    if (!(await moved(this.#path(key, number), gone))) return;
    const version = etag === undefined ? undefined : await openAt(gone);
    await version?.file.close();
    if (version === undefined || version.header.etag === etag) return await this.finishRemoval(gone);
    for (let back = number; !(await this.#linked(gone, key, back)); ) back += 1;
    await unlink(gone);
  }

  /** False when the number is taken. */
  async #linked(path: string, key: string, number: number): Promise<boolean> {
    const folder = this.folderOf(key);
    for (let tries = 0; tries < mostTries; tries += 1) {
      try {
        await link(path, this.#path(key, number));
        await syncFolder(folder);
        return true;
      } catch (error) {
        if (hasCode(error, 'EEXIST')) return false;
        if (!hasCode(error, 'ENOENT')) throw error;
      }
      // The folder is not there, or went with the last version of a moment ago; or the file itself is gone.
      await ensureFolder(folder).catch((error: unknown) => {
        if (!hasCode(error, 'ENOENT')) throw error;
      });
      await (await open(path, 'r')).close();
    }
    throw contended();
  }

  async #listedDamage(key: string): Promise<ListedObject | undefined> {
    const number = (await this.numbers(key)).at(-1);
    if (number === undefined) return undefined;
    try {
      const { size, mtimeMs } = await stat(this.#path(key, number));
      const sizeBytes = Math.max(0, size - headerBytes);
      return { key, etag: 'damaged', sizeBytes, lastModifiedMs: Math.floor(mtimeMs) };
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  async #newestEtag(key: string): Promise<{ number: number; etag: string } | undefined> {
    const version = await this.open(key);
    await version?.file.close();
    return version === undefined ? undefined : { number: version.number, etag: version.header.etag };
  }

  async #etagOf(key: string, number: number): Promise<string | undefined> {
    const version = await this.#openNumber(key, number);
    await version?.file.close();
    return version?.header.etag;
  }

  async #openNumber(key: string, number: number): Promise<OpenVersion | undefined> {
    const version = await openAt(this.#path(key, number));
    return version === undefined ? undefined : { ...version, number };
  }

  #path(key: string, number: number): string {
    return join(this.folderOf(key), String(number));
  }
}

export function headOf({ number, header }: Pick<OpenVersion, 'number' | 'header'>): ObjectHead {
  const { key, etag, sizeBytes, contentType, metadata, lastModifiedMs } = header;
  return { key, versionId: `${number}-${etag}`, etag, sizeBytes, contentType, metadata, lastModifiedMs };
}

/** Where a version has its bytes if not in its file. A damaged one cannot say, and must be removable all the same. */
async function uploadOf(path: string): Promise<VersionHeader['upload']> {
  try {
    const version = await openAt(path);
    await version?.file.close();
    return version?.header.upload;
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

/** Where in which files the selected bytes of a version lie; `bodies` is the folder of parts. */
export function storedBytesOf(
  { file, header }: OpenVersion,
  bodies: string,
  { firstByte, lengthBytes }: { readonly firstByte: number; readonly lengthBytes: number },
): readonly StoredBytes[] {
  const { upload } = header;
  if (upload === undefined) return [{ from: { file, header }, firstByte, lengthBytes }];
  const bytes: StoredBytes[] = [];
  for (let at = firstByte; at < firstByte + lengthBytes; ) {
    const start = at % upload.partBytes;
    const length = Math.min(upload.partBytes - start, firstByte + lengthBytes - at);
    const part = Math.floor(at / upload.partBytes);
    const from = join(bodies, upload.id, upload.files?.[part] ?? String(part + 1));
    bytes.push({ from, firstByte: start, lengthBytes: length });
    at += length;
  }
  return bytes;
}

async function openAt(path: string): Promise<Omit<OpenVersion, 'number'> | undefined> {
  try {
    return await openStoredFile<VersionHeader>(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function parseVersionId(versionId: string): { number: number; etag: string } | undefined {
  const [, number, etag] = /^([1-9]\d{0,14})-([0-9a-f]{32})$/.exec(versionId) ?? [];
  return number === undefined || etag === undefined ? undefined : { number: Number(number), etag };
}

function checkCondition(onlyIf: WriteCondition | undefined, etag: string | undefined): void {
  if (onlyIf === undefined || (onlyIf === 'absent' ? etag === undefined : etag === onlyIf.etag)) return;
  throw new CodedError('PRECONDITION_FAILED', 'The key holds something else than the write was meant for.');
}

function contended(): CodedError {
  return new CodedError('ENGINE_UNAVAILABLE', 'Too many write the same key at once.');
}
