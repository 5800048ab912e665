import { expect, test } from 'vitest';
import { documentWith, here, type OpenDocumentStoreUnderTest } from './conformance-documents.ts';
import { documentLimits, type ReadOptions } from './port.ts';

export function testReading(open: OpenDocumentStoreUnderTest): void {
  const parent = 'p';
  const long = 'x'.repeat(100_000);

  test('a read answers the fields it asks for, whatever they are called, and id and version always', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', []);
    const document = documentWith({ parent, long, toString: 1, "it's": null, deep: { a: [1] }, id: 'other' });
    await notes.insert({ document, events: [] });
    const { id } = document;
    const reads = async (options: ReadOptions): Promise<readonly unknown[]> => [
      (await notes.getMany(here, [id], options))[0],
      (
        await notes.find({
          workspaceId: here,
          limit: 2,
          orderBy: [{ field: 'long', direction: 'asc' }],
          ...options,
        })
      )[0],
      (
        await notes.findBy({
          workspaceId: here,
          field: 'parent',
          values: [parent],
          limitPerGroup: 2,
          ...options,
        })
      ).get(parent)?.[0],
    ];
    const of = (fields: object): readonly unknown[] =>
      Array.from({ length: 3 }, () => ({ id, workspaceId: here, version: 1, fields }));
    expect(await reads({})).toEqual(of(document.fields));
    expect(await reads({ fields: ['toString', "it's", 'deep', 'missing'] })).toEqual(
      of({ toString: 1, "it's": null, deep: { a: [1] } }),
    );
    expect(await reads({ fields: [] })).toEqual(of({}));
  });

  test('a read of more bytes than it may is refused, and goes on where it asks for less of them', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', []);
    const documents = Array.from({ length: 8 }, (_, n) => documentWith({ parent, long, n }));
    await notes.insertMany(documents.map((document) => ({ document, events: [] })));
    const ids = documents.map(({ id }) => id);
    const reads = (options: ReadOptions & { readonly limit: number }): readonly Promise<number>[] => {
      const { limit } = options;
      return [
        notes.getMany(here, ids.slice(0, limit), options).then(({ length }) => length),
        notes.find({ workspaceId: here, ...options }).then(({ length }) => length),
        notes
          .findBy({ workspaceId: here, field: 'parent', values: [parent], limitPerGroup: limit, ...options })
          .then((found) => found.get(parent)?.length ?? 0),
      ];
    };
    const refused = await Promise.allSettled(reads({ limit: 8, mostBytes: 500_000 }));
    expect(refused).toEqual(
      refused.map(() => ({
        status: 'rejected',
        reason: expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE', details: { limitBytes: 500_000 } }),
      })),
    );
    expect(await Promise.all(reads({ limit: 4, mostBytes: 500_000 }))).toEqual([4, 4, 4]);
    expect(await Promise.all(reads({ limit: 8, mostBytes: 500_000, fields: ['n'] }))).toEqual([8, 8, 8]);
    // One alone always comes: it could not be changed otherwise.
    expect(await Promise.all(reads({ limit: 1, mostBytes: 50_000 }))).toEqual([1, 1, 1]);
  });

  test('a read that says nothing of bytes has a bound', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', []);
    const body = 'x'.repeat(1_000_000);
    const documents = Array.from({ length: 34 }, () => documentWith({ body }));
    for (let at = 0; at < documents.length; at += 10)
      await notes.insertMany(documents.slice(at, at + 10).map((document) => ({ document, events: [] })));
    expect(documents.length * body.length).toBeGreaterThan(documentLimits.readBytes);
    await expect(notes.find({ workspaceId: here, limit: 100 })).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
    expect(await notes.find({ workspaceId: here, limit: 20 })).toHaveLength(20);
  });
}
