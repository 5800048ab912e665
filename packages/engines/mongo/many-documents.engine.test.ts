import { newId } from '@tributary/runtime';
import { MongoClient } from 'mongodb';
import { expect, inject, onTestFinished, test } from 'vitest';
import { documentWith, writeOf } from '../document-store/conformance-documents.ts';
import { openMongoDocumentStore } from '../document-store/mongo.ts';
import { openWay } from '../relational/postgres-way.fixture.ts';

/** A database that nobody has had. */
function freshMongo(): string {
  const address = new URL(inject('engines')['MONGO_URL'] ?? 'missing: run npm run test:engines -- mongo');
  address.pathname = `/many_${newId().replaceAll('-', '')}`;
  onTestFinished(async () => {
    const client = new MongoClient(address.href);
    await client.db(address.pathname.slice(1)).dropDatabase();
    await client.close();
  });
  return address.href;
}

/** A way that lets requests through as `goesOn` says of their bytes, and answers none of the others. */
function openRequests(url: string, goesOn: (sizeBytes: number) => boolean) {
  return openWay(url, (near, far) => {
    far.pipe(near);
    let waiting = Buffer.alloc(0);
    near.on('data', (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk]);
      // The length of a message is the first of what it says (https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/).
      while (waiting.length >= 4 && waiting.length >= waiting.readInt32LE(0)) {
        const request = waiting.subarray(0, waiting.readInt32LE(0));
        waiting = waiting.subarray(request.length);
        if (goesOn(request.length)) far.write(request);
      }
    });
  });
}

test('what a server cannot take out in time is taken out in smaller parts, and what is done stays done', async () => {
  const url = freshMongo();
  await using writer = await openMongoDocumentStore(url);
  const notes = await writer.collection('Note', []);
  await notes.insertMany(Array.from({ length: 300 }, () => writeOf(documentWith({}))));
  await using way = await openRequests(url, (sizeBytes) => sizeBytes < 25_000);
  const { pathname } = new URL(url);
  const slow = new URL(way.url);
  slow.pathname = pathname;
  slow.search = 'directConnection=true&socketTimeoutMS=500&retryWrites=false';
  await using relay = await openMongoDocumentStore(slow.href);
  let tries = 0;
  for (let pending = await relay.outbox.pending(500); pending.length > 0; ) {
    tries += 1;
    expect(tries).toBeLessThan(6);
    await relay.outbox.forget(pending).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    });
    pending = await relay.outbox.pending(500);
  }
  expect(tries).toBeGreaterThan(1);
});

test('to tell of documents and to find them takes no longer where there are many more of them', async () => {
  await using store = await openMongoDocumentStore(freshMongo());
  const notes = await store.collection('Note', []);
  const told = async (): Promise<number> => {
    const some = Array.from({ length: 60 }, () => documentWith({}));
    await notes.insertMany(some.map((document) => writeOf(document)));
    const pending = await store.outbox.pending(500);
    const begunMs = performance.now();
    await store.outbox.forget(pending);
    for (const { workspaceId, id } of some.slice(0, 20))
      expect(await notes.getMany(workspaceId, [id])).toHaveLength(1);
    return performance.now() - begunMs;
  };
  const fewMs = Math.max(await told(), await told());
  for (let n = 0; n < 3; n += 1)
    await notes.insertMany(Array.from({ length: 1_000 }, () => ({ document: documentWith({}), events: [] })));
  const manyMs = Math.min(await told(), await told());
  // Twenty times as many: looked through for each it took some ten times as long.
  expect(manyMs).toBeLessThan(4 * fewMs);
});

test('a bulk that is repeated is answered in a few requests, however many of its documents are there', async () => {
  const url = freshMongo();
  let requests = 0;
  await using way = await openRequests(url, () => {
    requests += 1;
    return true;
  });
  const through = new URL(way.url);
  through.pathname = new URL(url).pathname;
  through.search = 'directConnection=true';
  await using store = await openMongoDocumentStore(through.href);
  const notes = await store.collection('Note', []);
  const writes = Array.from({ length: 300 }, () => writeOf(documentWith({})));
  await notes.insertMany(writes);
  requests = 0;
  const outcomes = await notes.insertMany(writes);
  expect(outcomes.map((outcome) => outcome?.code)).toEqual(writes.map(() => 'CONFLICT'));
  expect(requests).toBeLessThan(20);
});
