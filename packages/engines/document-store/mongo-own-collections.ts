import type { Db } from 'mongodb';
import { backlogCollection } from './mongo-backlog.ts';
import type { MongoDocument } from './mongo-document.ts';
import { hasWaitingIndex } from './mongo-indexes.ts';
import { installationCollection } from './mongo-installation.ts';

/** Of the store, and without documents. */
const notes: ReadonlySet<string> = new Set([backlogCollection, installationCollection]);
/** A collection that was not the store's is asked again after so long: one that is restored gets its indexes last. */
const askAgainMs = 5_000;

/** The store's collections, told by the index that each is made with from those of others who share the database. */
export class OwnCollections {
  readonly #db: Db;
  readonly #own = new Set<string>();
  readonly #othersUntilMs = new Map<string, number>();

  constructor(db: Db) {
    this.#db = db;
  }

  async names(): Promise<readonly string[]> {
    const collections = await this.#db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
    const own: string[] = [];
    for (const { name } of collections) if (await this.#isOwn(name)) own.push(name);
    return own;
  }

  async #isOwn(name: string): Promise<boolean> {
    if (this.#own.has(name)) return true;
    if (name.startsWith('system.') || notes.has(name)) return false;
    if (performance.now() < (this.#othersUntilMs.get(name) ?? 0)) return false;
    const isOwn = await hasWaitingIndex(this.#db.collection<MongoDocument>(name));
    if (isOwn) this.#own.add(name);
    else this.#othersUntilMs.set(name, performance.now() + askAgainMs);
    return isOwn;
  }
}
