import { freshDatabase } from '@tributary/test-kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Row } from './evaluate.ts';
import { hostileFields, hostileRow, typedRow } from './generated-filters.ts';
import { columnKeyset, jsonbKeyset, type Keyset } from './keyset.ts';
import type { SortOrder } from './port.ts';
import { compareRows, sortValue } from './sort.ts';

const orderOver = (fields: readonly string[]): fc.Arbitrary<SortOrder> =>
  fc.uniqueArray(
    fc.record({
      field: fc.constantFrom(...fields),
      direction: fc.constantFrom('asc' as const, 'desc' as const),
    }),
    {
      selector: (term) => term.field,
      maxLength: 3,
    },
  );

const withIds = (rows: readonly Row[]): Row[] =>
  // Ids against the insertion order, so that ties really are broken by id.
  rows.map((row, index) => ({ ...row, id: `id-${String(rows.length - index).padStart(3, '0')}` }));

const idOf = (row: Row): string => String(row['id']);

interface Paging {
  readonly rows: readonly Row[];
  readonly order: SortOrder;
  readonly keyset: Keyset;
}

test('pages over SQL columns join to the order in memory, each row once', async () => {
  await using database = await freshDatabase();
  await fc.assert(
    fc.asyncProperty(
      fc.array(typedRow, { maxLength: 12 }),
      orderOver(['n', 's', 'b']),
      fc.integer({ min: 1, max: 4 }),
      async (given, order, size) => {
        const rows = withIds(given);
        const column = (field: string): string => (field === 's' ? '(s COLLATE "C")' : field);
        const keyset = columnKeyset(order, { column, id: '(id COLLATE "C")', nullable: () => true });
        expect(await pageThrough(database, { rows, order, keyset }, size)).toEqual(
          rows.sort(compareRows(order, idOf)).map(idOf),
        );
      },
    ),
    { numRuns: 60 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ n: fc.integer({ min: 0, max: 2 }), b: fc.boolean() }), { maxLength: 12 }),
      orderOver(['n', 'b']),
      async (given, order) => {
        const rows = withIds(given);
        const keyset = columnKeyset(order, {
          column: (field) => field,
          id: '(id COLLATE "C")',
          nullable: () => false,
        });
        expect(await pageThrough(database, { rows, order, keyset }, 2)).toEqual(
          rows.sort(compareRows(order, idOf)).map(idOf),
        );
      },
    ),
    { numRuns: 30 },
  );
});

test('pages over JSONB with values of every type join to the order in memory, each row once', async () => {
  await using database = await freshDatabase();
  await fc.assert(
    fc.asyncProperty(
      fc.array(hostileRow, { maxLength: 12 }),
      orderOver(hostileFields),
      fc.integer({ min: 1, max: 4 }),
      async (given, order, size) => {
        const rows = given.map((row, index) =>
          Object.defineProperty(row, 'id', { value: `id-${99 - index}`, enumerable: true }),
        );
        const keyset = jsonbKeyset(order, { json: 'doc', columns: {}, id: 'id' });
        const expected = [...rows].sort(compareRows(order, idOf)).map(idOf);
        expect(await pageThrough(database, { rows, order, keyset }, size)).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});

test('a position that does not fit the order is an invalid cursor', () => {
  const keyset = jsonbKeyset([{ field: 'n', direction: 'asc' }], { json: 'doc', columns: {}, id: 'id' });
  for (const values of [[], [1, 2], [{}], [Number.NaN], ['\0']]) {
    expect(() => keyset.after({ values, id: 'a' }, () => '$1')).toThrow(
      expect.objectContaining({ code: 'CURSOR_INVALID' }),
    );
  }
});

async function pageThrough(
  database: Awaited<ReturnType<typeof freshDatabase>>,
  { rows, order, keyset }: Paging,
  size: number,
): Promise<string[]> {
  const ids: string[] = [];
  let last: Row | undefined;
  for (;;) {
    const values: unknown[] = [JSON.stringify(rows)];
    const position = last && {
      values: order.map(({ field }) => sortValue(last ?? {}, field)),
      id: idOf(last),
    };
    const after =
      position === undefined ? 'TRUE' : keyset.after(position, (value) => `$${values.push(value)}`);
    const page = await database.query<{ doc: Row }>(
      `SELECT doc FROM (SELECT doc, doc ->> 'id' AS id, (doc ->> 'n')::float8 AS n, doc ->> 's' AS s, (doc ->> 'b') = 'true' AS b
                          FROM (SELECT jsonb_array_elements($1::jsonb) AS doc) AS given) AS r
        WHERE ${after} ORDER BY ${keyset.orderBy} LIMIT ${size}`,
      values,
    );
    ids.push(...page.rows.map(({ doc }) => idOf(doc)));
    expect(ids.length).toBeLessThanOrEqual(rows.length);
    if (page.rows.length < size) return ids;
    last = page.rows.at(-1)?.doc;
  }
}
