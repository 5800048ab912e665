import type { Readable } from 'node:stream';

/** What every adapter takes at most; beyond, the call is CodedError BAD_USER_INPUT (PAYLOAD_TOO_LARGE for sizes of bodies). */
export const objectLimits = {
  keyLength: 512,
  segmentLength: 128,
  /** Names and values of `metadata` together, in bytes; S3 takes 2,048, and layers such as sealing need some. */
  metadataBytes: 1_792,
  /** One `put`, or one part. */
  putBytes: 5 * 1024 ** 3,
  /** Smallest `partBytes` of an upload in parts. */
  partBytesAtLeast: 5 * 1024 ** 2,
  /** `partBytes` is a multiple of it, so that parts of sealed objects are whole frames. */
  partBytesStep: 65_536,
  /** Of one upload, and writers whose parts are kept apart: S3 has 10,000 numbers for both. */
  parts: 1_250,
  writers: 8,
  perList: 1_000,
  presignedSeconds: 300,
} as const;

/** Bytes at once, in chunks that are all here, or as they come. A stream is read at the pace of the store and never held whole. */
export type ObjectBody = Uint8Array | Chunks;

/** Chunks that are all here cost nothing to go through: a step of an asynchronous iterator costs more than to copy what it brings. */
export type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export function areHere(chunks: Chunks): chunks is Iterable<Uint8Array> {
  return Symbol.iterator in chunks;
}

/** A write happens only if the key has no object, or has the one with this etag; otherwise CodedError PRECONDITION_FAILED, and nothing changed. */
export type WriteCondition = 'absent' | { readonly etag: string };

/** What is said of an object beside its bytes. Content type and metadata are kept readable: nothing private belongs there. */
export interface ObjectDescription {
  readonly contentType: string;
  /** Names of `a-z0-9-` that do not start with `sealed`, values of printable ASCII. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface PutRequest extends ObjectDescription {
  readonly key: string;
  readonly body: ObjectBody;
  /** Announced size and hash (hex): other bytes are CodedError CONTENT_MISMATCH, and never become visible. */
  readonly sizeBytes?: number | undefined;
  readonly sha256?: string | undefined;
  readonly onlyIf?: WriteCondition | undefined;
  readonly onTaken?: OnTaken | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Hears of chunks of a streamed body that are written, from stores that say so: whoever made them may let them go. */
export type OnTaken = (chunks: readonly Uint8Array[]) => void;

/** What a write made. */
export interface StoredObject {
  readonly key: string;
  readonly versionId: string;
  /** Opaque, without quotes. Of one key, the same etag means the same bytes. */
  readonly etag: string;
  readonly sizeBytes: number;
}

export interface ObjectHead extends StoredObject {
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly lastModifiedMs: number;
}

/** Positions as in RFC 9110 §14.1.2: both included; without `lastByte`, or with one beyond the end, to the end. */
export interface ByteRange {
  readonly firstByte: number;
  readonly lastByte?: number | undefined;
}

export interface GetRequest {
  readonly key: string;
  /** Without it, the newest. */
  readonly versionId?: string | undefined;
  readonly range?: ByteRange | undefined;
  /** CodedError PRECONDITION_FAILED when the object has another etag. */
  readonly ifMatch?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ObjectRead {
  readonly head: ObjectHead;
  /** How many bytes come, and from where; `sizeBytes` of the head is the whole. */
  readonly firstByte: number;
  readonly lengthBytes: number;
  /** To be read to its end or destroyed: until then it holds a file or a connection. */
  readonly body: Readable;
}

export interface ListRequest {
  /** Any beginning of keys; '' for all. */
  readonly prefix: string;
  /** Keys after this one: `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The newest version of a key, as a list tells of it. */
export interface ListedObject {
  readonly key: string;
  readonly etag: string;
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly lastModifiedMs: number;
}

export interface ObjectPage {
  /** In ascending order of keys. */
  readonly objects: readonly ListedObject[];
  /** Where to go on; undefined at the end. A page may be short and yet have a next. */
  readonly next: string | undefined;
}

export interface BeginUpload extends ObjectDescription {
  readonly key: string;
  /** The size of every part but the last. */
  readonly partBytes: number;
}

/** An upload in parts that was begun: plain data, for the caller to keep until it is completed or aborted. */
export interface ObjectUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly partBytes: number;
  /** How many writers' parts the store keeps apart; absent for an upload that was begun when a part had one place. */
  readonly writers?: number;
}

export interface PutPartRequest {
  readonly upload: ObjectUpload;
  /** From 1. Parts come in any order and side by side; a part that its writer puts again replaces the one before. */
  readonly number: number;
  /**
   * 0 (when absent) to 7. Parts of one number by several writers lie beside each other, and `completeUpload` takes that whose etag is named: one who was given up, and whose
   * part arrives late, takes the place of nobody's.
   */
  readonly writer?: number;
  /** The part that ends the object: 1 to `partBytes` bytes; every other has exactly `partBytes`. */
  readonly last: boolean;
  readonly body: ObjectBody;
  readonly sizeBytes: number;
  /** Hex. Other bytes are CodedError CONTENT_MISMATCH, and the part before them stays. */
  readonly sha256?: string | undefined;
  readonly onTaken?: OnTaken | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface StoredPart {
  readonly number: number;
  readonly etag: string;
  readonly sizeBytes: number;
}

export interface CompleteUpload {
  readonly upload: ObjectUpload;
  /** 1, 2, 3 … without a gap, with the etags `putPart` gave. */
  readonly parts: readonly Pick<StoredPart, 'number' | 'etag'>[];
  readonly onlyIf?: WriteCondition | undefined;
}

export interface UnfinishedUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly startedAtMs: number;
}

/** What a presigned request may do, and nothing else. It ends after `expiresInSeconds`, 300 at most. */
export type PresignRequest =
  | {
      readonly method: 'GET';
      readonly key: string;
      readonly versionId?: string | undefined;
      readonly expiresInSeconds: number;
      /** Headers of the answer, whatever the object says. */
      readonly contentType?: string | undefined;
      readonly contentDisposition?: string | undefined;
    }
  | {
      /** Writes exactly these bytes, once: the key must have no object. */
      readonly method: 'PUT';
      readonly key: string;
      readonly expiresInSeconds: number;
      readonly sizeBytes: number;
      readonly sha256: string;
      readonly contentType: string;
    };

export interface PresignedRequest {
  readonly method: 'GET' | 'PUT';
  /** Absolute where the engine answers itself; a path where it is the product's own door (`presigned-tokens.ts`). */
  readonly url: string;
  /** To be sent as they are. */
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAtMs: number;
}

/**
 * Bytes under keys, in versions that never change. Keys are made by the server: segments of `a-z0-9`, with single `.`, `-`, `_` or `=`
 * between, joined by `/`; anything else is CodedError BAD_USER_INPUT. What is acknowledged survives a crash; what is not is never seen, in part or whole.
 * Every call may fail with CodedError ENGINE_UNAVAILABLE, writes with INSUFFICIENT_STORAGE: nothing was changed, or it may be repeated.
 */
export interface ObjectStore extends AsyncDisposable {
  /** Writes a new version. @throws CodedError CONTENT_MISMATCH, PRECONDITION_FAILED, PAYLOAD_TOO_LARGE */
  put(request: PutRequest): Promise<StoredObject>;
  /** @throws CodedError NOT_FOUND, PRECONDITION_FAILED, RANGE_NOT_SATISFIABLE (details.sizeBytes) */
  get(request: GetRequest): Promise<ObjectRead>;
  head(key: string, versionId?: string): Promise<ObjectHead | undefined>;
  /** Removes one version, or the key with all its versions, for good. What is absent is deleted already. */
  delete(key: string, versionId?: string): Promise<void>;
  list(request: ListRequest): Promise<ObjectPage>;
  /** Newest first, `perList` at most. */
  versions(key: string): Promise<readonly ObjectHead[]>;

