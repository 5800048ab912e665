import { CodedError } from '@tributary/runtime';
import { type Collection, MongoBulkWriteError } from 'mongodb';
import { checkEvents } from '../outbox/checked-events.ts';
import { checkBulkBytes, checkBulkSize, checkedJson, takenIn } from './document-check.ts';
import { isPresent, type MongoDocument, type MongoId, newDocument, placesOf } from './mongo-document.ts';
import { indexNameIn, isDuplicateKey } from './mongo-errors.ts';
import { declaredIndexName } from './mongo-indexes.ts';
import type { DocumentWrite, IndexDeclaration } from './port.ts';

export interface BulkTarget {
  readonly collection: Collection<MongoDocument>;
  readonly indexes: readonly IndexDeclaration[];
  /** Inserts one document by itself. */
  readonly insert: (write: DocumentWrite) => Promise<void>;
}

type Outcome = CodedError | undefined;

/** One request, in which each document is inserted or refused by itself, in the given order. */
export async function insertMany(
  writes: readonly DocumentWrite[],
  { collection, indexes, insert }: BulkTarget,
): Promise<readonly Outcome[]> {
  checkBulkSize(writes);
  // A fault of whoever wrote the code, not of a document: none of them is stored.
  checkEvents(writes.flatMap(({ events }) => events));
  const outcomes: Outcome[] = Array.from(writes, () => undefined);
  const rows = new Map<string, { readonly position: number; readonly document: MongoDocument }>();
  let sizeBytes = 0;
  for (const [position, write] of writes.entries()) {
    const { workspaceId, id } = write.document;
    const key = keyOf({ w: workspaceId, i: id });
    const made = storable(write, indexes);
    if (made instanceof CodedError) outcomes[position] = made;
    else if (rows.has(key)) outcomes[position] = takenIn('id');
    else {
      rows.set(key, { position, document: made.document });
      sizeBytes += made.sizeBytes;
    }
  }
  checkBulkBytes(sizeBytes);
  const inserts = [...rows.values()];
  if (inserts.length === 0) return outcomes;
  const refused = await refusedInserts(
    collection,
    inserts.map(({ document }) => document),
  );
  const idsTaken: (typeof inserts)[number][] = [];
  for (const { index, message } of refused) {
    const insertion = inserts[index];
    const taken = declaredIndexName(indexNameIn(message));
    if (insertion === undefined) continue;
    if (taken === 'id') idsTaken.push(insertion);
    else outcomes[insertion.position] = takenIn(taken);
  }
  const there = await storedAmong(
    collection,
    idsTaken.map(({ document }) => document._id),
  );
  for (const { position, document } of idsTaken) {
    const write = writes[position];
    if (write === undefined) continue;
    // What has the id may be gone, waiting only for its events to be told: then there is room.
    const isThere = there.has(keyOf(document._id));
    outcomes[position] = isThere ? takenIn('id') : await refusalOf(insert(write));
  }
  return outcomes;
}

/** Which of them are there to be found, asked at once: whoever repeats a bulk finds all of it. */
async function storedAmong(
  collection: Collection<MongoDocument>,
  documents: readonly MongoId[],
): Promise<ReadonlySet<string>> {
  const there = new Set<string>();
  for (const places of placesOf(documents)) {
    const found = collection.find(places, { projection: { _id: 1, gone: 1 } });
    for await (const document of found) if (isPresent(document)) there.add(keyOf(document._id));
  }
  return there;
}

function keyOf({ w, i }: MongoId): string {
  return `${w}\0${i}`;
}

interface RefusedInsert {
  readonly index: number;
  readonly message: string;
}

/** The inserts whose values are taken. @throws what the driver throws for any other reason */
async function refusedInserts(
  collection: Collection<MongoDocument>,
  documents: readonly MongoDocument[],
): Promise<readonly RefusedInsert[]> {
  try {
    await collection.insertMany([...documents], { ordered: false });
    return [];
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || !isDuplicateKey(error)) throw error;
    const faults = [error.writeErrors].flat();
    if (faults.some(({ code }) => code !== error.code)) throw error;
    return faults.map(({ index, errmsg }) => ({ index, message: errmsg ?? '' }));
  }
}

/** The document, or why it cannot be stored. */
function storable(
  write: DocumentWrite,
  indexes: readonly IndexDeclaration[],
): { readonly document: MongoDocument; readonly sizeBytes: number } | CodedError {
  try {
    const json = checkedJson(write.document, indexes);
    return { document: newDocument(write, json), sizeBytes: Buffer.byteLength(json) };
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
}

async function refusalOf(inserting: Promise<void>): Promise<Outcome> {
  try {
    await inserting;
    return undefined;
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
}
