import { filterLimits } from '@tributary/engines/filter/checked-filter';
import { fittingParts } from '@tributary/runtime';
import { OrderedPage, type Principal } from '@tributary/subgraph-kit';
import DataLoader from 'dataloader';
import type { FieldNode } from 'graphql';
import type { Item, ItemStore } from '../items/item-store.ts';
import {
  type Attribute,
  attributeOf,
  type ListRelation,
  type Model,
  type Models,
  modelNamed,
} from '../models/model.ts';
import { type ListArguments, type ListRequest, listRequest } from '../queries/list-request.ts';
import { bothFilters } from '../queries/where-filter.ts';
import { type RowRule, rowAllowed, rowFilter, rowRule } from './row-rule.ts';

/** For who only wants to know whether an item is there, and its id. */
export const keysOnly: ReadonlySet<string> = new Set();

/** What a filter's `in` may hold in any store. */
const maxBatchSize = filterLimits.valuesPerIn;

export interface ReaderParts {
  readonly models: Models;
  readonly stores: ReadonlyMap<string, ItemStore>;
}

/** One list relation as one field of an operation asks for it: all parents of a level share it, and so one statement. */
export interface RelatedList {
  readonly relation: ListRelation;
  readonly node: FieldNode;
  readonly args: ListArguments;
  readonly attributes: ReadonlySet<string>;
}

/** Items by one key: those asked for in one tick are loaded together, and each once. */
class KnownItems {
  readonly #loader: DataLoader<string, Item | null>;
  readonly #known = new Map<string, Promise<Item | null> | Item | null>();

  constructor(load: (values: readonly string[]) => Promise<(Item | null)[]>) {
    this.#loader = new DataLoader(load, { maxBatchSize, cache: false });
  }

  of(value: string): Promise<Item | null> | Item | null {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const loading = this.#loader.load(value);
    this.#known.set(value, loading);
    // A failure stays the answer of all who ask in this call.
    loading.then(
      (item) => this.#known.set(value, item),
      () => undefined,
    );
    return loading;
  }
}

/**
 * Reads for one call, in the name of its principal: its workspace and its row rule are part of every statement.
 * Loads of one tick become one statement.
 */
export class ItemReader {
  readonly #parts: ReaderParts;
  readonly #principal: Principal;
  /** By the attributes that are read: an item that was loaded for less must not be answered to who needs more. */
  readonly #byKey = new Map<ReadonlySet<string>, Map<string, KnownItems>>();
  readonly #related = new Map<FieldNode, (parentId: string) => OrderedPage<Item>>();
  readonly #rules = new Map<string, RowRule>();

  constructor(parts: ReaderParts, principal: Principal) {
    this.#parts = parts;
    this.#principal = principal;
  }

