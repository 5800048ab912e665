import type { OutboxSource } from '../outbox/port.ts';
import { relationalOutbox } from '../outbox/relational.ts';
import type { Relational } from '../relational/port.ts';
import { EmbeddedCollection } from './embedded-collection.ts';
import { createCollection, dropOtherIndexes } from './embedded-schema.ts';
import type { DocumentCollection, DocumentStore, IndexDeclaration } from './port.ts';

/**
 * The document store in PostgreSQL: schema `document`, a table of JSONB a collection. Its events go through the outbox of the
 * database itself, so that documents and records share one order. The database stays the caller's to close.
 */
export async function openEmbeddedDocumentStore(relational: Relational): Promise<DocumentStore> {
  return new EmbeddedDocumentStore(relational, await relationalOutbox(relational));
}

class EmbeddedDocumentStore implements DocumentStore {
  readonly outbox: OutboxSource;
  readonly #relational: Relational;

  constructor(relational: Relational, outbox: OutboxSource) {
    this.#relational = relational;
    this.outbox = outbox;
  }

  async collection(name: string, indexes: readonly IndexDeclaration[]): Promise<DocumentCollection> {
    const table = await createCollection(this.#relational, name, indexes);
    return new EmbeddedCollection(this.#relational, table, indexes);
  }

  dropOtherIndexes(name: string, indexes: readonly IndexDeclaration[]): Promise<void> {
    return dropOtherIndexes(this.#relational, name, indexes);
  }

  async ping(): Promise<void> {
    await this.#relational.ping();
  }

  /** Nothing of its own to close: connections belong to the relational port. */
  async [Symbol.asyncDispose](): Promise<void> {}
}
