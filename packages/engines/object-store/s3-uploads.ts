import { randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { type Clock, CodedError } from '@tributary/runtime';
import { absent, checkDescription, checkKey, checkPart, checkPartBytes } from './object-check.ts';
import {
  type BeginUpload,
  type CompleteUpload,
  type ObjectUpload,
  objectLimits,
  type PutPartRequest,
  type StoredObject,
  type StoredPart,
} from './port.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { codedS3Error, isAbsent, isRefusedRetry } from './s3-faults.ts';
import { unquoted, unversioned, uploadMetadata } from './s3-head.ts';
import { conditionally, conditionOf } from './s3-put.ts';
import { sendBody } from './s3-sending.ts';
import { type MarkedUpload, readUploadId, S3UploadMarks } from './s3-upload-marks.ts';

/** Uploads in parts. An id of ours says when it was begun, and is found again in the metadata of the object it became. */
export class S3Uploads {
  readonly #bucket: S3Bucket;
  readonly #clock: Clock;
  readonly marks: S3UploadMarks;

  constructor(bucket: S3Bucket, clock: Clock) {
    this.#bucket = bucket;
    this.#clock = clock;
    this.marks = new S3UploadMarks(bucket);
  }

  async begin(request: BeginUpload): Promise<ObjectUpload> {
    const { key, contentType, metadata, partBytes } = request;
    checkKey(key);
    checkDescription(request);
    checkPartBytes(partBytes);
    const startedAtMs = this.#clock.now();
    const token = randomBytes(16).toString('hex');
    const { UploadId = '' } = await this.#bucket.client.send(
      new CreateMultipartUploadCommand({
        ...this.#bucket.at(key),
        ...this.#bucket.encryption,
        ContentType: contentType,
        Metadata: { ...metadata, [uploadMetadata]: token },
      }),
    );
    const upload = { key, startedAtMs, token, engineId: UploadId };
    return { key, uploadId: await this.marks.add(upload), partBytes, writers: objectLimits.writers };
  }

  async putPart(request: PutPartRequest): Promise<StoredPart> {
    checkKey(request.upload.key);
    checkPart(request);
    const { upload, number, body, sizeBytes, sha256, signal } = request;
    const known = this.#known(upload);
    const { ETag } = await sendBody({
      body,
      announced: { sizeBytes, sha256, signal },
      bucket: this.#bucket,
      send: (sent, options) =>
        this.#bucket.client.send(
          new UploadPartCommand({ ...this.#at(known), ...sent, PartNumber: partNumber(request) }),
          options,
        ),
    });
    return { number, etag: unquoted(ETag), sizeBytes };
  }

  async parts(upload: ObjectUpload): Promise<readonly StoredPart[]> {
    return (await this.#stored(upload)).map(({ number, etag, sizeBytes }) => ({ number, etag, sizeBytes }));
  }

  async #stored(upload: ObjectUpload): Promise<readonly EnginePart[]> {
    checkKey(upload.key);
    const { writers = 1 } = upload;
    const known = this.#known(upload);
    const parts: EnginePart[] = [];
    let after: string | undefined;
    do {
      const page = await this.#bucket.client.send(
        new ListPartsCommand({
          ...this.#at(known),
          ...(after === undefined ? {} : { PartNumberMarker: after }),
        }),
      );
      for (const { PartNumber = 0, ETag, Size = 0 } of page.Parts ?? [])
        parts.push({
          partNumber: PartNumber,
          number: Math.ceil(PartNumber / writers),
          etag: unquoted(ETag),
          sizeBytes: Size,
        });
      after = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
    } while (after !== undefined);
    return parts;
  }

  async complete({ upload, parts, onlyIf }: CompleteUpload): Promise<StoredObject> {
    checkKey(upload.key);
    const known = this.#known(upload);
    const stored = await this.#stored(upload).catch((error: unknown) => {
      if (isAbsent(error)) return undefined;
      throw error;
    });
    // Completed by an earlier call whose answer was lost, or by somebody else at this moment.
    if (stored === undefined) return this.#completed(known);
    const chosen = chosenParts(upload, { named: parts, stored });
    const sizeBytes = chosen.reduce((sum, part) => sum + part.sizeBytes, 0);
    const Parts = chosen.map(({ partNumber: PartNumber, etag }) => ({ PartNumber, ETag: `"${etag}"` }));
    try {
      const { ETag, VersionId } = await conditionally(onlyIf, () =>
        this.#bucket.client.send(
          new CompleteMultipartUploadCommand({
            ...this.#at(known),
            ...conditionOf(onlyIf),
            MultipartUpload: { Parts },
          }),
          this.#bucket.patience,
        ),
      );
      await this.marks.leave(known);
      return { key: known.key, versionId: VersionId ?? unversioned, etag: unquoted(ETag), sizeBytes };
    } catch (error) {
      if (isAbsent(error)) return this.#completed(known);
      // The answer to the first try was lost, and what it made refuses the second one.
      if (isRefusedRetry(error)) {
        const completed = await this.#completed(known).catch(() => undefined);
        if (completed !== undefined) return completed;
      }
      throw codedS3Error(error);
    }
  }

  async abort({ key, uploadId }: Pick<ObjectUpload, 'key' | 'uploadId'>): Promise<void> {
    checkKey(key);
    const known = readUploadId({ key, uploadId });
    if (known === undefined) return;
    try {
      await this.#bucket.client.send(new AbortMultipartUploadCommand(this.#at(known)));
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
    await this.marks.leave(known);
  }

  /** The version that an upload became: the one which names it. @throws CodedError NOT_FOUND */
  async #completed({ key, token }: MarkedUpload): Promise<StoredObject> {
    for (const { VersionId, isMarker } of await this.#bucket.versionsOf(key)) {
      if (isMarker) continue;
      const found = await this.#bucket.head(key, VersionId);
      if (found?.upload !== token) continue;
      const { versionId, etag, sizeBytes } = found.head;
      return { key, versionId, etag, sizeBytes };
    }
    throw absent('upload');
  }

  #known(upload: Pick<ObjectUpload, 'key' | 'uploadId'>): MarkedUpload {
    const known = readUploadId(upload);
    if (known === undefined) throw absent('upload');
    return known;
  }

  #at({ key, engineId }: MarkedUpload) {
    return { ...this.#bucket.at(key), UploadId: engineId };
  }
}

