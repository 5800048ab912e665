import { createHash } from 'node:crypto';
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

/** What engines take as the name of an index. */
const mostNameLength = 48;

/** What the index of an attribute is called in its collection, and so in a refusal; a hash of the whole keeps long ones apart. */
export function indexName(model: Model, { column }: Attribute): string {
  const name = `${model.table}_${column}`;
  if (name.length <= mostNameLength) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, mostNameLength - digest.length - 1)}_${digest}`;
}
