import type { Db, MongoClient } from 'mongodb';
import { Ownership } from '../installation/ownership.ts';
import type { MongoDocument } from './mongo-document.ts';
import { declareIndexes } from './mongo-indexes.ts';
import { claimMongo } from './mongo-installation.ts';
import type { IndexDeclaration } from './port.ts';

const setting = 'DOCUMENT_STORE_URL';

/**
 * Keeps a database of MongoDB this installation's for as long as it is open. One that comes back without its data is nobody's: it is claimed again, with the indexes that were
 * declared. Where another installation was first nothing is written there any more, and no event taken.
 */
export class MongoOwner {
  readonly #db: Db;
  readonly #ownership: Ownership | undefined;
  readonly #declared = new Map<string, readonly IndexDeclaration[]>();

  constructor(client: MongoClient, db: Db, installation: string | undefined) {
    this.#db = db;
    if (installation === undefined) return;
    const ownership = new Ownership(() => this.#look(installation));
    for (const broken of ['connectionPoolCleared', 'serverHeartbeatFailed'] as const)
      client.on(broken, () => ownership.doubt());
    this.#ownership = ownership;
  }

  /** What is made again with the database. */
  declared(collection: string, indexes: readonly IndexDeclaration[]): void {
    this.#declared.set(collection, indexes);
  }

  /** @throws CodedError CONFIG_INVALID for another's, and what the driver throws */
  async ensure(): Promise<void> {
    await this.#ownership?.ensure();
  }

  async #look(installation: string): Promise<void> {
    const before = await claimMongo(this.#db, { setting, installation });
    if (before === 'known') return;
    for (const [name, indexes] of this.#declared)
      await declareIndexes(this.#db, this.#db.collection<MongoDocument>(name), indexes);
  }
}
