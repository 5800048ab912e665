import {
  type _Error as DeleteFault,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  PutBucketVersioningCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { CodedError, Semaphore } from '@tributary/runtime';
import { readTlsFiles, type TlsMaterial } from '../tls-files.ts';
import type { ObjectHead } from './port.ts';
import { type S3Address, s3Setting } from './s3-address.ts';
import { codedS3Error, isAbsent } from './s3-faults.ts';
import { headOf, isVersionId, uploadMetadata } from './s3-head.ts';
import { StoreSilence } from './s3-silence.ts';

const connectWithinMs = 5_000;
/** A connection on which nothing moves is given up, whichever side is slow: somebody who reads or writes a body through the product may rest that long. */
const idleMs = 60_000;
/** What bytes may take that are sent at once, beside the time limit of an answer. */
const slowestBytesPerMs = 1_024;
const socketsAtMost = 100;
/** Bodies that are read at a time: each has its socket for as long as its reader takes. */
const readsAtMost = 512;
const keysAtOnce = 1_000;
/** Somebody has to turn versions off by hand: readiness, which is asked for all the time, notices it this much later at most. */
const versionsKnownMs = 60_000;

/** What the driver has to say comes back as errors; it would write to standard output otherwise. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** One bucket: the client, and what more than one part of the adapter asks of it. */
export class S3Bucket {
  readonly client: S3Client;
  /** Reads bodies, by sockets of their own: nothing else waits behind slow readers. */
  readonly reader: S3Client;
  /** Held by whoever uses `reader`, until the body ends. */
  readonly reads: Semaphore;
  readonly name: string;
  readonly timeoutMs: number;
  readonly silence = new StoreSilence();
  #versionsSeenMs = Number.NEGATIVE_INFINITY;
  /** Parameters that encrypt what is written, on the server's side. */
  readonly encryption: {
    readonly ServerSideEncryption?: 'AES256' | 'aws:kms';
    readonly SSEKMSKeyId?: string;
  };

  private constructor(
    { endpoint, bucket, region, pathStyle, credentials, encryption, timeoutMs }: S3Address,
    tls: TlsMaterial,
  ) {
    this.name = bucket;
    this.timeoutMs = timeoutMs;
    this.encryption =
      encryption === undefined
        ? {}
        : {
            ServerSideEncryption: encryption.algorithm,
            ...(encryption.kmsKeyId === undefined ? {} : { SSEKMSKeyId: encryption.kmsKeyId }),
          };
    const connectionTimeout = Math.min(connectWithinMs, timeoutMs);
    const connected = (maxSockets: number): S3Client =>
      new S3Client({
        region,
        forcePathStyle: pathStyle,
        ...(endpoint === undefined ? {} : { endpoint }),
        ...(credentials === undefined ? {} : { credentials }),
        maxAttempts: 3,
        // For large bodies that are asked about first the driver makes an agent of its own, which knows nothing of these files.
        ...(Object.keys(tls).length === 0 ? {} : { expectContinueHeader: false }),
        logger: silent,
        requestHandler: {
          connectionTimeout,
          requestTimeout: timeoutMs,
          throwOnRequestTimeout: true,
          socketTimeout: idleMs,
          httpAgent: { keepAlive: true, maxSockets },
          httpsAgent: { keepAlive: true, maxSockets, ...tls },
        },
      });
    const waitMs = connectionTimeout;
    this.client = connected(socketsAtMost);
    this.reader = connected(readsAtMost);
    this.reads = new Semaphore({
      tooMany: 'Too much is read from the object store',
      atOnce: readsAtMost,
      waitMs,
    });
    this.#listen(this.reader);
    this.#listen(
      this.client,
      new Semaphore({ tooMany: 'Too much is asked of the object store', atOnce: socketsAtMost, waitMs }),
    );
  }

  /**
   * Hears from each try of a call whether the store answers. It is below the driver's retries: they are for what was refused or broke off. Who waited for nothing once
   * is told so, and may decide. The driver's time runs while a call waits for a socket, which says nothing of the store: so it waits here before.
   */
  #listen(client: S3Client, sockets?: Semaphore): void {
    client.middlewareStack.add(
      (next) => async (args) => {
        this.silence.check();
        const release = await sockets?.acquire();
        try {
          // Meanwhile others may have found out.
          this.silence.check();
          const answer = await next(args);
          this.silence.end();
          return answer;
        } catch (error) {
          if (isSilence(error)) throw this.silence.begin(error);
          if (statusOf(error) !== undefined) this.silence.end();
          throw error;
        } finally {
          release?.();
        }
      },
      { step: 'deserialize', name: 'silence' },
    );
  }

  close(): void {
    this.client.destroy();
    this.reader.destroy();
  }

  /** Reads the files that the address names; nothing is asked yet. @throws CodedError CONFIG_INVALID */
  static async open(address: S3Address): Promise<S3Bucket> {
    return new S3Bucket(address, await readTlsFiles(s3Setting, address.tls));
  }

  /** For a call that sends so many bytes at once: what it may take until its answer. */
  timeLimit(sizeBytes: number): { readonly requestTimeout: number } {
    return { requestTimeout: this.timeoutMs + Math.ceil(sizeBytes / slowestBytesPerMs) };
  }

  /** For a call of which the store makes a whole from many parts before it answers. */
  get patience(): { readonly requestTimeout: number } {
    return { requestTimeout: Math.max(this.timeoutMs, idleMs) };
  }

  at(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.name, Key: key };
  }

  /** Runs a call, its errors told in the words of the port. */
  async run<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    try {
      return await call();
    } catch (error) {
      throw codedS3Error(error);
    }
  }

  /** Asks one thing, that there is such a bucket; and once a minute whether it still keeps versions. @throws as `ensureVersions` */
  async look(nowMs: number): Promise<void> {
    await this.client.send(new HeadBucketCommand({ Bucket: this.name }));
    if (nowMs - this.#versionsSeenMs < versionsKnownMs) return;
    await this.ensureVersions();
    this.#versionsSeenMs = nowMs;
  }

  /** A write has found that there are no versions: the next look asks at once. */
  doubtVersions(): void {
    this.#versionsSeenMs = Number.NEGATIVE_INFINITY;
  }

  /** Versions are what the port is made of: they are turned on where nobody decided yet. @throws CodedError CONFIG_INVALID where somebody turned them off */
  async ensureVersions(): Promise<void> {
    const { Status } = await this.client.send(new GetBucketVersioningCommand({ Bucket: this.name }));
    if (Status === 'Enabled') return;
    if (Status === 'Suspended') throw keepsNoVersions(this.name);
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await this.client.send(new PutBucketVersioningCommand({ Bucket: this.name, VersioningConfiguration }));
  }

  /** What is said of a version, and the upload that made it; undefined where there is none. */
  async head(
    key: string,
    versionId?: string,
  ): Promise<{ readonly head: ObjectHead; readonly upload: string | undefined } | undefined> {
    if (versionId !== undefined && !isVersionId(versionId)) return undefined;
    try {
      const answer = await this.client.send(
        new HeadObjectCommand({
          ...this.at(key),
          ...(versionId === undefined ? {} : { VersionId: versionId }),
        }),
      );
      const head = headOf(key, { ...answer, sizeBytes: answer.ContentLength });
      return { head, upload: answer.Metadata?.[uploadMetadata] };
    } catch (error) {
      // An id that is none of this store's is refused as malformed; HEAD answers have no code.
      const isNoVersion = versionId !== undefined && statusOf(error) === 400;
      if (isAbsent(error) || isNoVersion) return undefined;
      throw error;
    }
  }

  /** Versions and delete markers of exactly this key, newest first, `keysAtOnce` at most. */
  async versionsOf(key: string): Promise<readonly (ObjectVersion & { readonly isMarker: boolean })[]> {
    const { Versions = [], DeleteMarkers = [] } = await this.client.send(
      // Keys that only begin alike come after it.
      new ListObjectVersionsCommand({ Bucket: this.name, Prefix: key, MaxKeys: keysAtOnce }),
    );
    return [
      ...Versions.map((version) => ({ ...version, isMarker: false })),
      ...DeleteMarkers.map((marker) => ({ ...marker, isMarker: true })),
    ].filter(({ Key }) => Key === key);
  }

  /** Removes a key with all its versions. */
  async deleteAll(key: string): Promise<void> {
    for (;;) {
      const versions = await this.versionsOf(key);
      if (versions.length === 0) return;
      const Objects = versions.map(({ VersionId }) => ({ Key: key, VersionId }));
      const { Errors = [] } = await this.client.send(
        new DeleteObjectsCommand({ Bucket: this.name, Delete: { Objects, Quiet: true } }),
      );
      const [fault] = Errors;
      if (fault !== undefined) throw refusedToDelete(fault);
    }
  }
}

