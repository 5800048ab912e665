import { documentLimits } from '@tributary/engines/document-store';
import type { Filter } from '@tributary/engines/filter';
import { filterLimits } from '@tributary/engines/filter/checked-filter';
import type { Item, ItemReads, ReadScope } from '../items/item-store.ts';
import type { Attribute } from '../models/model.ts';
import type { ListRequest } from '../queries/list-request.ts';
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

  readonly listByReference: ItemReads['listByReference'] = async (
    { workspaceId },
    reference,
    { parents, request },
  ) => {
    const collection = await this.#open();
    const { filter, order, after, size } = request;
    const byParent = new Map<string, readonly Item[]>();
    const most = Math.min(filterLimits.valuesPerIn, Math.floor(documentLimits.perRead / (size + 1)));
    for (const values of chunksOf(parents, most)) {
      const grouped = { workspaceId, field: reference.name, values, filter };
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
}

/** One read is bounded; a level with more parents than that takes several, one after the other. */
function chunksOf<Value>(values: readonly Value[], most: number): readonly (readonly Value[])[] {
  const count = Math.ceil(values.length / most);
  return Array.from({ length: count }, (_, index) => values.slice(index * most, (index + 1) * most));
}
