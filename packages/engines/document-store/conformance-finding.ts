import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matches } from '../filter/evaluate.ts';
import { anyScalar, awkwardText, filtersOver } from '../filter/generated-filters.ts';
import type { Filter, SortOrder } from '../filter/port.ts';
import { compareRows, sortValue } from '../filter/sort.ts';
import {
  documentWith,
  elsewhere,
  here,
  type OpenDocumentStoreUnderTest,
  writeOf,
} from './conformance-documents.ts';
import type { DocumentCollection, StoredDocument } from './port.ts';

const fieldNames = ['n', 's', 'toString', "it's"] as const;
const anyValue = fc.oneof(anyScalar, fc.constant(null), fc.constant({ a: 1 }), fc.constant([1, 'a']));
const anyFields = fc.dictionary(fc.constantFrom(...fieldNames), anyValue, { noNullPrototype: true });
const anyFilter = filtersOver([...fieldNames, 'id', 'version'], () => anyScalar);
const anyOrder: fc.Arbitrary<SortOrder> = fc.uniqueArray(
  fc.record({
    field: fc.constantFrom(...fieldNames, 'id', 'version'),
    direction: fc.constantFrom('asc' as const, 'desc' as const),
  }),
  { selector: ({ field }) => field, maxLength: 3 },
);

/** What filters and orders see of a document. */
const rowOf = ({ id, version, fields }: StoredDocument) => ({ ...fields, id, version });

export function testFinding(open: OpenDocumentStoreUnderTest): void {
  test('a collection is empty until any workspace has a document in it, and again when the last is gone', async () => {
    await using under = await open();
    const collection = await under.store.collection('emptiness', []);
    expect(await collection.isEmpty()).toBe(true);
    const document = documentWith({ n: 1, s: null }, { workspaceId: elsewhere });
    await collection.insert(writeOf(document));
    expect(await collection.isEmpty()).toBe(false);
    const having = (field: string): Filter => ({
      kind: 'not',
      filter: { kind: 'compare', field, op: 'eq', value: null },
    });
    expect([await collection.isEmpty(having('n')), await collection.isEmpty(having('s'))]).toEqual([
      false,
      true,
    ]);
    await collection.remove(1, writeOf(document));
    expect(await collection.isEmpty()).toBe(true);
  });

  test('finding, counting and paging answer as the filter algebra does in memory', async () => {
    await using under = await open();
    const given = fc.record({
      fields: fc.array(anyFields, { minLength: 1, maxLength: 10 }),
      queries: fc.array(fc.record({ filter: anyFilter, orderBy: anyOrder }), { minLength: 1, maxLength: 4 }),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(given, async ({ fields, queries }) => {
        run += 1;
        const notes = await under.store.collection(`Note_${run}`, [
          { name: 'by_version', fields: ['kind', 'at'], unique: false },
        ]);
        const documents = fields.map((each, index) => documentWith(each, { id: `id-${99 - index}` }));
        for (const document of documents) await notes.insert({ document, events: [] });
        await notes.insert({
          document: documentWith({ n: 1, s: 'a' }, { workspaceId: elsewhere }),
          events: [],
        });
        for (const { filter, orderBy } of queries) {
          const compare = compareRows(orderBy, (row) => String(row['id']));
          const expected = documents
            .filter((document) => matches(filter, rowOf(document)))
            .sort((left, right) => compare(rowOf(left), rowOf(right)));
          expect(await notes.count(here, filter)).toBe(expected.length);
          const found = await pages(notes, { filter, orderBy });
          expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        }
      }),
      { numRuns: 100 },
    );
  });

  test('text is found by the letters it holds, wildcards taken as they are, in awkward cases too', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', []);
    const texts = fc.sample(awkwardText, { numRuns: 40, seed: 7 });
    const documents = [...new Set(texts)].map((s) => documentWith({ s }));
    for (const document of documents) await notes.insert({ document, events: [] });
    for (const value of ['%', '_', '\\', "'", 'a', 'É', '']) {
      for (const ignoreCase of [true, false]) {
        const filter: Filter = { kind: 'text', field: 's', op: 'contains', value, ignoreCase };
        expect(await notes.count(here, filter)).toBe(
          documents.filter((each) => matches(filter, each.fields)).length,
        );
      }
    }
  });

  test('a page is as long as was asked for, and no read is without end', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', []);
    for (let n = 0; n < 3; n += 1) await notes.insert(writeOf(documentWith({ n })));
    expect(await notes.find({ workspaceId: here, limit: 2 })).toHaveLength(2);
    const refused = expect.objectContaining({ code: 'BAD_USER_INPUT' });
    for (const limit of [-1, 1.5, 10_001, Number.NaN]) {
      await expect(notes.find({ workspaceId: here, limit })).rejects.toThrow(refused);
    }
    const stale = notes.find({ workspaceId: here, limit: 1, after: { values: [1], id: 'a' } });
    await expect(stale).rejects.toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
  });
}

/** Everything, three at a time. */
async function pages(
  notes: DocumentCollection,
  { filter, orderBy }: { readonly filter: Filter; readonly orderBy: SortOrder },
): Promise<readonly StoredDocument[]> {
  const found: StoredDocument[] = [];
  for (;;) {
    const last = found.at(-1);
    const after = last && { values: orderBy.map(({ field }) => sortValue(rowOf(last), field)), id: last.id };
    const page = await notes.find({ workspaceId: here, filter, orderBy, limit: 3, after });
    found.push(...page);
    if (page.length < 3) return found;
  }
}
