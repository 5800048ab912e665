import { addAbortSignal, type Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { type Clock, CodedError, type Logger, tellTrouble } from '@tributary/runtime';
import { inSlices } from '../durable-files.ts';
import {
  absent,
  checkBodySize,
  checkDescription,
  checkKey,
  checkNumber,
  checkPrefix,
  checkSha256,
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
import type { S3Address } from './s3-address.ts';
import { keepsNoVersions, S3Bucket, statusOf } from './s3-bucket.ts';
import { isAbsent, isRefusal } from './s3-faults.ts';
import { tryFirstWrite } from './s3-first-write.ts';
import { headOf, isVersionId, unquoted, unversioned } from './s3-head.ts';
import { HeardBody } from './s3-heard-body.ts';
import { presignS3 } from './s3-presign.ts';
import { putObject } from './s3-put.ts';
import { unreachableBucket, unremovable } from './s3-unreachable.ts';
import { marksEnd } from './s3-upload-marks.ts';
import { S3Uploads } from './s3-uploads.ts';

export interface S3StoreOptions {
  readonly clock: Clock;
  readonly log?: Logger | undefined;
}

interface S3ObjectStoreParts {
  readonly clock: Clock;
  readonly tellRefusal: (error: CodedError) => void;
  readonly tellUnversioned: (error: CodedError) => void;
}

/** The object store port on a bucket of S3, or of a store that speaks it and has conditional writes and versions. */
export class S3ObjectStore implements ObjectStore {
  readonly #bucket: S3Bucket;
  readonly #uploads: S3Uploads;
  readonly #clock: Clock;
  /** Of what is for whoever runs the store to mend: callers learn no more than that it is away. */
  readonly #tellRefusal: (error: CodedError) => void;
  readonly #tellUnversioned: (error: CodedError) => void;
  #closed = false;

  private constructor(bucket: S3Bucket, { clock, tellRefusal, tellUnversioned }: S3ObjectStoreParts) {
    this.#bucket = bucket;
    this.#uploads = new S3Uploads(bucket, clock);
    this.#clock = clock;
    this.#tellRefusal = tellRefusal;
    this.#tellUnversioned = tellUnversioned;
  }

  /** Writes a small object and removes it; where the store refuses the latter the log says so. @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE that names the setting and the bucket */
  static async open(address: S3Address, { clock, log }: S3StoreOptions): Promise<S3ObjectStore> {
    const bucket = await S3Bucket.open(address);
    let isWriting = false;
    try {
      await bucket.run(() => bucket.ensureVersions());
      isWriting = true;
      const unremoved = await tryFirstWrite(bucket);
      if (unremoved !== undefined)
        log?.warn({ engine: 's3', err: unremovable(unremoved, address) }, 'the object store removes nothing');
    } catch (cause) {
      bucket.close();
      const isToldAlready = cause instanceof CodedError && cause.code === 'CONFIG_INVALID';
      const isOfStore = cause instanceof CodedError || cause instanceof S3ServiceException;
      throw isToldAlready || !isOfStore ? cause : unreachableBucket(cause, address, isWriting);
    }
    const told = (message: string, over: string): ((error: CodedError) => void) | undefined =>
      log && tellTrouble({ log, clock, message, over, fields: { engine: 's3' } });
    const tell = told(
      'the object store refuses what is asked of it',
      'the object store refuses nothing any more',
    );
    const tellUnversioned = told(
      'the object store keeps no versions of what is written',
      'nothing is written without a version any more',
    );
    // Of this code the log keeps the sentence.
    const tellRefusal = (error: CodedError): void =>
      tell?.(new CodedError('CONFIG_INVALID', unreachableBucket(error, address).message, { cause: error }));
    return new S3ObjectStore(bucket, {
      clock,
      tellRefusal,
      tellUnversioned: tellUnversioned ?? (() => undefined),
    });
  }

  async put(request: PutRequest): Promise<StoredObject> {
    checkKey(request.key);
    checkDescription(request);
    checkBodySize(request.sizeBytes);
    checkSha256(request.sha256);
    return this.#written(await this.#run(() => putObject(this.#bucket, request)));
  }

  async get(request: GetRequest): Promise<ObjectRead> {
    const { key, versionId, range, ifMatch, signal } = request;
    checkKey(key);
    signal?.throwIfAborted();
    // Only what can be read off the range itself; where the object ends is for the store to say.
    if (range !== undefined) selectedBytes(Number.MAX_SAFE_INTEGER, range);
    if (versionId !== undefined && !isVersionId(versionId)) throw absent();
    return this.#run(async () => {
      const command = new GetObjectCommand({
        ...this.#bucket.at(key),
        ...(versionId === undefined ? {} : { VersionId: versionId }),
        ...(range === undefined ? {} : { Range: `bytes=${range.firstByte}-${range.lastByte ?? ''}` }),
        ...(ifMatch === undefined ? {} : { IfMatch: `"${ifMatch}"` }),
      });
      const release = await this.#bucket.reads.acquire(signal);
      try {
        const options = signal === undefined ? {} : { abortSignal: signal };
        const answer = await this.#bucket.reader.send(command, options);
        const read = this.#read(key, answer, signal);
        read.body.once('close', release);
        return read;
      } catch (error) {
        release();
        if (signal?.aborted === true) throw signal.reason;
        if (statusOf(error) === 416) return this.#beyondEnd(request);
        if (versionId !== undefined && statusOf(error) === 400) throw absent();
        throw error;
      }
    });
  }

  async head(key: string, versionId?: string): Promise<ObjectHead | undefined> {
    checkKey(key);
    return this.#run(async () => (await this.#bucket.head(key, versionId))?.head);
  }

  async delete(key: string, versionId?: string): Promise<void> {
    checkKey(key);
    await this.#run(async () => {
      if (versionId === undefined) return this.#bucket.deleteAll(key);
      if (!isVersionId(versionId)) return;
      try {
        await this.#bucket.client.send(
          new DeleteObjectCommand({ ...this.#bucket.at(key), VersionId: versionId }),
        );
      } catch (error) {
        // An id that is none of this store's was never given out.
        if (!isAbsent(error) && statusOf(error) !== 400) throw error;
      }
    });
  }

  async list({ prefix, after = '', limit }: ListRequest): Promise<ObjectPage> {
    checkPrefix(prefix);
    checkNumber('limit', limit, [1, objectLimits.perList]);
    return this.#run(async () => {
      const { Contents = [], IsTruncated } = await this.#bucket.client.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket.name,
          Prefix: prefix,
          StartAfter: after === '' ? marksEnd : after,
          MaxKeys: limit,
        }),
      );
      const objects = Contents.map(({ Key = '', ETag, Size = 0, LastModified }) => ({
        key: Key,
        etag: unquoted(ETag),
        sizeBytes: Size,
        // A header tells whole seconds (RFC 9110 §8.8.2), and lists should say the same.
        lastModifiedMs: Math.floor((LastModified?.getTime() ?? 0) / 1_000) * 1_000,
      }));
      return { objects, next: IsTruncated === true ? objects.at(-1)?.key : undefined };
    });
  }

  async versions(key: string): Promise<readonly ObjectHead[]> {
    checkKey(key);
    return this.#run(async () => {
      const listed = (await this.#bucket.versionsOf(key)).filter(({ isMarker }) => !isMarker);
      const heads = await inSlices(listed, ({ VersionId }) => this.#bucket.head(key, VersionId));
      return heads.flatMap((found) => (found === undefined ? [] : [found.head]));
    });
  }

  async beginUpload(request: BeginUpload): Promise<ObjectUpload> {
    return this.#run(() => this.#uploads.begin(request));
  }

  async putPart(request: PutPartRequest): Promise<StoredPart> {
    return this.#run(() => this.#uploads.putPart(request));
  }

  async parts(upload: ObjectUpload): Promise<readonly StoredPart[]> {
    return this.#run(() => this.#uploads.parts(upload));
  }

  async completeUpload(request: CompleteUpload): Promise<StoredObject> {
    return this.#written(await this.#run(() => this.#uploads.complete(request)));
  }

  async abortUpload(upload: Pick<ObjectUpload, 'key' | 'uploadId'>): Promise<void> {
    await this.#run(() => this.#uploads.abort(upload));
  }

  async unfinishedUploads(startedBeforeMs: number, limit: number): Promise<readonly UnfinishedUpload[]> {
    checkNumber('limit', limit, [1, objectLimits.perList]);
    return this.#run(() => this.#uploads.marks.unfinished(startedBeforeMs, limit));
  }

  async presign(request: PresignRequest): Promise<PresignedRequest> {
    return this.#run(() => presignS3(this.#bucket, request, this.#clock.now()));
  }

  async ping(): Promise<void> {
    await this.#run(() => this.#bucket.look(this.#clock.monotonicMs()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#bucket.close();
  }

  /** Whose head tells too little is not read: its body, and the socket that it came over, is let go. */
  #read(key: string, answer: GetObjectCommandOutput, signal: AbortSignal | undefined): ObjectRead {
    try {
      return this.#heard(key, answer, signal);
    } catch (error) {
      // What is cut off has nobody left to tell.
      (answer.Body as Readable | undefined)?.on('error', () => undefined).destroy();
      throw error;
    }
  }

  #heard(key: string, answer: GetObjectCommandOutput, signal: AbortSignal | undefined): ObjectRead {
    const { Body, ContentRange, ContentLength = 0 } = answer;
    const [, first = '0', total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(ContentRange ?? '') ?? [];
    const head = headOf(key, { ...answer, sizeBytes: total === undefined ? ContentLength : Number(total) });
    const { timeoutMs, silence } = this.#bucket;
    // In Node a body is what came over the socket.
    const body = new HeardBody(Body as Readable, { limitMs: timeoutMs, silent: () => silence.begin() });
    if (signal !== undefined) addAbortSignal(signal, body);
    return { head, firstByte: Number(first), lengthBytes: ContentLength, body };
  }

  /** Refused it would be lost: nobody writes a key again with other bytes, and what is there is read by its name. But it is told at once, and readiness says so too. */
  #written(stored: StoredObject): StoredObject {
    if (stored.versionId === unversioned) {
      this.#bucket.doubtVersions();
      this.#tellUnversioned(keepsNoVersions(this.#bucket.name));
    }
    return stored;
  }

  async #beyondEnd({ key, versionId, range }: GetRequest): Promise<never> {
    const found = await this.#bucket.head(key, versionId);
    if (found === undefined) throw absent();
    selectedBytes(found.head.sizeBytes, range);
    // It has grown since: a later try finds the range.
    throw new CodedError('ENGINE_UNAVAILABLE', 'The object changed while it was read.');
  }

  async #run<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    if (this.#closed) throw new CodedError('ENGINE_UNAVAILABLE', 'The object store is closed.');
    try {
      return await this.#bucket.run(call);
    } catch (error) {
      if (error instanceof CodedError && isRefusal(error.cause)) this.#tellRefusal(error);
      throw error;
    }
  }
}