/** Where S3 has a part: it has one number, and so each of ours has one for each writer. */
interface EnginePart extends StoredPart {
  readonly partNumber: number;
}

function partNumber({ upload: { writers = 1 }, number, writer = 0 }: PutPartRequest): number {
  return (number - 1) * writers + (writer % writers) + 1;
}

interface Named {
  readonly named: CompleteUpload['parts'];
  readonly stored: readonly EnginePart[];
}

/**
 * The parts that make the object. S3 knows no last part: one is the last when it is shorter than the others, or nothing was put after it.
 * @throws CodedError BAD_USER_INPUT unless they are there as they are named
 */
function chosenParts({ partBytes }: ObjectUpload, { named, stored }: Named): readonly EnginePart[] {
  const placeOf = ({ number, etag }: Pick<StoredPart, 'number' | 'etag'>): string => `${number} ${etag}`;
  const byPlace = new Map(stored.map((part) => [placeOf(part), part]));
  const highest = stored.at(-1)?.number ?? 0;
  if (named.length === 0) throw notAsNamed();
  return named.map((name, index) => {
    const part = byPlace.get(placeOf(name));
    if (name.number !== index + 1 || part === undefined) throw notAsNamed();
    const isLast = part.sizeBytes < partBytes || name.number === highest;
    const endsList = index === named.length - 1;
    if (endsList ? !isLast : part.sizeBytes !== partBytes) throw notAsNamed();
    return part;
  });
}

function notAsNamed(): CodedError {
  const message =
    'The parts are not there as they are named: 1, 2, 3 and so on to the last, each with its etag.';
  return new CodedError('BAD_USER_INPUT', message, { details: { argument: 'parts' } });
}
