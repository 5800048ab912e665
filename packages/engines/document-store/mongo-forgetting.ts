import { CodedError } from '@tributary/runtime';
import type { Document as BsonDocument, Collection, Db } from 'mongodb';
import type { PendingEvent } from '../outbox/port.ts';
import { isPresent, type MongoDocument, type MongoId, placeOf, placesOf } from './mongo-document.ts';
import { withCodedErrors } from './mongo-errors.ts';

/** Documents whose events one request takes out, where the server is quick. */
const mostAtOnce = 500;
/** After so many parts in time, one after the other, the next may be twice as large. */
const provenAfter = 100;

/** Collection, workspace, id of the document, id of the event. */
export type Handle = readonly [string, string, string, string];

/**
 * Takes out of documents what the log has. What took the server too long is asked for in halves from then on, so that one that is slow, or has much else to do, gets on.
 */
export class MongoForgetting {
  readonly #db: Db;
  #atOnce = mostAtOnce;
  #inTime = 0;

  constructor(db: Db) {
    this.#db = db;
  }

  /** What was taken out until it throws stays so. @throws CodedError DEADLINE_EXCEEDED, ENGINE_UNAVAILABLE */
  async forget(events: readonly PendingEvent[]): Promise<void> {
    for (const [name, documents] of byCollection(events)) {
      const collection = this.#db.collection<MongoDocument>(name);
      const all = [...documents.values()];
      for (let first = 0; first < all.length; ) {
        const part = all.slice(first, first + this.#atOnce);
        await this.#part(collection, part);
        first += part.length;
      }
    }
  }

  async #part(collection: Collection<MongoDocument>, part: readonly ToForget[]): Promise<void> {
    try {
      await withCodedErrors(() => takeOut(collection, part));
    } catch (error) {
      if (error instanceof CodedError && error.code === 'DEADLINE_EXCEEDED') {
        this.#atOnce = Math.ceil(part.length / 2);
        this.#inTime = 0;
      }
      throw error;
    }
    this.#inTime += 1;
    if (this.#inTime % provenAfter === 0) this.#atOnce = Math.min(mostAtOnce, 2 * this.#atOnce);
  }
}

/** Clears away what was emptied, by a relay that did not come to its end. */
export async function settle(
  collection: Collection<MongoDocument>,
  documents: readonly MongoId[],
): Promise<void> {
  await takeOut(
    collection,
    documents.map((_id) => ({ _id, ids: [] })),
  );
}

/** Of documents whose events have all gone: those that are gone themselves leave, the others wait no more. */
async function takeOut(collection: Collection<MongoDocument>, part: readonly ToForget[]): Promise<void> {
  const updates = part.map(({ _id, ids }) => ({
    updateOne: { filter: placeOf(_id), update: without(ids) },
  }));
  await collection.bulkWrite(updates, { ordered: false });
  const gone: MongoId[] = [];
  for (const places of placesOf(part.map(({ _id }) => _id))) {
    const found = collection.find(places, { projection: { gone: 1 } });
    for await (const document of found) if (!isPresent(document)) gone.push(document._id);
  }
  if (gone.length > 0) await collection.deleteMany({ _id: { $in: gone }, gone: true, o: { $size: 0 } });
}

/** In one step, and by nothing but the place: what else is asked of a document would hide it from the index on some servers. */
function without(ids: readonly string[]): BsonDocument[] {
  const isOther = { $not: [{ $in: ['$$this.id', { $literal: ids }] }] };
  const others = { $filter: { input: { $ifNull: ['$o', []] }, cond: isOther } };
  // One that is gone keeps saying that it waits, until it is removed.
  const isSettled = { $and: [{ $eq: [{ $size: '$o' }, 0] }, { $ne: ['$gone', true] }] };
  const unlessSettled = (path: string) => ({ $cond: [isSettled, '$$REMOVE', path] });
  return [{ $set: { o: others } }, { $set: { o: unlessSettled('$o'), oldest: unlessSettled('$oldest') } }];
}

interface ToForget {
  readonly _id: MongoId;
  readonly ids: string[];
}

/** What is to be forgotten, by collection and document. */
function byCollection(events: readonly PendingEvent[]): ReadonlyMap<string, ReadonlyMap<string, ToForget>> {
  const collections = new Map<string, Map<string, ToForget>>();
  for (const { handle } of events) {
    const [name, w, i, event] = JSON.parse(handle) as Handle;
    const documents = collections.get(name) ?? new Map<string, ToForget>();
    collections.set(name, documents);
    const known = documents.get(`${w}\0${i}`);
    if (known === undefined) documents.set(`${w}\0${i}`, { _id: { w, i }, ids: [event] });
    else known.ids.push(event);
  }
  return collections;
}