  beginUpload(request: BeginUpload): Promise<ObjectUpload>;
  /** @throws CodedError NOT_FOUND when the upload is completed, aborted or unknown, CONTENT_MISMATCH */
  putPart(request: PutPartRequest): Promise<StoredPart>;
  /** By number, and of one number all writers'. @throws CodedError NOT_FOUND */
  parts(upload: ObjectUpload): Promise<readonly StoredPart[]>;
  /**
   * Makes the parts one object, at once and whole. Repeated after an unknown outcome it answers the same; parts not named are dropped.
   * @throws CodedError NOT_FOUND, PRECONDITION_FAILED (the upload stays), BAD_USER_INPUT when a part is missing, has another etag, or the last is not the last
   */
  completeUpload(request: CompleteUpload): Promise<StoredObject>;
  /** Frees what was uploaded. An upload that is completed stays whole; one that is unknown is aborted already. */
  abortUpload(upload: Pick<ObjectUpload, 'key' | 'uploadId'>): Promise<void>;
  /** Uploads begun before that moment and neither completed nor aborted, for a sweeper that aborts them and asks again. */
  unfinishedUploads(startedBeforeMs: number, limit: number): Promise<readonly UnfinishedUpload[]>;

  /**
   * Where the engine answers itself its URL works as it is. One that is a path is for a door that whoever opened the store serves and checks by `PresignedTokens.verify`;
   * without such a door it leads nowhere. The product has none: its links are its own (`subgraphs/files`), so that they end with rights and can be revoked.
   */
  presign(request: PresignRequest): Promise<PresignedRequest>;
  ping(): Promise<void>;
}