const statusOfDelete: ReadonlyMap<string, number> = new Map([
  ['AccessDenied', 403],
  ['InternalError', 500],
  ['SlowDown', 503],
]);

/** What is said of one version in an answer that is none of failure, as the driver would tell it of a whole call. */
function refusedToDelete({ Code = 'none', Message }: DeleteFault): CodedError {
  const cause = new S3ServiceException({
    name: Code,
    ...(Message === undefined ? {} : { message: Message }),
    $fault: 'client',
    $metadata: { httpStatusCode: statusOfDelete.get(Code) ?? 400 },
  });
  const message = `The object store refuses to delete: ${Code}.`;
  return new CodedError('ENGINE_UNAVAILABLE', message, { cause, details: { engine: 's3' } });
}

export function keepsNoVersions(bucket: string): CodedError {
  const message = `The bucket ${bucket} of OBJECT_STORE_URL keeps no versions any more; turn its versioning on again.`;
  return new CodedError('CONFIG_INVALID', message, { details: { setting: 'OBJECT_STORE_URL' } });
}

/** The driver calls a connection that broke off a timeout as well; that is worth another try. */
function isSilence(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'TimeoutError') return false;
  return !('code' in error && ['ECONNRESET', 'EPIPE'].includes(String(error.code)));
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && '$metadata' in error
    ? (error.$metadata as { readonly httpStatusCode?: number }).httpStatusCode
    : undefined;
}