  /**
   * The item with this key; null when there is none that the principal may see. What was loaded before is answered without a promise: thousands of flights
   * have a few hundred airports. `attributes` is compared by identity: calls are batched where they pass the same set.
   */
  byKey(
    model: Model,
    key: Attribute,
    { value, attributes }: { readonly value: string; readonly attributes: ReadonlySet<string> },
  ): Promise<Item | null> | Item | null {
    let loaders = this.#byKey.get(attributes);
    if (loaders === undefined) {
      loaders = new Map();
      this.#byKey.set(attributes, loaders);
    }
    const name = `${model.name}.${key.name}`;
    let items = loaders.get(name);
    if (items === undefined) {
      items = new KnownItems((values) => this.#loadByKey(model, key, { values, attributes }));
      loaders.set(name, items);
    }
    return items.of(value);
  }

  /** The ids of those with these values of a key that the principal may see, by value. For many at once, without what loaders keep of each. */
  async idsByKey(
    model: Model,
    key: Attribute,
    values: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const ids = new Map<string, string>();
    for (let at = 0; at < values.length; at += maxBatchSize) {
      const some = values.slice(at, at + maxBatchSize);
      const items = await this.#loadByKey(model, key, { values: some, attributes: keysOnly });
      for (const [index, item] of items.entries()) if (item !== null) ids.set(some[index] ?? '', item.id);
    }
    return ids;
  }

  list(model: Model, args: ListArguments, attributes: ReadonlySet<string>): OrderedPage<Item> {
    const asked = listRequest(model, args);
    const request = { ...asked, filter: bothFilters(asked.filter, this.#filterFor(model)) };
    const store = this.#storeOf(model);
    const { workspaceId } = this.#principal;
    return new OrderedPage(request, {
      rows: () => store.list({ workspaceId, attributes }, request),
      count: () => store.count(workspaceId, request.filter),
    });
  }

  /** Every item the principal may read, with all its attributes, by their ids. Parts are statements of their own: not one snapshot. */
  all(model: Model): AsyncGenerator<readonly Item[]> {
    const { workspaceId } = this.#principal;
    const attributes = new Set(model.attributes.map(({ name }) => name));
    return fittingParts(async ({ after: last, size, mostBytes }) => {
      const after: ListRequest['after'] = last === undefined ? undefined : { values: [], id: last.id };
      const request = { list: model.name, filter: this.#filterFor(model), order: [], after, size };
      const bound = mostBytes === undefined ? {} : { mostBytes };
      const items = await this.#storeOf(model).list({ workspaceId, attributes, ...bound }, request);
      // A list tells of one more where there are more.
      return items.slice(0, size);
    });
  }

  related(parentId: string, list: RelatedList): OrderedPage<Item> {
    let pageOf = this.#related.get(list.node);
    if (pageOf === undefined) {
      pageOf = this.#relatedPages(list);
      this.#related.set(list.node, pageOf);
    }
    return pageOf(parentId);
  }

  /** Whether the principal may see this state of an item. */
  mayRead(model: Model, item: Item): boolean {
    return rowAllowed(this.#ruleFor(model), this.#principal, item);
  }

  /** As `mayRead`, where only the id is at hand; looks the item up only if the answer depends on it. */
  async mayReadById(model: Model, id: string): Promise<boolean> {
    const rule = this.#ruleFor(model);
    if (rule !== 'own') return rule === 'all';
    const key = attributeOf(model, 'id');
    return key !== undefined && (await this.byKey(model, key, { value: id, attributes: keysOnly })) !== null;
  }

  /** Forgets what was loaded; called after a write, so that what follows in the same operation sees it. */
  forget(): void {
    this.#byKey.clear();
    this.#related.clear();
  }

  async #loadByKey(
    model: Model,
    key: Attribute,
    { values, attributes }: { readonly values: readonly string[]; readonly attributes: ReadonlySet<string> },
  ): Promise<(Item | null)[]> {
    const { workspaceId } = this.#principal;
    const items = await this.#storeOf(model).byKey({ workspaceId, attributes }, key, values);
    const visible = new Map(
      items.filter((item) => this.mayRead(model, item)).map((item) => [String(item[key.name]), item]),
    );
    return values.map((value) => visible.get(value) ?? null);
  }

  #relatedPages({ relation, args, attributes }: RelatedList): (parentId: string) => OrderedPage<Item> {
    const model = modelNamed(this.#parts.models, relation.target);
    const reference = attributeOf(model, relation.via);
    if (reference === undefined) throw new TypeError(`no reference ${relation.target}.${relation.via}`);
    const asked = listRequest(model, args);
    const request = { ...asked, filter: bothFilters(asked.filter, this.#filterFor(model)) };
    const store = this.#storeOf(model);
    const { workspaceId } = this.#principal;
    const rows = new DataLoader<string, readonly Item[]>(async (parents) => {
      const scope = { workspaceId, attributes };
      const byParent = await store.listByReference(scope, reference, { parents, request });
      return parents.map((parent) => byParent.get(parent) ?? []);
    });
    const counts = new DataLoader<string, number>(async (parents) => {
      const query = { parents, filter: request.filter };
      const byParent = await store.countByReference(workspaceId, reference, query);
      return parents.map((parent) => byParent.get(parent) ?? 0);
    });
    return (parentId) =>
      new OrderedPage(request, { rows: () => rows.load(parentId), count: () => counts.load(parentId) });
  }

  #filterFor(model: Model): ReturnType<typeof rowFilter> {
    return rowFilter(this.#ruleFor(model), this.#principal);
  }

  #ruleFor(model: Model): RowRule {
    const known = this.#rules.get(model.name);
    if (known !== undefined) return known;
    const rule = rowRule(this.#principal, model.read);
    this.#rules.set(model.name, rule);
    return rule;
  }

  #storeOf(model: Model): ItemStore {
    const store = this.#parts.stores.get(model.name);
    if (store === undefined) throw new TypeError(`no store for ${model.name}`);
    return store;
  }
}
