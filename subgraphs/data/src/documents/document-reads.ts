import { documentLimits, type ReadOptions } from '@tributary/engines/document-store';
import type { Filter, FilterValue } from '@tributary/engines/filter';
import { filterLimits } from '@tributary/engines/filter/checked-filter';
import type { Item, ItemReads, ReadScope } from '../items/item-store.ts';
import type { Attribute, Model } from '../models/model.ts';
import type { ListRequest } from '../queries/list-request.ts';
import { itemOf, type OpenCollection } from './stored-item.ts';

/** Reads of a document model: of each document what is asked for, and what says whether the reader may see it. */
export class DocumentReads implements ItemReads {
  readonly #model: Model;
  readonly #open: OpenCollection;

  constructor(model: Model, open: OpenCollection) {
    this.#model = model;
    this.#open = open;
  }

  async byKey(scope: ReadScope, key: Attribute, values: readonly string[]): Promise<readonly Item[]> {
    const { workspaceId } = scope;
    const options = this.#options(scope, [key.name]);
    const collection = await this.#open();
    const found =
      key.name === 'id'
        ? await collection.getMany(workspaceId, values, options)
        : await collection.find({
            ...options,
            workspaceId,
            filter: { kind: 'in', field: key.name, values: asStored(key, values) },
            limit: values.length,
          });
    return found.map(itemOf);
  }

  async list(scope: ReadScope, request: ListRequest): Promise<readonly Item[]> {
    const { filter, order, after, size } = request;
    const options = this.#options(scope, fieldsOf(request));
    const collection = await this.#open();
    const { workspaceId } = scope;
    const page = { workspaceId, filter, orderBy: order, limit: size + 1, after, ...options };
    return (await collection.find(page)).map(itemOf);
  }

  async count(workspaceId: string, filter: Filter | undefined): Promise<number> {
    return (await this.#open()).count(workspaceId, filter);
  }

  readonly listByReference: ItemReads['listByReference'] = async (scope, reference, { parents, request }) => {
    const { workspaceId } = scope;
    const options = this.#options(scope, fieldsOf(request));
    const collection = await this.#open();
    const { filter, order, after, size } = request;
    const byParent = new Map<string, readonly Item[]>();
    const most = Math.min(filterLimits.valuesPerIn, Math.floor(documentLimits.perRead / (size + 1)));
    for (const values of chunksOf(parents, most)) {
      const grouped = { ...options, workspaceId, field: reference.name, values, filter };
      const found = await collection.findBy({ ...grouped, orderBy: order, after, limitPerGroup: size + 1 });
      for (const [parent, documents] of found) byParent.set(parent, documents.map(itemOf));
    }
    return byParent;
  };

  readonly countByReference: ItemReads['countByReference'] = async (workspaceId, reference, query) => {
    const { parents, filter } = query;
    const collection = await this.#open();
    const counts = new Map<string, number>();
    for (const values of chunksOf(parents, filterLimits.valuesPerIn)) {
      const own = await collection.countBy({ workspaceId, field: reference.name, values, filter });
      for (const [parent, count] of own) counts.set(parent, count);
    }
    return counts;
  };

  /** Rights look at who made an item, cursors are made from what it is ordered by, and look-ups find it by its key. */
  #options({ attributes, mostBytes }: ReadScope, needed: readonly string[]): ReadOptions {
    const wanted = new Set(['createdBy', ...needed]);
    const { attributes: own } = this.#model;
    const fields = own.filter(({ name }) => wanted.has(name) || attributes.has(name)).map(({ name }) => name);
    return { fields: fields.length === own.length ? undefined : fields, mostBytes };
  }
}

function fieldsOf({ order }: ListRequest): readonly string[] {
  return order.map(({ field }) => field);
}

/** Keys are asked for as text, and a number in JSON equals none. */
function asStored({ type }: Attribute, values: readonly string[]): readonly FilterValue[] {
  return type === 'Int' ? values.map(Number) : values;
}

/** One read is bounded; a level with more parents than that takes several, one after the other. */
function chunksOf<Value>(values: readonly Value[], most: number): readonly (readonly Value[])[] {
  const count = Math.ceil(values.length / most);
  return Array.from({ length: count }, (_, index) => values.slice(index * most, (index + 1) * most));
}
