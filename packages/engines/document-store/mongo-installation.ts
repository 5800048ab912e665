import type { Db } from 'mongodb';
import { ofAnother } from '../installation/of-another.ts';
import { isDuplicateKey } from './mongo-errors.ts';

/** No name that is declared has a dot. */
export const installationCollection = 'installation.owner';

interface Owner {
  readonly _id: 'owner';
  readonly installation: string;
}

/**
 * Makes the database this installation's; the first is the owner. Events wait in documents for whichever relay looks first, so that of two installations each would take
 * the other's. Answers whether it had an owner before.
 * @throws CodedError CONFIG_INVALID where another was first, and what the driver throws
 */
export async function claimMongo(
  db: Db,
  { setting, installation }: { readonly setting: string; readonly installation: string },
): Promise<'known' | 'claimed'> {
  const owners = db.collection<Owner>(installationCollection);
  const claim = (): Promise<Owner | null> =>
    owners.findOneAndUpdate(
      { _id: 'owner' },
      { $setOnInsert: { installation } },
      { upsert: true, returnDocument: 'after' },
    );
  const known = await owners.findOne({ _id: 'owner' });
  if (known?.installation === installation) return 'known';
  const claimed =
    known ??
    (await claim().catch((error: unknown) => {
      // Another process was first at the same moment, whosever it is.
      if (isDuplicateKey(error)) return claim();
      throw error;
    }));
  // An answer that names nobody, as a server may give to who came second, says nothing of whose it is.
  const owner = claimed ?? (await claim());
  if (owner?.installation === installation) return 'claimed';
  throw ofAnother({
    setting,
    place: `the database ${db.databaseName} of a MongoDB`,
    instead: 'Give this one a database of its own, as mongodb://host:27017/shop.',
    mark: `what is in its collection ${installationCollection}`,
  });
}
