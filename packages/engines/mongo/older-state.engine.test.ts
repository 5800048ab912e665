import { newId } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { BSON, type Document, MongoClient } from 'mongodb';
import { expect, inject, onTestFinished, test } from 'vitest';
import { documentWith, here, writeOf } from '../document-store/conformance-documents.ts';
import { openDocumentStore } from '../document-store/open.ts';
import type { DocumentStore } from '../document-store/port.ts';
import { ensureOutbox } from '../outbox/relational.ts';
import { openWay } from '../relational/postgres-way.fixture.ts';

/** A database of MongoDB, and what `mongodump` and `mongorestore --drop` do with it. */
function freshMongo() {
  const address = new URL(inject('engines')['MONGO_URL'] ?? 'missing: run npm run test:engines -- mongo');
  address.pathname = `/older_${newId().replaceAll('-', '')}`;
  const client = new MongoClient(address.href);
  const db = client.db(address.pathname.slice(1));
  onTestFinished(async () => {
    await db.dropDatabase();
    await client.close();
  });
  const names = ['Note', 'installation.owner'];
  const dump = async (): Promise<ReadonlyMap<string, readonly Document[]>> =>
    new Map(
      await Promise.all(
        names.map(async (name) => [name, await db.collection(name).find().toArray()] as const),
      ),
    );
  const restore = async (dumped: Awaited<ReturnType<typeof dump>>): Promise<void> => {
    for (const [name, documents] of dumped) {
      await db.collection(name).deleteMany({});
      if (documents.length > 0) await db.collection(name).insertMany([...documents]);
    }
  };
  return { url: address.href, db, dump, restore };
}

/** What a read answers of a primary that was elected a moment ago: how far it knows a majority to be, which is behind by one. */
function behind(message: Buffer): Buffer {
  // OP_MSG: four words, flags, and a section of kind 0. Answers to writes are not of that.
  const said = BSON.deserialize(message.subarray(21), { promoteLongs: false });
  const [age] = said['cursor']?.firstBatch ?? [];
  if (age?._id !== 'age') return message;
  age.count -= 1;
  const head = Buffer.from(message.subarray(0, 21));
  const body = BSON.serialize(said);
  head.writeInt32LE(head.length + body.length);
  return Buffer.concat([head, body]);
}

/** Writes a document, and moves its event as the relay does. */
async function writeAndMove(store: DocumentStore, title: string): Promise<void> {
  const notes = await store.collection('Note', []);
  await notes.insert(writeOf(documentWith({ title })));
  await store.outbox.forget(await store.outbox.pending(10));
  await store.outbox.noteMoved?.();
}

test('a MongoDB of yesterday is refused beside the PostgreSQL of today, and goes on once what tells of it is deleted', async () => {
  const { url, dump, restore } = freshMongo();
  await using relational = await freshDatabase();
  await ensureOutbox(relational);
  {
    await using store = await openDocumentStore(url, { relational });
    await writeAndMove(store, 'yesterday');
  }
  const dumped = await dump();
  {
    await using store = await openDocumentStore(url, { relational });
    await writeAndMove(store, 'today');
  }
  {
    await using _same = await openDocumentStore(url, { relational });
  }
  await restore(dumped);
  const opening = openDocumentStore(url, { relational });
  await expect(opening).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(
      /^DOCUMENT_STORE_URL names .* older than PostgreSQL knows it.*counted to 1, and had come to 2 .*A MongoDB that was restored/,
    ),
  });
  const message = await opening.catch((error: Error) => error.message);
  await relational.query(/DELETE FROM [^.]+\.\S+ WHERE store = '[^']+'/.exec(String(message))?.[0] ?? '');
  await using store = await openDocumentStore(url, { relational });
  const notes = await store.collection('Note', []);
  expect(await notes.count(here)).toBe(1);
});

test('a MongoDB that was restored while the product ran is found out by the next start', async () => {
  const { url, dump, restore } = freshMongo();
  await using relational = await freshDatabase();
  await ensureOutbox(relational);
  {
    await using store = await openDocumentStore(url, { relational });
    await writeAndMove(store, 'first');
    const dumped = await dump();
    for (const title of ['second', 'third', 'fourth']) await writeAndMove(store, title);
    await restore(dumped);
    await writeAndMove(store, 'other');
  }
  await expect(openDocumentStore(url, { relational })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test('a MongoDB that is as PostgreSQL knows it, newer, or another one, is no older state', async () => {
  const { url, db, dump, restore } = freshMongo();
  await using relational = await freshDatabase();
  await using before = await freshDatabase();
  await ensureOutbox(relational);
  {
    await using store = await openDocumentStore(url, { relational });
    await writeAndMove(store, 'one');
    await writeAndMove(store, 'two');
  }
  const dumped = await dump();
  await db.dropDatabase();
  {
    // Made anew: nobody's, and nothing of it was ever moved.
    await using store = await openDocumentStore(url, { relational });
    await writeAndMove(store, 'anew');
  }
  await restore(dumped);
  await using _again = await openDocumentStore(url, { relational });
  // A PostgreSQL that is older knows of less; one without the schema, of nothing.
  await relational.query('UPDATE outbox.document_age SET count = 1');
  await using _older = await openDocumentStore(url, { relational });
  await db.collection('installation.owner').deleteOne({ installation: { $exists: true } });
  await using _without = await openDocumentStore(url, { relational: before });
});

test('a primary that was elected a moment ago, and knows less of its majority than was acknowledged, is no older state', async () => {
  const { url } = freshMongo();
  await using relational = await freshDatabase();
  await ensureOutbox(relational);
  {
    await using store = await openDocumentStore(url, { relational });
    await writeAndMove(store, 'one');
    await writeAndMove(store, 'two');
  }
  let answeredBehind = 0;
  await using way = await openWay(url, (near, far) => {
    let got = Buffer.alloc(0);
    near.pipe(far);
    far.on('data', (bytes) => {
      for (got = Buffer.concat([got, bytes]); got.length >= 4 && got.length >= got.readInt32LE(0); ) {
        const message = got.subarray(0, got.readInt32LE(0));
        const answer = message.readInt32LE(12) === 2_013 ? behind(message) : message;
        if (answer !== message) answeredBehind += 1;
        near.write(answer);
        got = got.subarray(message.length);
      }
    });
  });
  const direct = new URL(way.url);
  direct.searchParams.set('directConnection', 'true');
  await using _store = await openDocumentStore(direct.href, { relational });
  expect(answeredBehind).toBe(1);
});
