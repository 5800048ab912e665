import { setTimeout as delay } from 'node:timers/promises';
import { CodedError } from '@tributary/runtime';
import { changeEvent } from '../items/change-event.ts';
import type { Creator, Ending, Item, ItemChange, ItemWrites } from '../items/item-store.ts';
import { notFound, takenBy } from '../items/refusals.ts';
import type { Model } from '../models/model.ts';
import { DocumentTurns } from './document-turns.ts';
import { documentOf, indexName, itemOf, type OpenCollection } from './stored-item.ts';

/** How often a change is worked out again on a newer state that another process made before it gives up: some five seconds at most. */
const mostTries = 40;
const longestPauseMs = 250;

/**
 * Writes of a document model: each document commits with its event, by compare-and-set on its version. Changes of one document wait for each
 * other, as those of a record wait for its row: in line within this process, with pauses that grow and differ against other processes.
 */
export class DocumentWrites implements ItemWrites {
  readonly #model: Model;
  readonly #open: OpenCollection;
  readonly #turns = new DocumentTurns();

  constructor(model: Model, open: OpenCollection) {
    this.#model = model;
    this.#open = open;
  }

  async create(
    items: readonly Item[],
    { principal, clock }: Creator,
  ): Promise<readonly (CodedError | undefined)[]> {
    const collection = await this.#open();
    const writes = items.map((item) => ({
      document: documentOf(principal.workspaceId, item),
      events: [changeEvent({ model: this.#model, before: null, after: item }, principal, clock)],
    }));
    const refusals = await collection.insertMany(writes);
    return refusals.map((refusal) => refusal && this.#inWords(refusal));
  }

  update(workspaceId: string, id: string, change: (stored: Item) => ItemChange | undefined): Promise<Item> {
    return this.#onCurrent(workspaceId, id, async (stored) => {
      const changed = change(stored);
      if (changed === undefined) return stored;
      const write = { document: documentOf(workspaceId, changed.next), events: [changed.event] };
      const replaced = (await this.#open()).replace(Number(stored['version']), write);
      const done = await replaced.catch((error: unknown) => {
        throw error instanceof CodedError ? this.#inWords(error) : error;
      });
      return done ? changed.next : undefined;
    });
  }

  remove(workspaceId: string, id: string, ending: Ending): Promise<Item> {
    return this.#onCurrent(workspaceId, id, async (stored) => {
      const write = { document: documentOf(workspaceId, stored), events: ending(stored) };
      return (await (await this.#open()).remove(Number(stored['version']), write)) ? stored : undefined;
    });
  }

  /** Repeats `attempt` on the newest state while others change the document between its reading and its writing. */
  #onCurrent(
    workspaceId: string,
    id: string,
    attempt: (stored: Item) => Promise<Item | undefined>,
  ): Promise<Item> {
    return this.#turns.run(`${workspaceId}/${id}`, () => this.#untilDone(workspaceId, id, attempt));
  }

  async #untilDone(
    workspaceId: string,
    id: string,
    attempt: (stored: Item) => Promise<Item | undefined>,
  ): Promise<Item> {
    const collection = await this.#open();
    for (let tries = 0; tries < mostTries; tries += 1) {
      if (tries > 0) await delay(Math.random() * Math.min(longestPauseMs, 2 ** tries));
      const [stored] = await collection.getMany(workspaceId, [id]);
      if (stored === undefined) throw notFound(this.#model);
      const done = await attempt(itemOf(stored));
      if (done !== undefined) return done;
    }
    throw new CodedError('OVERLOADED', `Others keep changing this ${this.#model.name}.`);
  }

  /** A taken value by the field that has it, which is what the index is called after. */
  #inWords(refusal: CodedError): CodedError {
    if (refusal.code !== 'CONFLICT') return refusal;
    const { index } = refusal.details;
    const taken = this.#model.attributes.find(
      (attribute) => index === (attribute.name === 'id' ? 'id' : indexName(this.#model, attribute)),
    );
    return takenBy(this.#model, taken);
  }
}
