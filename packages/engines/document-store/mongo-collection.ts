import type { CodedError } from '@tributary/runtime';
import type { Document as BsonDocument, Collection, Db } from 'mongodb';
import { isStorable } from '../filter/checked-filter.ts';
import type { Filter } from '../filter/port.ts';
import type { OutgoingEvent } from '../outbox/port.ts';
import { checkedJson, checkReadLimit, readBound, takenIn } from './document-check.ts';
import { insertMany } from './mongo-bulk.ts';
import {
  isPresent,
  type MongoDocument,
  mongoId,
  newDocument,
  placeOf,
  present,
  storedDocument,
  tellOf,
} from './mongo-document.ts';
import { indexNameIn, isDuplicateKey, withCodedErrors } from './mongo-errors.ts';
import { filterToMongo } from './mongo-filter.ts';
import { countByStages, findByStages } from './mongo-groups.ts';
import { declaredIndexName } from './mongo-indexes.ts';
import { pageStages } from './mongo-page.ts';
import { overWholeCollection, projectionOf, readWithin } from './mongo-reading.ts';
import type {
  DocumentCollection,
  DocumentWrite,
  FindByRequest,
  FindRequest,
  GroupedRequest,
  IndexDeclaration,
  ReadOptions,
  StoredDocument,
} from './port.ts';

export interface MongoCollectionDeps {
  readonly db: Db;
  readonly collection: Collection<MongoDocument>;
  readonly indexes: readonly IndexDeclaration[];
  /** Called before a write that leaves events. @throws CodedError BACKLOG_FULL */
  readonly admit: (events: readonly OutgoingEvent[]) => Promise<void>;
  /** Called after a write that left events in its document. */
  readonly committed: () => void;
}

/** Between two looks, the relay may have cleared away what was in the way. */
const insertAttempts = 5;

/** A collection of MongoDB. A document and its events are one document there, and one atomic write. */
export class MongoCollection implements DocumentCollection {
  readonly #deps: MongoCollectionDeps;

  constructor(deps: MongoCollectionDeps) {
    this.#deps = deps;
  }

