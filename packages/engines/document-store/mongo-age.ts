import { CodedError, newId } from '@tributary/runtime';
import type { Db } from 'mongodb';
import type { Sql } from '../relational/port.ts';
import { installationCollection } from './mongo-installation.ts';

const setting = 'DOCUMENT_STORE_URL';

interface Age {
  readonly _id: 'age';
  /** Another one for a database that was made anew: that one is no older state of this. */
  readonly store: string;
  readonly count: number;
}

const noteSql = `
INSERT INTO outbox.document_age AS noted (store, count) VALUES ($1, $2)
ON CONFLICT (store) DO UPDATE SET count = EXCLUDED.count WHERE noted.count < EXCLUDED.count`;

/**
 * How far a database of MongoDB has come, as it says itself, and as PostgreSQL knows it. Its documents have no number that goes up with each change of any, so it counts while
 * events of them are moved: an older state of it has counted less far than PostgreSQL was told.
 */
export class MongoAge {
  readonly #db: Db;
  readonly #relational: Sql;

  constructor(db: Db, relational: Sql) {
    this.#db = db;
    this.#relational = relational;
  }

  /** Counts here first: of a crash in between PostgreSQL knows the less. @throws what the drivers throw */
  async note(): Promise<void> {
    const age = await this.#db
      .collection<Age>(installationCollection)
      .findOneAndUpdate(
        { _id: 'age' },
        { $inc: { count: 1 }, $setOnInsert: { store: newId() } },
        { upsert: true, returnDocument: 'after' },
      );
    if (age !== null) await this.#relational.query(noteSql, [age.store, age.count]);
  }

  /** @throws CodedError CONFIG_INVALID for a database that PostgreSQL knows to have been further, and what the drivers throw */
  async refuseOlder(): Promise<void> {
    const noted = await this.#noted();
    const knownOf = ({ store }: Age): number => noted.get(store) ?? 0;
    const ages = this.#db.collection<Age>(installationCollection);
    // Asked afterwards: it counts here before it is noted there.
    const read = await ages.findOne({ _id: 'age' });
    if (read === null || read.count >= knownOf(read)) return;
    // A primary that was elected a moment ago, or is none any more, answers with what it knows a majority to have, which may be behind what was acknowledged. A write that changes
    // nothing finds what is there, and is acknowledged by a majority alone.
    const age = await ages.findOneAndUpdate(
      { _id: 'age' },
      { $inc: { count: 0 } },
      { returnDocument: 'after' },
    );
    if (age === null || age.count >= knownOf(age)) return;
    const { store, count } = age;
    const known = knownOf(age);
    throw new CodedError(
      'CONFIG_INVALID',
      `${setting} names the database ${this.#db.databaseName} of a MongoDB, which is older than PostgreSQL knows it: it has counted to ${count}, and had come to ${known} when events of its documents were moved last. An older state of it was restored. Restore a newer one, or delete what tells of it in PostgreSQL to go on with this one: DELETE FROM outbox.document_age WHERE store = '${store}'. Changes that were undone stay in the log, the audit log and metrics; docs/guides/event-log.md says what to do about it (“A MongoDB that was restored”).`,
      { details: { setting } },
    );
  }

  async #noted(): Promise<ReadonlyMap<string, number>> {
    // The schema may be still to be made: then nothing was ever moved.
    const { rows: found } = await this.#relational.query<{ there: boolean }>(
      `SELECT to_regclass('outbox.document_age') IS NOT NULL AS there`,
    );
    if (found[0]?.there !== true) return new Map();
    const { rows } = await this.#relational.query<{ store: string; count: string }>(
      'SELECT store, count FROM outbox.document_age',
    );
    return new Map(rows.map(({ store, count }) => [store, Number(count)]));
  }
}
