import type { DocumentCollection, StoredDocument } from '@tributary/engines/document-store';
import type { Item } from '../items/item-store.ts';
import type { Attribute, Model } from '../models/model.ts';

/** Opens the collection of a model when it is first used; creating what exists changes nothing. */
export type OpenCollection = () => Promise<DocumentCollection>;

/** A document holds the whole item, so that filters and orders find every attribute among its fields. */
export function documentOf(workspaceId: string, item: Item): StoredDocument {
  return { id: item.id, workspaceId, version: Number(item['version']), fields: item };
}

export function itemOf({ id, version, fields }: StoredDocument): Item {
  return { ...fields, id, version };
}

/** What the index of an attribute is called in its collection, and so in a refusal. */
export function indexName(model: Model, { column }: Attribute): string {
  return `${model.table}_${column}`;
}
