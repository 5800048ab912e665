import { freshDatabase } from '@tributary/test-kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Relational } from '../relational/port.ts';
import { compileFilter, type Row } from './evaluate.ts';
import {
  anyScalar,
  filtersOver,
  hostileFields,
  hostileRow,
  scalarByType,
  type TypedField,
  typedRow,
} from './generated-filters.ts';
import { filterToJsonbSql } from './jsonb.ts';
import type { Filter } from './port.ts';
import { filterToSql, type SqlParameter } from './sql.ts';

/** One statement answers many filters over many rows: a property run costs one round trip. */
async function answersInSql(
  database: Relational,
  rows: readonly Row[],
  predicates: readonly ((param: SqlParameter) => string)[],
): Promise<boolean[][]> {
  const values: unknown[] = [JSON.stringify(rows)];
  const param: SqlParameter = (value) => `$${values.push(value)}`;
  const answers = predicates.map((predicate) => `(${predicate(param)}) IS TRUE`).join(', ');
  const { rows: found } = await database.query<{ answers: boolean[] }>(
    `SELECT ARRAY[${answers}]::boolean[] AS answers
       FROM (SELECT ordinality, doc, (doc ->> 'n')::float8 AS n, doc ->> 's' AS s, (doc ->> 'b')::boolean AS b
               FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS given(doc, ordinality)) AS r
      ORDER BY ordinality`,
    values,
  );
  return found.map((row) => row.answers);
}

const inMemory = (rows: readonly Row[], filters: readonly Filter[]): boolean[][] => {
  const predicates = filters.map(compileFilter);
  return rows.map((row) => predicates.map((holds) => holds(row)));
};

test('a filter answers alike in memory, over SQL columns and over JSONB', async () => {
  await using database = await freshDatabase();
  const filters = filtersOver(['n', 's', 'b'], (field) => scalarByType[field as TypedField]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(typedRow, { minLength: 1, maxLength: 12 }),
      fc.array(filters, { minLength: 1, maxLength: 12 }),
      async (rows, sought) => {
        const expected = inMemory(rows, sought);
        const column = (field: string): string => (field === 's' ? '(s COLLATE "C")' : field);
        const columns = sought.map(
          (filter) => (param: SqlParameter) => filterToSql(filter, { column, param }),
        );
        expect(await answersInSql(database, rows, columns)).toEqual(expected);
        const jsonb = sought.map(
          (filter) => (param: SqlParameter) => filterToJsonbSql(filter, { json: 'doc', columns: {}, param }),
        );
        expect(await answersInSql(database, rows, jsonb)).toEqual(expected);
      },
    ),
    { numRuns: 150 },
  );
});

test('fields with hostile names and values of every type answer alike in memory and over JSONB', async () => {
  await using database = await freshDatabase();
  await fc.assert(
    fc.asyncProperty(
      fc.array(hostileRow, { minLength: 1, maxLength: 12 }),
      fc.array(
        filtersOver(hostileFields, () => anyScalar),
        { minLength: 1, maxLength: 12 },
      ),
      async (rows, sought) => {
        const predicates = sought.map(
          (filter) => (param: SqlParameter) => filterToJsonbSql(filter, { json: 'doc', columns: {}, param }),
        );
        expect(await answersInSql(database, rows, predicates)).toEqual(inMemory(rows, sought));
      },
    ),
    { numRuns: 150 },
  );
});
