import type { CodedError } from '@tributary/runtime';
import type { Filter, SortOrder } from '../filter/port.ts';
import type { OutboxSource, OutgoingEvent } from '../outbox/port.ts';

/** What every adapter takes at most; beyond, writes are CodedError BAD_USER_INPUT (PAYLOAD_TOO_LARGE for the size). */
export const documentLimits = {
  /** Nesting of objects and arrays, `fields` itself counted. */
  depth: 32,
  /** `fields` as JSON in UTF-8. */
  sizeBytes: 1_048_576,
  /** The values of one index of one document, together, as JSON in UTF-8; they are scalars. */
  indexedBytes: 2_000,
  /** Documents one `find`, `findBy` (groups × limit) or `getMany` may ask for. */
  perRead: 10_000,
  /** What they may have together, as the engine sends them, unless the read says otherwise. One document alone always comes. */
  readBytes: 33_554_432,
  /** Documents one `insertMany` takes, and their fields together as JSON in UTF-8. */
  perWrite: 1_000,
  writeBytes: 16_777_216,
} as const;

/**
 * JSON with the attributes every stored document has. Keys of `fields`, at any depth, are not empty, do not start with `$`, hold no dot, and are
 * not `__proto__`, `constructor` or `prototype`. Filters and orders see `id` and `version` as fields, before what `fields` has by these names.
 */
export interface StoredDocument {
  /** Unique within the workspace and collection. */
  readonly id: string;
  readonly workspaceId: string;
  /** Starts at 1, grows by 1 with each write. */
  readonly version: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** An index over top-level fields, within a workspace. A unique one ignores documents where any of its fields is null or missing. */
export interface IndexDeclaration {
  /** Letters, digits and `_`. Declared again with other fields it is another index. */
  readonly name: string;
  readonly fields: readonly string[];
  readonly unique: boolean;
}

/** What a read answers of each document, and of all of them. */
export interface ReadOptions {
  /** The top-level fields that are read; all of them when absent. `id` and `version` always come. */
  readonly fields?: readonly string[] | undefined;
  /** In place of `documentLimits.readBytes`. */
  readonly mostBytes?: number | undefined;
}

export interface FindRequest extends ReadOptions {
  /** The tenant; a query that crosses tenants cannot be expressed. */
  readonly workspaceId: string;
  readonly filter?: Filter | undefined;
  /** Ties are broken by id; nulls come last in either direction. */
  readonly orderBy?: SortOrder;
  readonly limit: number;
  /** Sort values and id of the document after which the page starts (keyset). */
  readonly after?: { readonly values: readonly unknown[]; readonly id: string } | undefined;
}

/** Which documents, by the value of one field: `{ field: 'flight', values: [ids of flights] }`. */
export interface GroupedRequest {
  readonly workspaceId: string;
  readonly field: string;
  /** A document belongs to the group whose value its field equals; values of other types equal none. 1,000 at most; repetitions count once. */
  readonly values: readonly string[];
  readonly filter?: Filter | undefined;
}

export interface FindByRequest extends GroupedRequest, ReadOptions {
  /** Within each group; ties and nulls as in `FindRequest`. */
  readonly orderBy?: SortOrder;
  readonly limitPerGroup: number;
  /** Where the page of every group starts. */
  readonly after?: FindRequest['after'];
}

/** A document to write, and the events that must become visible exactly when the write does. */
export interface DocumentWrite {
  readonly document: StoredDocument;
  readonly events: readonly OutgoingEvent[];
}

/** Reads that find more than `mostBytes` are refused with CodedError PAYLOAD_TOO_LARGE, and hold no more than that meanwhile. */
export interface DocumentCollection {
  /** Those that exist, in no promised order. */
  getMany(
    workspaceId: string,
    ids: readonly string[],
    options?: ReadOptions,
  ): Promise<readonly StoredDocument[]>;
  find(request: FindRequest): Promise<readonly StoredDocument[]>;
  count(workspaceId: string, filter?: Filter): Promise<number>;
  /** Whether no workspace has a document in it for which `filter` holds: the one question across tenants, for who is about to change what documents are. */
  isEmpty(filter?: Filter): Promise<boolean>;
  /** The first documents of each group, in one request to the engine however many groups there are. Groups without any are left out. */
  findBy(request: FindByRequest): Promise<ReadonlyMap<string, readonly StoredDocument[]>>;
  /** How many documents each group has, as `findBy`. */
  countBy(request: GroupedRequest): Promise<ReadonlyMap<string, number>>;
  /** @throws CodedError CONFLICT (details.index) when the id or a unique index is taken. */
  insert(write: DocumentWrite): Promise<void>;
  /**
   * Inserts all it can in one request to the engine, each document together with its events. Answers by position: undefined for what was
   * inserted, else what `insert` would have thrown (of CONFLICT the index, unless what was in the way is gone again). Of documents that take
   * an id or a unique value from each other the first wins. When it throws, some may have been inserted: repeating it tells by CONFLICT.
   * @throws CodedError BAD_USER_INPUT (PAYLOAD_TOO_LARGE) beyond `perWrite` (`writeBytes`), EVENT_INVALID for an event of any of them, and the engine's own failures.
   */
  insertMany(writes: readonly DocumentWrite[]): Promise<readonly (CodedError | undefined)[]>;
  /**
   * Replaces the document that has `expectedVersion`; false when it is absent or at another version (compare-and-set).
   * The document's version must be the one after `expectedVersion`.
   * @throws CodedError CONFLICT (details.index) when a unique index is taken.
   */
  replace(expectedVersion: number, write: DocumentWrite): Promise<boolean>;
  /** Removes the document that has `expectedVersion`; false when absent or at another version. `write.document` is its last state. */
  remove(expectedVersion: number, write: DocumentWrite): Promise<boolean>;
}

export interface DocumentStore extends AsyncDisposable {
  /**
   * Opens a collection, creating it and its indexes where they are missing. Names have letters, digits and `_`, 48 at most.
   * @throws CodedError CONFLICT (details.index) when stored documents contradict a new unique index, BAD_USER_INPUT (details.index) when the
   * engine has no room in an index for what they hold.
   */
  collection(name: string, indexes: readonly IndexDeclaration[]): Promise<DocumentCollection>;
  /** Drops the indexes of a collection that were declared once and are not among these: they held until now, also what was unique by them. */
  dropOtherIndexes(name: string, indexes: readonly IndexDeclaration[]): Promise<void>;
  /** Where the relay finds the events of committed writes. */
  readonly outbox: OutboxSource;
  ping(): Promise<void>;
}
