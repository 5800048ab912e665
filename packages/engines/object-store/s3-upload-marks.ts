import {
  GetObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { ObjectUpload, UnfinishedUpload } from './port.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { isAbsent } from './s3-faults.ts';

/** An upload, as its id tells. */
export interface MarkedUpload {
  readonly key: string;
  readonly startedAtMs: number;
  /** Random; the object the upload becomes carries it. */
  readonly token: string;
  /** What the store calls it. */
  readonly engineId: string;
}

/** Keys of the port begin with a letter or a digit, so these meet none; `marksEnd` is the first text after all of them. */
const marks = '.tributary/uploads/';
export const marksEnd = '.tributary0';
/** What each start writes: beside the marks, where whoever may upload may write, and after all of them, which begin with a digit. */
export const startMark = `${marks}start`;
const stampDigits = 14;
const idForm = /^(\d{14})-([0-9a-f]{32})\.([\w.~+/=-]{1,1024})$/;

/** The id a caller keeps: moment, token, and the store's own id. Undefined for what was never given out. */
export function readUploadId({
  key,
  uploadId,
}: Pick<ObjectUpload, 'key' | 'uploadId'>): MarkedUpload | undefined {
  const [, startedAtMs, token, engineId] = idForm.exec(uploadId) ?? [];
  if (token === undefined || engineId === undefined) return undefined;
  return { key, startedAtMs: Number(startedAtMs), token, engineId };
}

/**
 * What was begun, as small objects in the order of time: stores differ in what they list of uploads (MinIO only those of a key that is known), and none lists them
 * by time.
 */
export class S3UploadMarks {
  readonly #bucket: S3Bucket;

  constructor(bucket: S3Bucket) {
    this.#bucket = bucket;
  }

  /** Answers the id for callers. */
  async add(upload: MarkedUpload): Promise<string> {
    const Body = idOf(upload);
    const { client, encryption } = this.#bucket;
    await client.send(new PutObjectCommand({ ...this.#bucket.at(placeOf(upload)), ...encryption, Body }));
    return Body;
  }

  /** Removes that of an upload which is over. What was done with it is done, also where the mark stays, as in a bucket whose objects are locked: whoever looks for unfinished ones next passes over it. */
  async leave(upload: MarkedUpload): Promise<void> {
    await this.#bucket.deleteAll(placeOf(upload)).catch(() => undefined);
  }

  /** Oldest first. Marks that a crash left behind their upload are removed on the way. */
  async unfinished(startedBeforeMs: number, limit: number): Promise<readonly UnfinishedUpload[]> {
    const found: UnfinishedUpload[] = [];
    let after = marks;
    for (;;) {
      const page = await this.#bucket.client.send(
        new ListObjectsV2Command({ Bucket: this.#bucket.name, Prefix: marks, StartAfter: after }),
      );
      for (const { Key = '' } of page.Contents ?? []) {
        after = Key;
        const [stamp = '', ...rest] = Key.slice(marks.length).split('/');
        const startedAtMs = Number(stamp.slice(0, stampDigits));
        if (startedAtMs >= startedBeforeMs || found.length >= limit) return found;
        const upload = await this.#read(Key, rest.join('/'));
        if (upload === undefined) continue;
        if (await this.#isThere(upload)) found.push({ key: upload.key, uploadId: idOf(upload), startedAtMs });
        else await this.leave(upload);
      }
      if (page.IsTruncated !== true) return found;
    }
  }

  /** Undefined when it was removed meanwhile. */
  async #read(place: string, key: string): Promise<MarkedUpload | undefined> {
    try {
      const { Body } = await this.#bucket.client.send(new GetObjectCommand(this.#bucket.at(place)));
      return readUploadId({ key, uploadId: (await Body?.transformToString()) ?? '' });
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async #isThere({ key, engineId }: MarkedUpload): Promise<boolean> {
    try {
      await this.#bucket.client.send(
        new ListPartsCommand({ ...this.#bucket.at(key), UploadId: engineId, MaxParts: 1 }),
      );
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  }
}

function stampOf({ startedAtMs, token }: MarkedUpload): string {
  return `${String(startedAtMs).padStart(stampDigits, '0')}-${token}`;
}

function idOf(upload: MarkedUpload): string {
  return `${stampOf(upload)}.${upload.engineId}`;
}

/** The key is part of the place: an id that is used with another key finds nothing. */
function placeOf(upload: MarkedUpload): string {
  return `${marks}${stampOf(upload)}/${upload.key}`;
}
