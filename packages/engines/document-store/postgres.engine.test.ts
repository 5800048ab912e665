import { freshDatabase } from '@tributary/test-kit';
import { describeDocumentStore } from './conformance.ts';
import { openDocumentStore } from './open.ts';

describeDocumentStore('JSONB of a PostgreSQL of one\u2019s own', async () => {
  const relational = await freshDatabase();
  const store = await openDocumentStore('embedded:', { relational });
  return {
    store,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await relational[Symbol.asyncDispose]();
    },
  };
});
