import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { DuckDBInstance } from './duckdb.ts';
import { shapesOf } from './embedded-json-shapes.ts';
import type { JsonShape } from './json-shape.ts';

const folder = await mkdtemp(join(tmpdir(), 'tributary-shapes-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const connection = await (await DuckDBInstance.create(':memory:')).connect();
afterAll(() => connection.closeSync());

const { value } = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, 1, -1, 1.5, 'x', 2 ** 62),
    tie('object'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'A', '', 'a.b', '__proto__'), tie('value'), {
    maxKeys: 3,
    noNullPrototype: false,
  }),
}));
const rows = fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { maxKeys: 3 }), {
  minLength: 1,
  maxLength: 6,
});

/** Without what is read the same: kinds of whole numbers, and what no row has a value of or has several kinds of, both of which are texts. */
function same(shape: JsonShape): unknown {
  if (Array.isArray(shape)) return [same(shape[0])];
  if (typeof shape === 'object')
    return Object.fromEntries(Object.entries(shape).map(([key, inner]) => [key, same(inner as JsonShape)]));
  return /BIGINT|HUGEINT/.test(shape as string) ? 'whole' : shape === 'NULL' ? 'JSON' : shape;
}

test('what all rows are together is what DuckDB says of them, which holds the text of all rows for it', async () => {
  const path = join(folder, 'rows.jsonl');
  await fc.assert(
    fc.asyncProperty(rows, async (all) => {
      await writeFile(path, all.map((row) => `${JSON.stringify(row)}\n`).join(''));
      const reader = await connection.runAndReadAll(
        `SELECT json_group_structure(json) FROM read_ndjson_objects('${path}')`,
      );
      const whole = JSON.parse(String(reader.getRows()[0]?.[0])) as JsonShape;
      const shapes = await shapesOf(connection, { name: 'z', paths: [path] });
      expect(same(Object.fromEntries(shapes))).toEqual(typeof whole === 'string' ? {} : same(whole));
    }),
    { numRuns: 100 },
  );
});
