import { setTimeout as delay } from 'node:timers/promises';
import { requireStillWanted } from '@tributary/runtime';
import type { Db } from 'mongodb';
import type { Backlog, OutboxSource, PendingEvent } from '../outbox/port.ts';
import type { MongoAge } from './mongo-age.ts';
import { MongoBacklog } from './mongo-backlog.ts';
import { eventOf, type MongoDocument, type MongoId } from './mongo-document.ts';
import { withCodedErrors } from './mongo-errors.ts';
import { type Handle, MongoForgetting, settle } from './mongo-forgetting.ts';
import { OwnCollections } from './mongo-own-collections.ts';

/** After which a change stream that ended, or that the server does not have, is asked for again. The relay polls meanwhile. */
const watchAgainMs = 30_000;

/** Collections that are asked side by side, each for its share of the bytes. */
const askedAtOnce = 8;

/** Documents without events that are cleared away in a step. */
const clearedAtOnce = 500;

type Waiting = Pick<MongoDocument, '_id' | 'o' | 'oldest'>;

interface MongoOutboxDeps {
  readonly place: string;
  /** Undefined for who is not told whose the database is. */
  readonly age: MongoAge | undefined;
  /** Throws where the database is another installation's by now, whose events wait in it. */
  readonly ensureOurs: () => Promise<void>;
}

/**
 * The events that wait in the documents they tell of. Of one document they come in the order of its writes; of several, by the ids of
 * events, which are made in the order of time.
 */
export class MongoOutbox implements OutboxSource {
  readonly place: string;
  readonly store = 'document-store';
  readonly state: MongoBacklog;
  readonly #db: Db;
  readonly #own: OwnCollections;
  readonly #forgetting: MongoForgetting;
  readonly #listeners = new Set<() => void>();
  readonly #ensureOurs: () => Promise<void>;

  readonly #age: MongoAge | undefined;

  constructor(db: Db, { place, age, ensureOurs }: MongoOutboxDeps) {
    this.#db = db;
    this.#age = age;
    this.#ensureOurs = ensureOurs;
    this.#own = new OwnCollections(db);
    this.#forgetting = new MongoForgetting(db);
    this.place = place;
    this.state = new MongoBacklog(db);
  }

