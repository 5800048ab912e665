import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import { documentWith, here, writeOf } from '../document-store/conformance-documents.ts';
import { openMongoDocumentStore } from '../document-store/mongo.ts';
import { openWay } from '../relational/postgres-way.fixture.ts';
import { startStandaloneMongo } from './server.fixture.ts';

/** Opened so that what is asked with one of these words, and each ping, is answered when `answer` is called; nothing else may take longer than 300 ms. */
async function slowStore(word: string) {
  const server = await startStandaloneMongo();
  const told = new EventEmitter();
  const [asked, answered] = [once(told, 'asked'), once(told, 'answered')];
  const way = await openWay(`mongodb://127.0.0.1:${server.port}/shop`, (near, far) => {
    let held: Promise<unknown> | undefined;
    near.on('data', (chunk) => {
      if (chunk.includes(word) || chunk.includes('ping')) held = answered;
      if (chunk.includes(word)) told.emit('asked');
      far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (held === undefined) near.write(chunk);
      else void held.then(() => near.write(chunk));
    });
  });
  const store = await openMongoDocumentStore(
    `${way.url}?directConnection=true&sockettimeoutms=300&retryReads=false`,
  );
  return {
    store,
    asked,
    answer: () => void told.emit('answered'),
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await way[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

test('an index may take longer than a server may say nothing to what else it is asked, which its URL says', async () => {
  await using slow = await slowStore('createIndexes');
  const { store, asked } = slow;
  const opening = store.collection('Note', [{ name: 'by_code', fields: ['code'], unique: true }]);
  await Promise.race([asked, opening]);
  await expect(store.ping()).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  slow.answer();
  const notes = await opening;
  const document = documentWith({ code: 1 });
  await notes.insert(writeOf(document));
  expect(await notes.getMany(here, [document.id])).toHaveLength(1);
});

test('whether a collection is empty may take longer to tell', async () => {
  await using slow = await slowStore('find');
  const { store, asked } = slow;
  const notes = await store.collection('Note', []);
  const asking = notes.isEmpty({ kind: 'compare', field: 'n', op: 'eq', value: 1 });
  await Promise.race([asked, asking]);
  await expect(store.ping()).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  slow.answer();
  expect(await asking).toBe(true);
});

test('a bulk that is not answered in time says so, as one document does', async () => {
  await using slow = await slowStore('insert');
  const notes = await slow.store.collection('Note', []);
  const late = { code: 'DEADLINE_EXCEEDED' };
  await expect(
    notes.insertMany([writeOf(documentWith({})), writeOf(documentWith({}))]),
  ).rejects.toMatchObject(late);
  await expect(notes.insert(writeOf(documentWith({})))).rejects.toMatchObject(late);
  slow.answer();
});
