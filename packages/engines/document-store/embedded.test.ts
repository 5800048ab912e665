import { createLogger } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { connectPostgres } from '../relational/postgres.ts';
import { describeDocumentStore } from './conformance.ts';
import { documentWith, here, writeOf } from './conformance-documents.ts';
import { findByStatement } from './embedded-groups.ts';
import { openDocumentStore } from './open.ts';

describeDocumentStore('PostgreSQL JSONB', async () => {
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

test('equality on indexed fields runs on the index', async () => {
  await using relational = await freshDatabase();
  const store = await openDocumentStore('embedded:', { relational });
  const notes = await store.collection('Note', [{ name: 'by_code', fields: ['code'], unique: true }]);
  for (let code = 0; code < 20; code += 1) await notes.insert(writeOf(documentWith({ code })));
  const plan = await relational.transaction(async (tx) => {
    await tx.query('SET LOCAL enable_seqscan = off');
    await tx.query('SET LOCAL enable_bitmapscan = off');
    const text = `EXPLAIN SELECT * FROM document."Note" WHERE workspace_id = $1 AND NULLIF(fields -> 'code', 'null'::jsonb) = $2::jsonb`;
    return tx.query<{ 'QUERY PLAN': string }>(text, [here, '7']);
  });
  expect(plan.rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(
    /Index Cond: .*workspace_id.*fields -> 'code'/,
  );
});

test('an engine that this build does not have is refused by name', async () => {
  await using relational = await freshDatabase();
  const opening = openDocumentStore('redis://localhost', { relational });
  await expect(opening).rejects.toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test('the pages of many groups are one statement, and each is a range of the index', async () => {
  await using relational = await freshDatabase();
  const store = await openDocumentStore('embedded:', { relational });
  const notes = await store.collection('Note', [{ name: 'by_parent', fields: ['parent'], unique: false }]);
  const request = { workspaceId: here, field: 'parent', values: ['a', 'b'], limitPerGroup: 2 };
  const documents = Array.from({ length: 40 }, (_, n) => documentWith({ parent: n % 2 === 0 ? 'a' : 'b' }));
  await notes.insertMany(documents.map(writeOf));
  const { text, values } = findByStatement('document."Note"', request);
  const plan = await relational.transaction(async (tx) => {
    await tx.query('SET LOCAL enable_seqscan = off');
    await tx.query('SET LOCAL enable_bitmapscan = off');
    return tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
  });
  expect(plan.rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(
    /Index Cond: .*workspace_id.*fields -> 'parent'/,
  );
  expect((await notes.findBy(request)).get('b')).toHaveLength(2);
});

test('whether a collection is empty may take longer to tell than a statement usually may', async () => {
  await using relational = await freshDatabase();
  const store = await openDocumentStore('embedded:', { relational });
  await store.collection('Note', []);
  await using hurried = connectPostgres(`${relational.url}?statement_timeout=300`, {
    log: createLogger({ name: 'test', level: 'silent' }),
    poolSize: 2,
    applicationName: 'hurried',
  });
  const notes = await (await openDocumentStore('embedded:', { relational: hurried })).collection('Note', []);
  const { asking } = await relational.transaction(async (tx) => {
    // Stands for a table that takes long to read.
    await tx.query('LOCK TABLE document."Note" IN ACCESS EXCLUSIVE MODE');
    const asking = notes.isEmpty({ kind: 'compare', field: 'n', op: 'eq', value: 1 });
    const refused = notes.count(here);
    await expect(refused).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    return { asking };
  });
  expect(await asking).toBe(true);
});

test('an index may take longer than a statement usually may, and who needs none does not wait for it', async () => {
  await using relational = await freshDatabase();
  const store = await openDocumentStore('embedded:', { relational });
  await (await store.collection('Note', [])).insert(writeOf(documentWith({ code: 7 })));
  await store.collection('Page', []);
  await using hurried = connectPostgres(`${relational.url}?statement_timeout=1000`, {
    log: createLogger({ name: 'test', level: 'silent' }),
    poolSize: 3,
    applicationName: 'hurried',
  });
  const other = await openDocumentStore('embedded:', { relational: hurried });
  const byCode = { name: 'by_code', fields: ['code'], unique: true };
  const { opening } = await relational.transaction(async (tx) => {
    await tx.query('LOCK TABLE document."Note" IN ROW EXCLUSIVE MODE');
    const opening = other.collection('Note', [byCode]);
    const waiting = `SELECT FROM pg_locks WHERE relation = 'document."Note"'::regclass AND NOT granted`;
    await eventually(async () => expect((await relational.query(waiting)).rowCount).toBe(1));
    expect(await (await other.collection('Page', [])).count(here, undefined)).toBe(0);
    await expect(hurried.query('SELECT pg_sleep(60)')).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    return { opening };
  });
  const again = documentWith({ code: 7 });
  await expect((await opening).insert(writeOf(again))).rejects.toMatchObject({ code: 'CONFLICT' });
});
