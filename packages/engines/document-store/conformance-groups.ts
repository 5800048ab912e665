import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matches } from '../filter/evaluate.ts';
import { anyScalar, filtersOver } from '../filter/generated-filters.ts';
import type { SortOrder } from '../filter/port.ts';
import { compareRows, sortValue } from '../filter/sort.ts';
import { documentWith, elsewhere, here, type OpenDocumentStoreUnderTest } from './conformance-documents.ts';
import type { StoredDocument } from './port.ts';

const parents = ['p1', 'p2', "p'3", 'none'] as const;
/** Also values that are no text, and so belong to no group. */
const anyParent = fc.oneof(fc.constantFrom(...parents), fc.constantFrom(1, null, true));
/** JSON knows one zero. */
const anyStored = anyScalar.map((value) => (Object.is(value, -0) ? 0 : value));
const anyFields = fc.record({ parent: anyParent, n: fc.oneof(anyStored, fc.constant(null)) });
const anyFilter = fc.option(
  filtersOver(['n', 'version'], () => anyScalar),
  { nil: undefined },
);
const anyOrder = fc.constantFrom<SortOrder>(
  [],
  [{ field: 'n', direction: 'asc' }],
  [{ field: 'n', direction: 'desc' }],
);

const rowOf = ({ id, version, fields }: StoredDocument) => ({ ...fields, id, version });

export function testGroups(open: OpenDocumentStoreUnderTest): void {
  test('each group has the page and the count that a query for it alone would have', async () => {
    await using under = await open();
    let run = 0;
    const given = fc.record({
      fields: fc.array(anyFields, { minLength: 1, maxLength: 12 }),
      values: fc.array(fc.constantFrom(...parents), { maxLength: 5 }),
      filter: anyFilter,
      orderBy: anyOrder,
      limitPerGroup: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ fields, values, filter, orderBy, limitPerGroup }) => {
        run += 1;
        const index = { name: 'by_parent', fields: ['parent'], unique: false };
        const notes = await under.store.collection(`Note_${run}`, [index]);
        const documents = fields.map((each, place) => documentWith(each, { id: `id-${99 - place}` }));
        const foreign = documentWith({ parent: 'p1', n: 1 }, { workspaceId: elsewhere });
        await notes.insertMany([...documents, foreign].map((document) => ({ document, events: [] })));
        const compare = compareRows(orderBy, (row) => String(row['id']));
        const expected = [...new Set<string>(values)].map((value) => {
          const own = documents
            .filter(({ fields: { parent } }) => parent === value)
            .filter((document) => filter === undefined || matches(filter, rowOf(document)))
            .sort((left, right) => compare(rowOf(left), rowOf(right)));
          return [value, own] as const;
        });
        const request = { workspaceId: here, field: 'parent', values, filter };
        const counts = await notes.countBy(request);
        const pages = await notes.findBy({ ...request, orderBy, limitPerGroup });
        for (const [value, own] of expected) {
          expect(counts.get(value) ?? 0).toBe(own.length);
          expect(pages.get(value) ?? []).toEqual(own.slice(0, limitPerGroup));
        }
        expect([...counts.values()]).not.toContain(0);
        expect(pages.size).toBe(limitPerGroup === 0 ? 0 : counts.size);
        const [after] = expected.flatMap(([, own]) => own);
        if (after === undefined) return;
        const position = { values: orderBy.map(({ field }) => sortValue(rowOf(after), field)), id: after.id };
        const rest = await notes.findBy({ ...request, orderBy, limitPerGroup: 20, after: position });
        for (const [value, own] of expected) {
          const behind = own.filter((document) => compare(rowOf(document), rowOf(after)) > 0);
          expect(rest.get(value) ?? []).toEqual(behind);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('grouped reads are bounded: groups, documents in all, and text that can be stored', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', []);
    const among = (values: readonly string[]) => ({ workspaceId: here, field: 'parent', values });
    const names = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`);
    const refused = expect.objectContaining({ code: 'BAD_USER_INPUT' });
    expect(await notes.findBy({ ...among(names(1_000)), limitPerGroup: 10 })).toEqual(new Map());
    expect(await notes.countBy(among([]))).toEqual(new Map());
    await expect(notes.findBy({ ...among(names(1_000)), limitPerGroup: 11 })).rejects.toThrow(refused);
    for (const values of [names(1_001), ['a\0b']]) {
      await expect(notes.findBy({ ...among(values), limitPerGroup: 1 })).rejects.toThrow(refused);
      await expect(notes.countBy(among(values))).rejects.toThrow(refused);
    }
    for (const limitPerGroup of [-1, 1.5, Number.NaN]) {
      await expect(notes.findBy({ ...among(['p']), limitPerGroup })).rejects.toThrow(refused);
    }
    const hostile = { ...among(['p']), field: '$where' };
    await expect(notes.countBy(hostile)).rejects.toThrow(refused);
    await expect(notes.findBy({ ...hostile, limitPerGroup: 1 })).rejects.toThrow(refused);
  });
}
