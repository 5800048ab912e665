import { newId } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { MongoClient } from 'mongodb';
import { expect, inject, onTestFinished, test } from 'vitest';
import { documentWith, here, writeOf } from '../document-store/conformance-documents.ts';
import { openDocumentStore } from '../document-store/open.ts';
import { installationId } from '../installation/id.ts';

/** A database of MongoDB that nobody has had, and who is asked to do what no adapter would. */
function freshMongo() {
  const address = new URL(inject('engines')['MONGO_URL'] ?? 'missing: run npm run test:engines -- mongo');
  address.pathname = `/installations_${newId().replaceAll('-', '')}`;
  const client = new MongoClient(address.href);
  const db = client.db(address.pathname.slice(1));
  onTestFinished(async () => {
    await db.dropDatabase();
    await client.close();
  });
  return { url: address.href, db };
}

test('a MongoDB is of the installation that was there first: another one does not start on it, and takes none of its events', async () => {
  const { url } = freshMongo();
  await using ours = await freshDatabase();
  await using theirs = await freshDatabase();
  await using store = await openDocumentStore(url, { relational: ours });
  const notes = await store.collection('Note', []);
  await notes.insert(writeOf(documentWith({ title: 'ours' })));
  await expect(openDocumentStore(url, { relational: theirs })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(
      /^DOCUMENT_STORE_URL names .* belongs to another installation, .* mongodb:\/\/host:27017\/shop.* delete what is in its collection installation\.owner\.$/,
    ),
  });
  expect(await store.outbox.pending(10)).toHaveLength(1);
  expect(await notes.count(here)).toBe(1);
});

test('the processes of an installation open its MongoDB at once, and again', async () => {
  await using relational = await freshDatabase();
  // Whoever comes second at the same moment is met once in a few times.
  for (let round = 0; round < 10; round += 1) {
    const { url } = freshMongo();
    const opened = await Promise.all(Array.from({ length: 6 }, () => openDocumentStore(url, { relational })));
    for (const store of opened) await store[Symbol.asyncDispose]();
    await using again = await openDocumentStore(url, { relational });
    await again.ping();
  }
});

test('of two installations that come to a new MongoDB at once one goes on', async () => {
  const { url } = freshMongo();
  await using ours = await freshDatabase();
  await using theirs = await freshDatabase();
  const both = [ours, theirs].map((relational) => openDocumentStore(url, { relational }));
  const outcomes = await Promise.allSettled(both);
  for (const outcome of outcomes)
    if (outcome.status === 'fulfilled') await outcome.value[Symbol.asyncDispose]();
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('a database that took the other’s place has its MongoDB once the mark is deleted', async () => {
  const { url, db } = freshMongo();
  await using before = await freshDatabase();
  await using restored = await freshDatabase();
  await (await openDocumentStore(url, { relational: before }))[Symbol.asyncDispose]();
  await db.collection('installation.owner').deleteMany({});
  await using store = await openDocumentStore(url, { relational: restored });
  await store.ping();
  await expect(openDocumentStore(url, { relational: before })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  });
});

test('a MongoDB that lost its data, and is another installation’s by then, takes no document of the one it had, and hands it no event', async () => {
  const { url, db } = freshMongo();
  await using ours = await freshDatabase();
  await using theirs = await freshDatabase();
  await using store = await openDocumentStore(url, { relational: ours });
  const notes = await store.collection('Note', []);
  await notes.insert(writeOf(documentWith({ title: 'ours' })));
  // All at once, as for one that could not look meanwhile.
  await db.collection('Note').deleteMany({});
  await db
    .collection('installation.owner')
    .updateOne({}, { $set: { installation: await installationId(theirs) } });
  await using other = await openDocumentStore(url, { relational: theirs });
  const others = await other.collection('Note', []);
  await others.insert(writeOf(documentWith({ title: 'theirs' })));
  const foreign = {
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('belongs to another installation'),
  };
  await eventually(() => expect(store.ping()).rejects.toMatchObject(foreign));
  await expect(store.outbox.pending(10)).rejects.toMatchObject(foreign);
  await expect(notes.insert(writeOf(documentWith({ title: 'late' })))).rejects.toMatchObject(foreign);
  expect(await other.outbox.pending(10)).toHaveLength(1);
  expect(await others.count(here)).toBe(1);
});

test('a MongoDB that lost its data, and is nobody’s, is claimed again with its indexes, without a restart', async () => {
  const { url, db } = freshMongo();
  await using ours = await freshDatabase();
  await using theirs = await freshDatabase();
  await using store = await openDocumentStore(url, { relational: ours });
  await store.collection('Note', [{ name: 'title', fields: ['title'], unique: true }]);
  const names = async (): Promise<string[]> =>
    (await db.collection('Note').indexes()).map(({ name }) => String(name)).sort();
  const before = await names();
  await db.dropDatabase();
  await eventually(async () => {
    await store.ping();
    expect(await names()).toEqual(before);
  });
  await expect(openDocumentStore(url, { relational: theirs })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  });
});
