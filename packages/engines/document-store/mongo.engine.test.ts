import { createServer } from 'node:net';
import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { MongoClient } from 'mongodb';
import { expect, inject, onTestFinished, test } from 'vitest';
import { openLink } from '../link.fixture.ts';
import { quorums } from '../mongo/server.fixture.ts';
import { describeDocumentStore } from './conformance.ts';
import { documentWith, here, next, pendingVersions, writeOf } from './conformance-documents.ts';
import { openMongoDocumentStore } from './mongo.ts';
import type { MongoDocument } from './mongo-document.ts';
import type { DocumentWrite, StoredDocument } from './port.ts';

const url = inject('engines')['MONGO_URL'] ?? '';

/** A database of its own, dropped afterwards. */
function freshAddress(): { readonly address: string; readonly drop: () => Promise<void> } {
  const address = new URL(url);
  address.pathname = `/conformance_${newId().replaceAll('-', '')}`;
  const drop = async (): Promise<void> => {
    const client = new MongoClient(address.href);
    await client.db(address.pathname.slice(1)).dropDatabase();
    await client.close();
  };
  return { address: address.href, drop };
}

async function freshStore() {
  const { address, drop } = freshAddress();
  const store = await openMongoDocumentStore(address);
  onTestFinished(async () => {
    await store[Symbol.asyncDispose]();
    await drop();
  });
  return { store, address };
}

describeDocumentStore('MongoDB', async () => {
  const { address, drop } = freshAddress();
  const store = await openMongoDocumentStore(address);
  return {
    store,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await drop();
    },
  };
});

test('a store has twenty connections and the driver’s watch, however many ask at once', async () => {
  const { address, drop } = freshAddress();
  const linked = new URL(address);
  await using link = await openLink(Number(linked.port));
  linked.port = String(link.port);
  // Else the driver goes on at the address that the server gives itself.
  linked.searchParams.set('directConnection', 'true');
  await using store = await openMongoDocumentStore(linked.href);
  onTestFinished(drop);
  const notes = await store.collection('Note', []);
  await Promise.all(Array.from({ length: 400 }, (_, n) => notes.insert(writeOf(documentWith({ n })))));
  expect(await notes.count(here, undefined)).toBe(400);
  // One that asks how the server is, and one that measures the way.
  expect(link.widest()).toBeLessThanOrEqual(22);
  expect(link.widest()).toBeGreaterThanOrEqual(20);
});

test('an index of a replica set is made when a majority has it, so that a member that is down holds up none', async () => {
  const { address, drop } = freshAddress();
  onTestFinished(drop);
  expect(await quorums(address)).toEqual(['majority', 'majority', 'majority']);
});

test('a database is used that is named, also where it has the name that the driver says when none is', async () => {
  const named = new URL(url);
  const client = new MongoClient(named.href);
  onTestFinished(() => client.close());
  const name = `Note${newId().replaceAll('-', '')}`;
  const holds = async (database: string) =>
    (await client.db(database).listCollections({ name }).toArray()).length === 1;
  for (const [path, database, other] of [
    ['/test', 'test', 'tributary'],
    ['/', 'tributary', 'test'],
  ] as const) {
    named.pathname = path;
    await using store = await openMongoDocumentStore(named.href);
    await store.collection(name, []);
    expect([await holds(database), await holds(other)]).toEqual([true, false]);
    await client.db(database).dropCollection(name);
  }
});

test('an id is free again at once when its document is removed, and what waited to be told is told in order', async () => {
  const { store } = await freshStore();
  const notes = await store.collection('Note', []);
  const first = documentWith({ n: 1 });
  await notes.insert(writeOf(first));
  expect(await notes.remove(1, writeOf(next(first, {})))).toBe(true);
  const again = { ...first, version: 1, fields: { n: 2 } };
  await notes.insert(writeOf(again));
  const other = documentWith({});
  await notes.insert(writeOf(other));
  await notes.remove(1, writeOf(next(other, {})));
  expect(await notes.insertMany([writeOf(other), writeOf(again)])).toEqual([
    undefined,
    expect.objectContaining({ code: 'CONFLICT', details: { index: 'id' } }),
  ]);
  expect(await notes.getMany(here, [first.id])).toEqual([again]);
  expect(await pendingVersions(store, first)).toEqual([1, 2, 1]);
  expect(await pendingVersions(store, other)).toEqual([1, 2, 1]);
});

test('of a removed document nothing is left once its events are told, also when the relay was killed before it cleared up', async () => {
  const { store, address } = await freshStore();
  const notes = await store.collection('Note', []);
  const [told, cut] = [documentWith({}), documentWith({})];
  for (const document of [told, cut]) {
    await notes.insert(writeOf(document));
    await notes.remove(1, writeOf(next(document, {})));
  }
  const pending = await store.outbox.pending(100);
  await store.outbox.forget(pending.filter(({ event }) => event.subject === `Note/${told.id}`));
  const client = new MongoClient(address);
  onTestFinished(() => client.close());
  const stored = client.db().collection<MongoDocument>('Note');
  await stored.updateOne({ id: cut.id }, { $set: { o: [] } });
  expect(await store.outbox.pending(100)).toEqual([]);
  expect(await stored.countDocuments()).toBe(0);
});

