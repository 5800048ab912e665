import { CodedError, freePorts } from '@tributary/runtime';
import { MongoClient, MongoServerError } from 'mongodb';
import { expect, test } from 'vitest';
import { codedMongoError, withCodedErrors } from './mongo-errors.ts';

const away = expect.objectContaining({ code: 'ENGINE_UNAVAILABLE' });

/** A MongoDB that is away. */
async function nobodyThere() {
  const [port] = await freePorts(1);
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/shop?serverSelectionTimeoutMS=50`);
  const notes = client.db().collection('Note');
  return { client, notes, [Symbol.asyncDispose]: () => client.close() };
}

test('a bulk that no server took says the same as one document that none took: ask again', async () => {
  await using under = await nobodyThere();
  const { notes, client } = under;
  const asked: readonly (() => Promise<unknown>)[] = [
    () => notes.insertOne({ a: 1 }),
    () => notes.insertMany([{ a: 1 }, { a: 2 }], { ordered: false }),
    () =>
      notes.bulkWrite([{ updateOne: { filter: { a: 1 }, update: { $set: { a: 2 } } } }], { ordered: false }),
  ];
  for (const ask of asked) await expect(withCodedErrors(ask)).rejects.toThrow(away);
  await client.close();
  for (const ask of asked) await expect(withCodedErrors(ask)).rejects.toThrow(away);
});

test.each([
  ['an index that was dropped under a query', 175],
  ['a cursor that a failover took away', 43],
  ['a cursor that was ended', 237],
])('%s may be asked again', (_, code) => {
  const coded = codedMongoError(new MongoServerError({ message: 'no', code }));
  expect(coded).toBeInstanceOf(CodedError);
  expect(coded).toEqual(away);
});
