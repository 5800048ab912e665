import type { DocumentCollection, DocumentStore } from '@tributary/engines/document-store';
import type { ItemStore } from '../items/item-store.ts';
import type { Model } from '../models/model.ts';
import { DocumentReads } from './document-reads.ts';
import { DocumentWrites } from './document-writes.ts';
import { indexName, type OpenCollection } from './stored-item.ts';

/** The items of a document model. Opens nothing by itself. */
export function createDocumentStore(model: Model, documents: DocumentStore): ItemStore {
  const open = collectionOf(model, documents);
  const reads = new DocumentReads(model, open);
  const writes = new DocumentWrites(model, open);
  return {
    byKey: (scope, key, values) => reads.byKey(scope, key, values),
    list: (scope, request) => reads.list(scope, request),
    count: (workspaceId, filter) => reads.count(workspaceId, filter),
    listByReference: (scope, reference, query) => reads.listByReference(scope, reference, query),
    countByReference: (workspaceId, reference, query) =>
      reads.countByReference(workspaceId, reference, query),
    create: (items, by) => writes.create(items, by),
    update: (workspaceId, id, change) => writes.update(workspaceId, id, change),
    remove: (workspaceId, id, ending) => writes.remove(workspaceId, id, ending),
  };
}

export function collectionOf(model: Model, documents: DocumentStore): OpenCollection {
  let opened: Promise<DocumentCollection> | undefined;
  return () => {
    opened ??= documents.collection(model.table, indexesOf(model)).catch((cause: unknown) => {
      opened = undefined;
      throw cause;
    });
    return opened;
  };
}

/** Lets go of what the model does not say any more: a value that is no longer unique, an index nobody declares. */
export function dropOtherIndexes(model: Model, documents: DocumentStore): Promise<void> {
  return documents.dropOtherIndexes(model.table, indexesOf(model));
}

function indexesOf(
  model: Model,
): { readonly name: string; readonly fields: readonly string[]; readonly unique: boolean }[] {
  return model.attributes
    .filter(({ unique, indexed, target }) => unique || indexed || target !== undefined)
    .map((attribute) => ({
      name: indexName(model, attribute),
      fields: [attribute.name],
      unique: attribute.unique,
    }));
}
