import { expect, test } from 'vitest';
import {
  documentWith,
  elsewhere,
  here,
  next,
  type OpenDocumentStoreUnderTest,
  pendingVersions,
  writeOf,
} from './conformance-documents.ts';

const conflictOn = (index: string): unknown =>
  expect.objectContaining({ code: 'CONFLICT', details: { index } });

export function testWriting(open: OpenDocumentStoreUnderTest): void {
  test('a document comes back as it was written, JSON of every kind included', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', []);
    const fields = {
      text: 'ü\u{1F600}\n"\\',
      n: 0.1,
      big: 1e21,
      list: [1, [null, { deep: true }]],
      nothing: null,
      empty: {},
    };
    const document = documentWith(fields);
    await notes.insert(writeOf(document));
    expect(await notes.getMany(here, [document.id, 'absent', 'a\0b'])).toEqual([document]);
    expect(await notes.getMany(here, [])).toEqual([]);
  });

  test('a write and its events become visible together, and the outbox keeps their order until it is told to forget', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', []);
    const first = documentWith({ n: 1 });
    const second = next(first, { n: 2 });
    await notes.insert(writeOf(first));
    expect(await notes.replace(1, writeOf(second))).toBe(true);
    expect(await notes.remove(2, writeOf(next(second, second.fields)))).toBe(true);
    expect(await notes.getMany(here, [first.id])).toEqual([]);
    expect(await pendingVersions(under.store, first)).toEqual([1, 2, 3]);
    const pending = await under.store.outbox.pending(2);
    await under.store.outbox.forget(pending);
    await under.store.outbox.forget(pending);
    expect(await pendingVersions(under.store, first)).toEqual([3]);
  });

  test('of many writers who read the same version one wins, and only the winner is told of', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', []);
    const document = documentWith({ winner: -1 });
    await notes.insert(writeOf(document));
    const writers = Array.from({ length: 12 }, (_, winner) =>
      notes.replace(1, writeOf(next(document, { winner }))),
    );
    const won = await Promise.all(writers);
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await notes.getMany(here, [document.id])).toEqual([next(document, { winner: won.indexOf(true) })]);
    expect(await pendingVersions(under.store, document)).toEqual([1, 2]);
  });

  test('a write at another version, or of an absent document, changes nothing and tells of nothing', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', []);
    const document = documentWith({ n: 1 });
    expect(await notes.replace(1, writeOf(next(document, {})))).toBe(false);
    await notes.insert(writeOf(document));
    expect(await notes.replace(2, writeOf({ ...document, version: 3 }))).toBe(false);
    expect(await notes.remove(2, writeOf(document))).toBe(false);
    expect(await notes.remove(1, writeOf({ ...document, workspaceId: elsewhere }))).toBe(false);
    expect(await notes.getMany(here, [document.id])).toEqual([document]);
    expect(await pendingVersions(under.store, document)).toEqual([1]);
    await expect(notes.replace(1, writeOf(document))).rejects.toThrow(RangeError);
  });

  test('an id or a unique value is taken once in a workspace, and a refused write leaves no event', async () => {
    await using under = await open();
    const indexes = [
      { name: 'by_place', fields: ['city', 'code'], unique: true },
      { name: 'by_version', fields: ['version', 'toString'], unique: false },
    ];
    const notes = await under.store.collection('Note', indexes);
    const first = documentWith({ city: 'Köln', code: 1 });
    await notes.insert(writeOf(first));
    await expect(notes.insert(writeOf(documentWith({}, { id: first.id })))).rejects.toThrow(conflictOn('id'));
    const same = documentWith({ code: 1, city: 'Köln', more: true });
    await expect(notes.insert(writeOf(same))).rejects.toThrow(conflictOn('by_place'));
    expect(await pendingVersions(under.store, same)).toEqual([]);
    const other = documentWith({ city: 'Köln', code: '1' });
    await notes.insert(writeOf(other));
    await expect(notes.replace(1, writeOf(next(other, first.fields)))).rejects.toThrow(
      conflictOn('by_place'),
    );
    await notes.insert(writeOf({ ...same, workspaceId: elsewhere }));
    expect(await notes.count(here)).toBe(2);
  });

  test('a unique index ignores documents where one of its fields is null or missing', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', [
      { name: 'by_code', fields: ['code', 'part'], unique: true },
    ]);
    for (const fields of [
      {},
      {},
      { code: null, part: 1 },
      { code: null, part: 1 },
      { code: 1 },
      { code: 1 },
    ]) {
      await notes.insert(writeOf(documentWith(fields)));
    }
    expect(await notes.count(here)).toBe(6);
  });

  test('a collection opens again with its documents, in many processes at once, and indexes hold until they are dropped', async () => {
    await using under = await open();
    const unique = { name: 'by_code', fields: ['code'], unique: true };
    const opened = await Promise.all(
      Array.from({ length: 4 }, () => under.store.collection('Note', [unique])),
    );
    await opened[0]?.insert(writeOf(documentWith({ code: 1, kind: 'a' })));
    const wide = { ...unique, fields: ['code', 'kind'] };
    const widened = await under.store.collection('Note', [wide]);
    const second = writeOf(documentWith({ code: 1, kind: 'b' }));
    // Who opens it otherwise takes nothing from those who hold on to it.
    await expect(widened.insert(second)).rejects.toThrow(conflictOn('by_code'));
    const untold = await under.store.collection('Note', []);
    await expect(untold.insert(second)).rejects.toThrow(conflictOn('by_code'));
    await under.store.dropOtherIndexes('Note', [wide]);
    await widened.insert(second);
    await expect(widened.insert(writeOf(documentWith({ code: 1, kind: 'b' })))).rejects.toThrow(
      conflictOn('by_code'),
    );
    expect(await widened.count(here)).toBe(2);
    await expect(under.store.collection('Note', [unique])).rejects.toThrow(conflictOn('by_code'));
    await under.store.dropOtherIndexes('Note', []);
    await widened.insert(writeOf(documentWith({ code: 1, kind: 'b' })));
    const other = await under.store.collection('note', []);
    expect(await other.count(here)).toBe(0);
  });
}
