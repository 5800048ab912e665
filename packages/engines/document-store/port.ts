import type { Filter, SortOrder } from '../filter/port.ts';
import type { OutboxSource, OutgoingEvent } from '../outbox/port.ts';

/** JSON with the attributes every stored document has. `fields` never contains keys that start with `$` or hold a dot. */
export interface StoredDocument {
  readonly id: string;
  readonly workspaceId: string;
  /** Starts at 1, grows by 1 with each write. */
  readonly version: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface IndexDeclaration {
  readonly name: string;
  readonly fields: readonly string[];
  readonly unique: boolean;
}

export interface FindRequest {
  /** The tenant; a query that crosses tenants cannot be expressed. */
  readonly workspaceId: string;
  readonly filter?: Filter | undefined;
  /** Ties are broken by id; nulls come last in either direction. */
  readonly orderBy?: SortOrder;
  readonly limit: number;
  /** Sort values and id of the document after which the page starts (keyset). */
  readonly after?: { readonly values: readonly unknown[]; readonly id: string } | undefined;
}

/** A document to write, and the events that must become visible exactly when the write does. */
export interface DocumentWrite {
  readonly document: StoredDocument;
  readonly events: readonly OutgoingEvent[];
}

export interface DocumentCollection {
  getMany(workspaceId: string, ids: readonly string[]): Promise<readonly StoredDocument[]>;
  find(request: FindRequest): Promise<readonly StoredDocument[]>;
  count(workspaceId: string, filter?: Filter): Promise<number>;
  /** @throws CodedError CONFLICT (details.index) when the id or a unique index is taken. */
  insert(write: DocumentWrite): Promise<void>;
  /**
   * Replaces the document that has `expectedVersion`; false when it is absent or at another version (compare-and-set).
   * @throws CodedError CONFLICT when a unique index is taken.
   */
  replace(expectedVersion: number, write: DocumentWrite): Promise<boolean>;
  /** Removes the document that has `expectedVersion`; false when absent or at another version. `write.document` is its last state. */
  remove(expectedVersion: number, write: DocumentWrite): Promise<boolean>;
}

export interface DocumentStore extends AsyncDisposable {
  /** Opens a collection, creating it and its indexes where they are missing. */
  collection(name: string, indexes: readonly IndexDeclaration[]): Promise<DocumentCollection>;
  /** Where the relay finds the events of committed writes. */
  readonly outbox: OutboxSource;
  ping(): Promise<void>;
}
