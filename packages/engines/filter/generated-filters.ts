import fc from 'fast-check';
import type { Comparison, Filter, FilterValue } from './port.ts';

/** Few characters, chosen to collide and to hurt: wildcards, quotes, case in and beyond A–Z, both sides of the surrogates. */
export const awkwardText: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom('a', 'A', 'b', 'B', 'é', 'É', '%', '_', '\\', "'", '"', '\u{1F600}', '\uFFEE', ' '),
    { maxLength: 4 },
  )
  .map((characters) => characters.join(''));

export const awkwardNumber: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 0.1, 1e21, 1e-7, 2 ** 53, Number.MAX_VALUE, Number.MIN_VALUE),
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

export const scalarByType = { n: awkwardNumber, s: awkwardText, b: fc.boolean() } as const;

export type TypedField = keyof typeof scalarByType;

const comparison = fc.constantFrom<Comparison>('eq', 'ne', 'lt', 'lte', 'gt', 'gte');

/** Filters whose values have the type of their field, as a schema guarantees it for columns. */
export function filtersOver(
  fields: readonly string[],
  scalarFor: (field: string) => fc.Arbitrary<FilterValue>,
): fc.Arbitrary<Filter> {
  const field = fc.constantFrom(...fields);
  const leaf = field.chain((name) => {
    const value = fc.option(scalarFor(name), { freq: 6 });
    const compare = fc.record({
      kind: fc.constant('compare' as const),
      field: fc.constant(name),
      op: comparison,
      value,
    });
    const among = fc.record({
      kind: fc.constant('in' as const),
      field: fc.constant(name),
      values: fc.array(value, { maxLength: 3 }),
    });
    return fc.oneof(compare, among);
  });
  const text = fc.record({
    kind: fc.constant('text' as const),
    field: fc.constantFrom(...fields.filter((name) => !['n', 'b'].includes(name))),
    op: fc.constantFrom('contains' as const, 'startsWith' as const),
    value: awkwardText,
    ignoreCase: fc.boolean(),
  });
  const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', maxDepth: 5, withCrossShrink: true },
      leaf,
      text,
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        filters: fc.array(tie('filter'), { maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), filter: tie('filter') }),
    ),
  }));
  return filter;
}

/** Rows with the columns n, s, b, each sometimes null and sometimes missing. */
export const typedRow = fc.record(
  { n: fc.option(awkwardNumber), s: fc.option(awkwardText), b: fc.option(fc.boolean()) },
  { requiredKeys: [] },
);

export const anyScalar: fc.Arbitrary<FilterValue> = fc.oneof(awkwardText, awkwardNumber, fc.boolean());

export const hostileFields = [
  'n',
  '__proto__',
  'constructor',
  'toString',
  "it's",
  'a"b',
  'hasOwnProperty',
] as const;

/** JSON objects under hostile names with values of every JSON type, built without touching a prototype. */
export const hostileRow: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc
  .array(
    fc.tuple(
      fc.constantFrom(...hostileFields),
      fc.oneof(
        anyScalar,
        fc.constant(null),
        fc.constant({ a: 1 }),
        fc.constant([1, 'a']),
        fc.constant('null'),
      ),
    ),
    { maxLength: 7 },
  )
  .map((entries) =>
    JSON.parse(
      `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`,
    ),
  );
