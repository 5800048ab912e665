import { newId } from '@tributary/runtime';
import { expect, test } from 'vitest';
import {
  documentWith,
  elsewhere,
  here,
  type OpenDocumentStoreUnderTest,
  pendingVersions,
  writeOf,
} from './conformance-documents.ts';

const byCode = { name: 'by_code', fields: ['code', 'part'], unique: true };

export function testBulk(open: OpenDocumentStoreUnderTest): void {
  test('of many inserts each is made or refused by itself, and only what was made is told of', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', [byCode]);
    const stored = documentWith({ code: 1, part: 1 });
    await notes.insert(writeOf(stored));
    const made = documentWith({ code: 2, part: 1, text: 'ü\u{1F600}"\\', list: [1, [null]] });
    const documents = [
      made,
      documentWith({ code: 1, part: 1 }),
      documentWith({ code: 3, part: 1 }, { id: stored.id }),
      documentWith({ code: 2, part: 1 }),
      documentWith({ code: 4 }, { id: made.id }),
      documentWith({ $where: 1 }),
      documentWith({ text: 'x'.repeat(1_100_000) }),
      documentWith({ code: 1, part: null }),
      documentWith({ code: 1, part: 1 }, { id: stored.id, workspaceId: elsewhere }),
    ];
    const outcomes = await notes.insertMany(documents.map(writeOf));
    expect(outcomes.map((refusal) => refusal && [refusal.code, refusal.details['index']])).toEqual([
      undefined,
      ['CONFLICT', 'by_code'],
      ['CONFLICT', 'id'],
      ['CONFLICT', 'by_code'],
      ['CONFLICT', 'id'],
      ['BAD_USER_INPUT', undefined],
      ['PAYLOAD_TOO_LARGE', undefined],
      undefined,
      undefined,
    ]);
    expect(await notes.getMany(here, [made.id, stored.id])).toEqual(expect.arrayContaining([made, stored]));
    expect(await notes.count(here)).toBe(3);
    const pending = await under.store.outbox.pending(100);
    const subjects = [stored, made, documents[7], documents[8]].map((document) => `Note/${document?.id}`);
    expect(pending.map(({ event }) => event.subject)).toEqual(subjects);
  });

  test('of writers who insert the same documents at once each document has one winner', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', []);
    const ids = Array.from({ length: 30 }, newId);
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      const order = writer % 2 === 0 ? ids : [...ids].reverse();
      return notes.insertMany(order.map((id) => writeOf(documentWith({ writer }, { id }))));
    });
    const outcomes = (await Promise.all(writers)).flat();
    expect(outcomes.filter((refusal) => refusal === undefined)).toHaveLength(ids.length);
    expect(await notes.count(here)).toBe(ids.length);
    for (const id of ids.slice(0, 3))
      expect(await pendingVersions(under.store, documentWith({}, { id }))).toEqual([1]);
  });

  test('a bulk insert has limits, and none is no insert', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', []);
    expect(await notes.insertMany([])).toEqual([]);
    const many = Array.from({ length: 1_001 }, () => writeOf(documentWith({})));
    await expect(notes.insertMany(many)).rejects.toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
    const large = Array.from({ length: 17 }, () => writeOf(documentWith({ text: 'x'.repeat(1_000_000) })));
    const refused = expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE' });
    await expect(notes.insertMany(large)).rejects.toThrow(refused);
    expect(await notes.count(here)).toBe(0);
  });
}
