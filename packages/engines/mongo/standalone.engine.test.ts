import { MongoClient } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { documentWith, here, writeOf } from '../document-store/conformance-documents.ts';
import { openMongoDocumentStore } from '../document-store/mongo.ts';
import { quorums, startStandaloneMongo } from './server.fixture.ts';

test('a server without change streams rings nobody for what another process wrote, and shows it to whoever looks', async () => {
  await using server = await startStandaloneMongo();
  const url = `mongodb://127.0.0.1:${server.port}/shop`;
  const client = new MongoClient(url);
  const watching = client.db().watch();
  await expect(watching.next()).rejects.toThrow(/change\s?stream|replica set/i);
  await client.close();
  await using writer = await openMongoDocumentStore(url);
  await using relay = await openMongoDocumentStore(url);
  let rings = 0;
  // Its watching fails, again and again, and nothing else does.
  await using _waking = await relay.outbox.onCommitted(() => {
    rings += 1;
  });
  const notes = await writer.collection('Note', []);
  const document = documentWith({});
  await notes.insert(writeOf(document));
  const pending = await relay.outbox.pending(10);
  expect(pending.map(({ event }) => event.subject)).toEqual([`Note/${document.id}`]);
  await relay.outbox.forget(pending);
  expect(await relay.outbox.pending(10)).toEqual([]);
  expect(await notes.getMany(here, [document.id])).toEqual([document]);
  expect(rings).toBe(0);
});

test('indexes of a server by itself are made without a word of members', async () => {
  await using server = await startStandaloneMongo();
  expect(await quorums(`mongodb://127.0.0.1:${server.port}/shop`)).toEqual([]);
});

test('collections of others who share the database are left alone', async () => {
  await using server = await startStandaloneMongo();
  const url = `mongodb://127.0.0.1:${server.port}/shop`;
  const client = new MongoClient(url);
  onTestFinished(() => client.close());
  const theirs = client.db().collection('orders');
  await theirs.insertOne({ oldest: 1, o: [], gone: true });
  await using store = await openMongoDocumentStore(url);
  const notes = await store.collection('Note', []);
  const document = documentWith({});
  await notes.insert(writeOf(document));
  const pending = await store.outbox.pending(10);
  expect(pending.map(({ event }) => event.subject)).toEqual([`Note/${document.id}`]);
  expect(await store.outbox.backlog(10)).toMatchObject({ waiting: 1 });
  expect(await theirs.countDocuments()).toBe(1);
});
