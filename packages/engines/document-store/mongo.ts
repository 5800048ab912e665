import { CodedError } from '@tributary/runtime';
import { type Db, MongoClient } from 'mongodb';
import type { Sql } from '../relational/port.ts';
import { checkEngineName } from './declared-names.ts';
import { MongoAge } from './mongo-age.ts';
import { MongoCollection } from './mongo-collection.ts';
import type { MongoDocument } from './mongo-document.ts';
import { unreachableMongo, withCodedErrors } from './mongo-errors.ts';
import { declareIndexes, dropOtherIndexes } from './mongo-indexes.ts';
import { MongoOutbox } from './mongo-outbox.ts';
import { MongoOwner } from './mongo-owner.ts';
import type { DocumentCollection, DocumentStore, IndexDeclaration } from './port.ts';

const defaultDatabase = 'tributary';
/** What a URL that says nothing else gets. */
const usual = {
  appName: 'tributary',
  /** The longest silence of a server that was asked something. */
  socketTimeoutMS: 15_000,
  waitQueueTimeoutMS: 5_000,
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  maxPoolSize: 20,
} as const;

/**
 * The document store in MongoDB 6 or newer. TLS, authentication and the replica set are options of the URL, as MongoDB's own documents have
 * them; a URL without a database means `tributary`. What is acknowledged is on the disks of a majority.
 * Where it is told whose it is to be, it refuses to be another's, and an older state than that one's PostgreSQL knows.
 * @throws CodedError CONFIG_INVALID for a URL that is none, ENGINE_UNAVAILABLE that names the setting, the place and what to look at
 */
export async function openMongoDocumentStore(
  url: string,
  of?: { readonly relational: Sql; readonly installation: string },
): Promise<DocumentStore> {
  const client = clientOf(url);
  const { rejectUnauthorized, checkServerIdentity } = client.options;
  if (rejectUnauthorized === false || checkServerIdentity !== undefined)
    throw refused(
      'DOCUMENT_STORE_URL asks not to check the certificate of the server; name its authority with tlsCAFile.',
    );
  const { writeConcern, readConcern } = client.options;
  if (writeConcern?.w !== 'majority' || writeConcern.journal !== true || readConcern?.level !== 'majority')
    throw refused(
      'DOCUMENT_STORE_URL asks for less than what was acknowledged to be on the disks of a majority; leave out journal and readConcernLevel.',
    );
  if ((client.options.readPreference?.mode ?? 'primary') !== 'primary')
    throw refused(
      'DOCUMENT_STORE_URL asks to read from servers that may be behind what was acknowledged; leave out readPreference.',
    );
  const db = databaseOf(client, url);
  const owner = new MongoOwner(client, db, of?.installation);
  const age = of && new MongoAge(db, of.relational);
  try {
    // A ping is answered to anybody; this asks whether the user may.
    await using collections = db.listCollections({}, { nameOnly: true });
    await collections.hasNext();
    await owner.ensure();
    await age?.refuseOlder();
  } catch (error) {
    await client.close();
    throw unreachableMongo(error, { hosts: client.options.hosts.map(String), database: db.databaseName });
  }
  const place = `mongodb:${client.options.hosts.join(',')}/${db.databaseName}`;
  return new MongoDocumentStore({ client, db, owner, age, place });
}

function clientOf(url: string): MongoClient {
  try {
    return new MongoClient(url, {
      ...unlessSaid(url),
      writeConcern: { w: 'majority', journal: true },
      readConcern: { level: 'majority' },
      ignoreUndefined: true,
    });
  } catch (cause) {
    // The driver's message may quote the URL, and with it a password.
    const message =
      'DOCUMENT_STORE_URL must look like mongodb://user:password@host:27017/database?options or mongodb+srv://….';
    throw refused(message, cause);
  }
}

function databaseOf(client: MongoClient, url: string): Db {
  try {
    return client.db(namesDatabase(url) ? client.options.dbName : defaultDatabase);
  } catch (cause) {
    throw refused(
      'DOCUMENT_STORE_URL names a database that cannot be one: a name has no space and none of . $ / \\.',
      cause,
    );
  }
}

/** The driver says `test` of a URL that names none, and of one that names `test`. */
function namesDatabase(url: string): boolean {
  return /^[^/]*\/\/[^/?]*\/[^?]/.test(url);
}

/** Options beside a URL win over its own, whose names the driver takes in any case. */
function unlessSaid(url: string): Partial<typeof usual> {
  const said = new Set(
    [...new URLSearchParams(url.split('?').at(1)).keys()].map((name) => name.toLowerCase()),
  );
  return Object.fromEntries(Object.entries(usual).filter(([name]) => !said.has(name.toLowerCase())));
}

function refused(message: string, cause?: unknown): CodedError {
  return new CodedError('CONFIG_INVALID', message, { cause, details: { setting: 'DOCUMENT_STORE_URL' } });
}

interface MongoDeps {
  readonly client: MongoClient;
  readonly db: Db;
  readonly owner: MongoOwner;
  readonly age: MongoAge | undefined;
  readonly place: string;
}

class MongoDocumentStore implements DocumentStore {
  readonly outbox: MongoOutbox;
  readonly #client: MongoClient;
  readonly #db: Db;
  readonly #owner: MongoOwner;

  constructor({ client, db, owner, age, place }: MongoDeps) {
    this.#client = client;
    this.#db = db;
    this.#owner = owner;
    this.outbox = new MongoOutbox(db, { place, age, ensureOurs: () => owner.ensure() });
  }

  async collection(name: string, indexes: readonly IndexDeclaration[]): Promise<DocumentCollection> {
    checkEngineName(name);
    const collection = this.#db.collection<MongoDocument>(name);
    await withCodedErrors(() => declareIndexes(this.#db, collection, indexes));
    this.#owner.declared(name, indexes);
    return new MongoCollection({
      db: this.#db,
      collection,
      indexes,
      admit: async (events) => {
        await withCodedErrors(() => this.#owner.ensure());
        await this.outbox.state.admit(events);
      },
      committed: () => this.outbox.committed(),
    });
  }

  async dropOtherIndexes(name: string, indexes: readonly IndexDeclaration[]): Promise<void> {
    checkEngineName(name);
    await withCodedErrors(() => dropOtherIndexes(this.#db.collection<MongoDocument>(name), indexes));
  }

  async ping(): Promise<void> {
    await withCodedErrors(async () => {
      await this.#db.command({ ping: 1 });
      await this.#owner.ensure();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }
}
