import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { DuckDBInstance } from './duckdb.ts';
import { shapesOf } from './embedded-json-shapes.ts';
import { type JsonShape, parsedShape } from './json-shape.ts';

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
  if (shape instanceof Map) return new Map([...shape].map(([key, inner]) => [key, same(inner)]));
  if (typeof shape !== 'string') return [same((shape as readonly [JsonShape])[0])];
  return /BIGINT|HUGEINT/.test(shape) ? 'whole' : shape === 'NULL' ? 'JSON' : shape;
}

test('what all rows are together is what DuckDB says of them, which holds the text of all rows for it', async () => {
  const path = join(folder, 'rows.jsonl');
  await fc.assert(
    fc.asyncProperty(rows, async (all) => {
      await writeFile(path, all.map((row) => `${JSON.stringify(row)}\n`).join(''));
      const reader = await connection.runAndReadAll(
        `SELECT json_group_structure(json) FROM read_ndjson_objects('${path}')`,
      );
      const whole = parsedShape(String(reader.getRows()[0]?.[0]));
      const shapes = await shapesOf(connection, { name: 'z', paths: [path] });
      expect(same(shapes)).toEqual(typeof whole === 'string' ? new Map() : same(whole));
    }),
    { numRuns: 100 },
  );
});