  async getMany(
    workspaceId: string,
    ids: readonly string[],
    options: ReadOptions = {},
  ): Promise<readonly StoredDocument[]> {
    checkReadLimit(ids.length);
    const sought = ids.filter(isStorable);
    if (sought.length === 0) return [];
    const places = { w: workspaceId, id: { $in: sought } };
    const projection = { ...projectionOf(options.fields), gone: 1 };
    const found = await this.#run((collection) =>
      readWithin(collection.find(places, { projection }), readBound(ids.length, options)),
    );
    return found.filter(isPresent).map((document) => storedDocument(workspaceId, document));
  }

  async find(request: FindRequest): Promise<readonly StoredDocument[]> {
    const { workspaceId, filter, orderBy = [], limit, after, fields } = request;
    checkReadLimit(limit);
    // MongoDB knows no page of nothing.
    const stages = pageStages({ orderBy, after, limit: Math.max(limit, 1), fields });
    const matching = this.#matching(workspaceId, filter);
    if (limit === 0) return [];
    const found = await this.#run((collection) =>
      readWithin(
        collection.aggregate<MongoDocument>([{ $match: matching }, ...stages], { allowDiskUse: true }),
        readBound(limit, request),
      ),
    );
    return found.map((document) => storedDocument(workspaceId, document));
  }

  count(workspaceId: string, filter?: Filter): Promise<number> {
    return this.#run((collection) => collection.countDocuments(this.#matching(workspaceId, filter)));
  }

  async isEmpty(filter?: Filter): Promise<boolean> {
    const sought = filter === undefined ? present : { $and: [present, filterToMongo(filter)] };
    // Where nothing is found all of the collection was read, of all workspaces.
    const found = await this.#run((collection) =>
      collection.findOne(sought, { ...overWholeCollection, projection: { _id: 1 } }),
    );
    return found === null;
  }

  async findBy(request: FindByRequest): Promise<ReadonlyMap<string, readonly StoredDocument[]>> {
    const { workspaceId, values, limitPerGroup } = request;
    checkReadLimit(limitPerGroup);
    const most = new Set(values).size * limitPerGroup;
    checkReadLimit(most);
    const { collectionName } = this.#deps.collection;
    const stages = findByStages(collectionName, { ...request, limitPerGroup: Math.max(limitPerGroup, 1) });
    const groups = new Map<string, StoredDocument[]>();
    if (limitPerGroup === 0 || values.length === 0) return groups;
    const found = await withCodedErrors(() =>
      readWithin(
        this.#deps.db.aggregate<{ group: string; document: MongoDocument }>(stages, { allowDiskUse: true }),
        readBound(most, request),
      ),
    );
    for (const { group, document } of found) {
      const stored = storedDocument(workspaceId, document);
      const known = groups.get(group);
      if (known === undefined) groups.set(group, [stored]);
      else known.push(stored);
    }
    return groups;
  }

  async countBy(request: GroupedRequest): Promise<ReadonlyMap<string, number>> {
    const stages = countByStages(request);
    const counted = await this.#run((collection) =>
      collection.aggregate<{ _id: string; count: number }>(stages).toArray(),
    );
    return new Map(counted.map(({ _id, count }) => [_id, count]));
  }

  async insertMany(writes: readonly DocumentWrite[]): Promise<readonly (CodedError | undefined)[]> {
    const { indexes } = this.#deps;
    await this.#deps.admit(writes.flatMap(({ events }) => events));
    const outcomes = await this.#run((collection) =>
      insertMany(writes, { collection, indexes, insert: (write) => this.insert(write) }),
    );
    if (outcomes.includes(undefined)) this.#deps.committed();
    return outcomes;
  }

  async insert(write: DocumentWrite): Promise<void> {
    const { document, events } = write;
    const stored = newDocument(write, checkedJson(document, this.#deps.indexes));
    await this.#deps.admit(events);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#run((collection) => collection.insertOne(stored));
        break;
      } catch (error) {
        if (takenIndex(error) !== 'id') throwTaken(error);
        if (await this.#revive(write, stored)) break;
        if (attempt === insertAttempts) throw takenIn('id', error);
        if (await this.#isThere(document)) throw takenIn('id', error);
      }
    }
    if (events.length > 0) this.#deps.committed();
  }

  async replace(expectedVersion: number, write: DocumentWrite): Promise<boolean> {
    const { version } = write.document;
    if (version !== expectedVersion + 1) throw new RangeError('a version is one more than the one before it');
    const f = JSON.parse(checkedJson(write.document, this.#deps.indexes)) as Record<string, unknown>;
    return this.#change(expectedVersion, write, { $set: { v: version, f } });
  }

  async remove(expectedVersion: number, write: DocumentWrite): Promise<boolean> {
    const { id, workspaceId } = write.document;
    if (write.events.length === 0) {
      // Nothing is to be told, and nothing told before waits: it may go at once.
      const settled = {
        _id: mongoId(workspaceId, id),
        v: expectedVersion,
        oldest: { $exists: false },
      } as const;
      const { deletedCount } = await this.#run((collection) => collection.deleteOne(settled));
      if (deletedCount === 1) return true;
    }
    return this.#change(expectedVersion, write, { $set: { gone: true }, $unset: { v: '', f: '' } });
  }

  /** One atomic update, only of the version that was expected: a lost compare-and-set tells of nothing. */
  async #change(
    expectedVersion: number,
    { document, events }: DocumentWrite,
    update: BsonDocument,
  ): Promise<boolean> {
    const _id = mongoId(document.workspaceId, document.id);
    await this.#deps.admit(events);
    const { matchedCount } = await this.#run((collection) =>
      collection.updateOne({ _id, v: expectedVersion, ...present }, { ...update, ...tellOf(events) }),
    ).catch(throwTaken);
    if (matchedCount === 0) return false;
    if (events.length > 0) this.#deps.committed();
    return true;
  }

  /** Makes a document of one that is gone and only waits for its last events to be told. */
  async #revive({ document, events }: DocumentWrite, { v, f }: MongoDocument): Promise<boolean> {
    const _id = mongoId(document.workspaceId, document.id);
    const update = { $set: { v, f }, $unset: { gone: '' }, ...tellOf(events) };
    const { matchedCount } = await this.#run((collection) =>
      collection.updateOne({ _id, gone: true }, update as BsonDocument),
    ).catch(throwTaken);
    return matchedCount === 1;
  }

  async #isThere({ workspaceId, id }: StoredDocument): Promise<boolean> {
    const place = placeOf(mongoId(workspaceId, id));
    const found = await this.#run((collection) => collection.findOne(place, { projection: { gone: 1 } }));
    return found !== null && isPresent(found);
  }

  #matching(workspaceId: string, filter: Filter | undefined): BsonDocument {
    const own = { w: workspaceId, ...present };
    return filter === undefined ? own : { $and: [own, filterToMongo(filter)] };
  }

  #run<Result>(work: (collection: Collection<MongoDocument>) => Promise<Result>): Promise<Result> {
    return withCodedErrors(() => work(this.#deps.collection));
  }
}

/** The declared name of the index that has the values already; undefined for any other error. */
function takenIndex(error: unknown): string | undefined {
  return isDuplicateKey(error) ? declaredIndexName(indexNameIn(error.message)) : undefined;
}

function throwTaken(error: unknown): never {
  const taken = takenIndex(error);
  throw taken === undefined ? error : takenIn(taken, error);
}
