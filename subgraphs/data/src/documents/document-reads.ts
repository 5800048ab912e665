import {
  type DocumentCollection,
  documentLimits,
  type StoredDocument,
} from '@tributary/engines/document-store';
import type { Filter } from '@tributary/engines/filter';
import type { CountQuery, Item, ItemReads, ReadScope, RelatedQuery } from '../items/item-store.ts';
import type { Attribute } from '../models/model.ts';
import type { ListRequest } from '../queries/list-request.ts';
import { bothFilters } from '../queries/where-filter.ts';
import { itemOf, type OpenCollection } from './stored-item.ts';

/** Reads of a document model. Documents come whole: the port has no projections. */
export class DocumentReads implements ItemReads {
  readonly #open: OpenCollection;

  constructor(open: OpenCollection) {
    this.#open = open;
  }

  async byKey(
    { workspaceId }: ReadScope,
    key: Attribute,
    values: readonly string[],
  ): Promise<readonly Item[]> {
    const collection = await this.#open();
    const found =
      key.name === 'id'
        ? await collection.getMany(workspaceId, values)
        : await collection.find({
            workspaceId,
            filter: { kind: 'in', field: key.name, values },
            limit: values.length,
          });
    return found.map(itemOf);
  }

  async list({ workspaceId }: ReadScope, request: ListRequest): Promise<readonly Item[]> {
    const { filter, order, after, size } = request;
    const collection = await this.#open();
    return (await collection.find({ workspaceId, filter, orderBy: order, limit: size + 1, after })).map(
      itemOf,
    );
  }

  async count(workspaceId: string, filter: Filter | undefined): Promise<number> {
    return (await this.#open()).count(workspaceId, filter);
  }

  /**
   * The port finds by one filter, not by parent, so one statement asks for as many documents as all pages need together.
   * A parent with many children can crowd others out; those that are not complete are asked for again without it, and each
   * round completes at least one parent.
   */
  async listByReference(
    { workspaceId }: ReadScope,
    reference: Attribute,
    { parents, request }: RelatedQuery,
  ): Promise<ReadonlyMap<string, readonly Item[]>> {
    const collection = await this.#open();
    const byParent = new Map<string, readonly Item[]>();
    const wanted = request.size + 1;
    let open = parents;
    while (open.length > 0) {
      // Never more parents than one read can complete: else a round might complete none.
      const asked = open.slice(0, Math.floor(documentLimits.perRead / wanted));
      const found = await findFor(collection, { workspaceId, reference, parents: asked, request });
      const children = groupBy(found.map(itemOf), reference.name);
      const complete = found.length < asked.length * wanted;
      for (const parent of asked) {
        const own = children.get(parent) ?? [];
        if (complete || own.length >= wanted) byParent.set(parent, own.slice(0, wanted));
      }
      open = open.filter((parent) => !byParent.has(parent));
    }
    return byParent;
  }

  async countByReference(
    workspaceId: string,
    reference: Attribute,
    { parents, filter }: CountQuery,
  ): Promise<ReadonlyMap<string, number>> {
    const collection = await this.#open();
    const counts = parents.map(async (parent) => {
      const own: Filter = { kind: 'compare', field: reference.name, op: 'eq', value: parent };
      return [parent, await collection.count(workspaceId, bothFilters(own, filter))] as const;
    });
    return new Map(await Promise.all(counts));
  }
}

function findFor(
  collection: DocumentCollection,
  {
    workspaceId,
    reference,
    parents,
    request,
  }: { readonly workspaceId: string; readonly reference: Attribute } & RelatedQuery,
): Promise<readonly StoredDocument[]> {
  const among: Filter = { kind: 'in', field: reference.name, values: parents };
  const { filter, order, after, size } = request;
  return collection.find({
    workspaceId,
    filter: bothFilters(among, filter),
    orderBy: order,
    after,
    limit: parents.length * (size + 1),
  });
}

function groupBy(items: readonly Item[], name: string): ReadonlyMap<unknown, readonly Item[]> {
  const groups = new Map<unknown, Item[]>();
  for (const item of items) {
    const group = groups.get(item[name]);
    if (group === undefined) groups.set(item[name], [item]);
    else group.push(item);
  }
  return groups;
}
