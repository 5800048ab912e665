import { CodedError } from '@tributary/runtime';
import type { Item, ItemChange, ItemWrites } from '../items/item-store.ts';
import { notFound, takenBy } from '../items/refusals.ts';
import type { Model } from '../models/model.ts';
import { documentOf, itemOf, type OpenCollection } from './stored-item.ts';

/** How often a change is worked out again on a newer state before it gives up. */
const mostTries = 5;

/** Writes of a document model: each document commits with its event, by compare-and-set on its version. */
export class DocumentWrites implements ItemWrites {
  readonly #model: Model;
  readonly #open: OpenCollection;

  constructor(model: Model, open: OpenCollection) {
    this.#model = model;
    this.#open = open;
  }

  async create(
    workspaceId: string,
    creations: readonly ItemChange[],
  ): Promise<readonly (CodedError | undefined)[]> {
    const collection = await this.#open();
    const refusals: (CodedError | undefined)[] = [];
    for (const { next, event } of creations) {
      const refusal = await this.#explained(
        collection.insert({ document: documentOf(workspaceId, next), events: [event] }),
      );
      refusals.push(refusal);
    }
    return refusals;
  }

  update(workspaceId: string, id: string, change: (stored: Item) => ItemChange | undefined): Promise<Item> {
    return this.#onCurrent(workspaceId, id, async (stored) => {
      const changed = change(stored);
      if (changed === undefined) return stored;
      const write = { document: documentOf(workspaceId, changed.next), events: [changed.event] };
      return (await (await this.#open()).replace(Number(stored['version']), write))
        ? changed.next
        : undefined;
    });
  }

  remove(workspaceId: string, id: string, change: (stored: Item) => Promise<ItemChange>): Promise<Item> {
    return this.#onCurrent(workspaceId, id, async (stored) => {
      const { event } = await change(stored);
      const write = { document: documentOf(workspaceId, stored), events: [event] };
      return (await (await this.#open()).remove(Number(stored['version']), write)) ? stored : undefined;
    });
  }

  /** Repeats `attempt` on the newest state while others change the document between its reading and its writing. */
  async #onCurrent(
    workspaceId: string,
    id: string,
    attempt: (stored: Item) => Promise<Item | undefined>,
  ): Promise<Item> {
    const collection = await this.#open();
    for (let tries = 0; tries < mostTries; tries += 1) {
      const [stored] = await collection.getMany(workspaceId, [id]);
      if (stored === undefined) throw notFound(this.#model);
      const done = await attempt(itemOf(stored));
      if (done !== undefined) return done;
    }
    throw new CodedError('OVERLOADED', `Others keep changing this ${this.#model.name}.`);
  }

  /** What cannot be stored is this item's refusal; an engine that is away ends the whole request. */
  async #explained(writing: Promise<void>): Promise<CodedError | undefined> {
    try {
      await writing;
      return undefined;
    } catch (error) {
      if (!(error instanceof CodedError) || error.retryable) throw error;
      return error.code === 'CONFLICT' ? takenBy(this.#model) : error;
    }
  }
}
