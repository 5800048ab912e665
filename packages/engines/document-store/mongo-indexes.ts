import type { Collection, CreateIndexesOptions, Db, IndexDescriptionInfo } from 'mongodb';
import { checkEngineName, declarationDigest } from './declared-names.ts';
import { takenIn } from './document-check.ts';
import { type MongoDocument, pathOf, scalarTypes } from './mongo-document.ts';
import { isDuplicateKey, isServerCode } from './mongo-errors.ts';
import { overWholeCollection } from './mongo-reading.ts';
import type { IndexDeclaration } from './port.ts';

/** The relay's: documents whose events wait, the longest waiting first. */
const waitingIndex = 'waiting';
/** The pages of a workspace. */
const byIdIndex = 'by_id';
const namespaceMissing = 26;
const indexMissing = 27;
/** Indexed values are scalars; a unique index holds documents that have all of its fields. */
const scalar = { $type: scalarTypes } as const;

/**
 * Makes the indexes that are missing.
 * @throws CodedError MODEL_INVALID for a name, CONFLICT (details.index) when stored documents contradict a unique index
 */
export async function declareIndexes(
  db: Db,
  collection: Collection<MongoDocument>,
  indexes: readonly IndexDeclaration[],
): Promise<void> {
  for (const { name } of indexes) checkEngineName(name);
  const options = await howIndexesAreMade(db);
  await collection.createIndex({ oldest: 1 }, { name: waitingIndex, sparse: true, ...options });
  await collection.createIndex({ w: 1, id: 1 }, { name: byIdIndex, ...options });
  for (const index of indexes) await createIndex(collection, index, options);
}

/**
 * An index is answered once it is made. Where a replica set is, by a majority of it: MongoDB's own way is to wait for every member, so that with one of three down none
 * would be finished (https://www.mongodb.com/docs/manual/reference/command/createIndexes/, commitQuorum). A server by itself refuses to be told so.
 */
async function howIndexesAreMade(db: Db): Promise<CreateIndexesOptions> {
  const { setName, msg } = await db.command({ hello: 1 });
  // What a router says of itself; behind it each shard is a replica set.
  const isReplicated = setName !== undefined || msg === 'isdbgrid';
  return { ...overWholeCollection, ...(isReplicated ? { commitQuorum: 'majority' } : {}) };
}

/** `<its name>.<what it says>`: what others made is left alone. */
const declaredOnce = /^[A-Za-z_][A-Za-z0-9_]*\.[0-9a-f]{12}$/;

export async function dropOtherIndexes(
  collection: Collection<MongoDocument>,
  indexes: readonly IndexDeclaration[],
): Promise<void> {
  const kept = new Set(indexes.map(engineIndexName));
  for (const { name = '' } of await storedIndexes(collection))
    if (declaredOnce.test(name) && !kept.has(name)) await dropIndex(collection, name);
}

async function createIndex(
  collection: Collection<MongoDocument>,
  index: IndexDeclaration,
  options: CreateIndexesOptions,
): Promise<void> {
  const paths = index.fields.map(pathOf);
  const key = new Map<string, 1>([['w', 1], ...paths.map((path) => [path, 1] as const)]);
  const name = engineIndexName(index);
  try {
    const unique = {
      unique: true,
      partialFilterExpression: Object.fromEntries(paths.map((path) => [path, scalar])),
    };
    await collection.createIndex(key, { name, ...(index.unique ? unique : {}), ...options });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw takenIn(index.name, error);
  }
}

/** `<its name>.<what it says>`: no name that is declared has a dot. */
export function engineIndexName(index: IndexDeclaration): string {
  return `${index.name}.${declarationDigest(index)}`;
}

/** The name an index was declared by. */
export function declaredIndexName(engineName: string | undefined): string | undefined {
  if (engineName === undefined) return undefined;
  return engineName === '_id_' ? 'id' : engineName.split('.')[0];
}

/** Whether this is a collection of which the relay looks for events: others may share the database. */
export async function hasWaitingIndex(collection: Collection<MongoDocument>): Promise<boolean> {
  const stored = await storedIndexes(collection);
  return stored.some(({ name, key }) => name === waitingIndex && key['oldest'] === 1);
}

/** None while nobody has made the collection. */
async function storedIndexes(collection: Collection<MongoDocument>): Promise<IndexDescriptionInfo[]> {
  return collection.indexes().catch((error: unknown) => {
    if (isServerCode(error, namespaceMissing)) return [];
    throw error;
  });
}

/** Another process may have done it. */
async function dropIndex(collection: Collection<MongoDocument>, name: string): Promise<void> {
  await collection.dropIndex(name).catch((error: unknown) => {
    if (!isServerCode(error, indexMissing)) throw error;
  });
}