test('what a killed relay left emptied is not counted, and hides nothing that waits behind it', async () => {
  const { store, address } = await freshStore();
  const notes = await store.collection('Note', []);
  const emptied = Array.from({ length: 600 }, () => documentWith({}));
  await notes.insertMany(emptied.map((document) => writeOf(document)));
  const client = new MongoClient(address);
  onTestFinished(() => client.close());
  await client
    .db()
    .collection<MongoDocument>('Note')
    .updateMany({}, { $set: { o: [] } });
  const waiting = [writeOf(documentWith({})), writeOf(documentWith({}))];
  for (const write of waiting) await notes.insert(write);
  const oldest = waiting[0]?.events[0]?.event.time;
  expect(await store.outbox.backlog(1_000)).toEqual({ waiting: 2, oldest });
  expect(await notes.getMany(here, [emptied[0]?.id ?? ''])).toHaveLength(1);
});

test('what another process writes rings the relay, and what the relay clears does not', async () => {
  const { store, address } = await freshStore();
  const notes = await store.collection('Note', []);
  const relay = await openMongoDocumentStore(address);
  onTestFinished(() => relay[Symbol.asyncDispose]());
  let rings = 0;
  await using _waking = await relay.outbox.onCommitted(() => {
    rings += 1;
  });
  // Where a change stream begins is the server's own: writes go on until one is heard.
  await eventually(async () => {
    await notes.insert(writeOf(documentWith({})));
    expect(rings).toBeGreaterThan(0);
  });
  const pending = await relay.outbox.pending(1_000);
  await relay.outbox.forget(pending);
  const before = rings;
  await notes.insert(writeOf(documentWith({})));
  await eventually(() => expect(rings).toBeGreaterThan(before));
  expect(rings).toBeLessThanOrEqual(pending.length + 1);
});

test('events come in the order of their documents’ writes, however many documents wait and wherever the cut falls', async () => {
  const { store } = await freshStore();
  const collections = await Promise.all([store.collection('Note', []), store.collection('Page', [])]);
  const documents = Array.from({ length: 6 }, () => documentWith({}));
  for (const [index, document] of documents.entries())
    await collections[index % 2]?.insert(writeOf(document));
  for (const [index, document] of [...documents.entries()].reverse())
    await collections[index % 2]?.replace(1, writeOf(next(document, {})));
  const seen = new Map<string, number[]>();
  for (;;) {
    const taken = await store.outbox.pending(5);
    for (const { event } of taken)
      seen.set(event.subject, [
        ...(seen.get(event.subject) ?? []),
        (event.data as { version: number }).version,
      ]);
    if (taken.length === 0) break;
    await store.outbox.forget(taken);
  }
  expect([...seen.values()]).toEqual(documents.map(() => [1, 2]));
});

test.each(['replicaSet=none', 'replicaSet=none&directConnection=true'])(
  'a server that is of no such replica set is said so by the option (%s)',
  async (option) => {
    const { address } = freshAddress();
    const wrong = `${address}${address.includes('?') ? '&' : '?'}serverSelectionTimeoutMS=1000&${option}`;
    await expect(openMongoDocumentStore(wrong)).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/is of the replica set none; correct replicaSet, or leave it out/),
    });
  },
);

test('a server that is away, or an address that is none, is said so without the address', async () => {
  await using free = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => free.once('listening', resolve));
  const { port } = free.address() as { port: number };
  await free[Symbol.asyncDispose]();
  const away = openMongoDocumentStore(`mongodb://me:secret@127.0.0.1:${port}/db`);
  await expect(away).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.not.stringContaining('secret'),
  });
  const malformed = openMongoDocumentStore('mongodb://me:secret@/?');
  await expect(malformed).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.not.stringContaining('secret'),
  });
});

test('a document whose waiting events leave no room for another is full for a while, and is changed again when they are told', async () => {
  const { store } = await freshStore();
  const notes = await store.collection('Note', []);
  const text = 'x'.repeat(1_000_000);
  let document = documentWith({ text });
  const large = (of: StoredDocument): DocumentWrite => {
    const { events } = writeOf(of);
    const [{ topic, event } = { topic: '', event: undefined }] = events;
    if (event === undefined) throw new TypeError('a write has an event');
    const data = { ...(event.data as object), before: { text }, after: { text } };
    return { document: of, events: [{ topic, event: { ...event, data } }] };
  };
  await notes.insert(large(document));
  const fill = async (): Promise<void> => {
    for (let n = 0; n < 10; n += 1) {
      const changed = next(document, { text });
      await notes.replace(document.version, large(changed));
      document = changed;
    }
  };
  await expect(fill()).rejects.toMatchObject({ code: 'BACKLOG_FULL', retryable: true });
  expect(document.version).toBeGreaterThan(5);
  expect(await store.outbox.pending(100, 1)).toHaveLength(1);
  const [few, all] = [await store.outbox.pending(100, 7_000_000), await store.outbox.pending(100)];
  expect([few.length, all.length]).toEqual([3, document.version]);
  await store.outbox.forget(await store.outbox.pending(100));
  expect(await notes.replace(document.version, large(next(document, { text })))).toBe(true);
});