  /** A write of this process left events. */
  committed(): void {
    for (const wake of this.#listeners) wake();
  }

  pending(limit: number, limitBytes = Number.POSITIVE_INFINITY): Promise<readonly PendingEvent[]> {
    return withCodedErrors(async () => {
      await this.#ensureOurs();
      const names = await this.#own.names();
      const share = limitBytes / Math.max(1, Math.min(names.length, askedAtOnce));
      const waiting: WaitingDocument[] = [];
      for (let first = 0; first < names.length; first += askedAtOnce) {
        const some = names.slice(first, first + askedAtOnce);
        waiting.push(...(await Promise.all(some.map((name) => this.#waitingIn(name, limit, share)))).flat());
      }
      return upTo(limitBytes, inOrder(waiting).slice(0, limit));
    });
  }

  forget(events: readonly PendingEvent[]): Promise<void> {
    return this.#forgetting.forget(events);
  }

  noteMoved(): Promise<void> {
    return withCodedErrors(async () => {
      await this.#ensureOurs();
      await this.#age?.note();
    });
  }

  async onCommitted(wake: () => void): Promise<AsyncDisposable> {
    const stopping = new AbortController();
    this.#listeners.add(wake);
    const watching = this.#watch(wake, stopping.signal);
    return {
      [Symbol.asyncDispose]: async () => {
        this.#listeners.delete(wake);
        stopping.abort();
        await watching;
      },
    };
  }

  async backlog(limit: number, signal?: AbortSignal): Promise<Backlog> {
    try {
      return await withCodedErrors(() => this.#backlog(limit, signal));
    } catch (error) {
      requireStillWanted(signal);
      throw error;
    }
  }

  async tellFull(full: boolean): Promise<void> {
    await withCodedErrors(() => this.#ensureOurs());
    return this.state.tellFull(full);
  }

  async #backlog(limit: number, signal: AbortSignal | undefined): Promise<Backlog> {
    let waiting = 0;
    const firsts: string[] = [];
    for (const name of await this.#own.names()) {
      requireStillWanted(signal);
      const event = await this.#oldestIn(name);
      if (event === undefined) continue;
      firsts.push(eventOf(event).time);
      const collection = this.#db.collection<MongoDocument>(name);
      waiting += await collection.countDocuments(
        { oldest: { $exists: true } },
        { limit: Math.max(1, limit - waiting), signal },
      );
    }
    const [oldest] = firsts.sort();
    return { waiting: Math.min(waiting, limit), oldest };
  }

  /** The event that has waited longest; what a relay that was killed left emptied stands in front of it, and is cleared away. */
  async #oldestIn(name: string): Promise<WaitingDocument['events'][number] | undefined> {
    for (let limit = 1; ; limit = clearedAtOnce) {
      const found = await this.#waitingIn(name, limit);
      const [event] = found.flatMap(({ events }) => events);
      if (event !== undefined || found.length < limit) return event;
    }
  }

  /** Follows what other processes write, where the server has change streams. */
  async #watch(wake: () => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const stream = this.#db.watch([
        {
          $match: {
            $or: [
              { operationType: 'insert' },
              { 'updateDescription.updatedFields.v': { $exists: true } },
              { 'updateDescription.updatedFields.gone': { $exists: true } },
            ],
          },
        },
        { $project: { _id: 1 } },
      ]);
      const close = (): void => void stream.close().catch(() => undefined);
      signal.addEventListener('abort', close, { once: true });
      try {
        for await (const _change of stream) wake();
      } catch {
        // A wake is a hint; what it would have told of is found by the next look.
      } finally {
        signal.removeEventListener('abort', close);
        close();
      }
      await delay(watchAgainMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** The server hands documents out by parts of 16 MB: what is beyond the bound is never asked for. */
  async #waitingIn(
    name: string,
    limit: number,
    limitBytes = Number.POSITIVE_INFINITY,
  ): Promise<readonly WaitingDocument[]> {
    const collection = this.#db.collection<MongoDocument>(name);
    const cursor = collection
      .find<Waiting>({ oldest: { $exists: true } }, { projection: { o: 1, oldest: 1 } })
      .sort({ oldest: 1 })
      .limit(limit);
    const found: Waiting[] = [];
    let bytes = 0;
    for await (const document of cursor) {
      found.push(document);
      for (const { event } of document.o ?? []) bytes += Buffer.byteLength(event);
      if (bytes >= limitBytes) break;
    }
    const emptied = found.filter(({ o = [] }) => o.length === 0).map(({ _id }) => _id);
    if (emptied.length > 0) await settle(collection, emptied);
    return found.map(({ _id, o = [] }) => ({ collection: name, _id, events: o }));
  }
}

interface WaitingDocument {
  readonly collection: string;
  readonly _id: MongoId;
  readonly events: NonNullable<MongoDocument['o']>;
}

/** Merges what waits in many documents, without changing the order within one: a clock that was set back must not reorder a document. */
function inOrder(documents: readonly WaitingDocument[]): PendingEvent[] {
  return documents
    .flatMap(({ collection, _id, events }) => {
      let newest = '';
      return events.map((waiting) => {
        if (waiting.id > newest) newest = waiting.id;
        const handle: Handle = [collection, _id.w, _id.i, waiting.id];
        const pending = {
          topic: waiting.topic,
          event: eventOf(waiting),
          handle: JSON.stringify(handle),
          sizeBytes: Buffer.byteLength(waiting.event),
        };
        return { place: newest, pending };
      });
    })
    .sort((left, right) => (left.place < right.place ? -1 : Number(left.place > right.place)))
    .map(({ pending }) => pending);
}

/** The first of them, and those after it that fit with it. */
function upTo(limitBytes: number, events: readonly PendingEvent[]): readonly PendingEvent[] {
  let bytes = 0;
  const beyond = events.findIndex(({ sizeBytes = 0 }, at) => {
    bytes += sizeBytes;
    return at > 0 && bytes > limitBytes;
  });
  return beyond === -1 ? events : events.slice(0, beyond);
}
