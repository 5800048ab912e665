import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import { documentWith, here, writeOf } from '../document-store/conformance-documents.ts';
import { openMongoDocumentStore } from '../document-store/mongo.ts';
import { openWay } from '../relational/postgres-way.fixture.ts';
import { startStandaloneMongo } from './server.fixture.ts';

test('an index may take longer than a server may say nothing to what else it is asked, which its URL says', async () => {
  await using server = await startStandaloneMongo();
  const told = new EventEmitter();
  const [asked, answered] = [once(told, 'asked'), once(told, 'answered')];
  await using way = await openWay(`mongodb://127.0.0.1:${server.port}/shop`, (near, far) => {
    let held: Promise<unknown> | undefined;
    near.on('data', (chunk) => {
      if (chunk.includes('createIndexes') || chunk.includes('ping')) held = answered;
      if (chunk.includes('createIndexes')) told.emit('asked');
      far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (held === undefined) near.write(chunk);
      else void held.then(() => near.write(chunk));
    });
  });
  await using store = await openMongoDocumentStore(`${way.url}?directConnection=true&sockettimeoutms=300`);
  const opening = store.collection('Note', [{ name: 'by_code', fields: ['code'], unique: true }]);
  await Promise.race([asked, opening]);
  await expect(store.ping()).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  told.emit('answered');
  const notes = await opening;
  const document = documentWith({ code: 1 });
  await notes.insert(writeOf(document));
  expect(await notes.getMany(here, [document.id])).toHaveLength(1);
});
