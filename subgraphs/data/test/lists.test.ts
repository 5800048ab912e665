import { compileFilter } from '@tributary/engines/filter/evaluate';
import { compareRows } from '@tributary/engines/filter/sort';
import { newId } from '@tributary/runtime';
import { rounds } from '@tributary/test-kit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { whereFilter } from '../src/queries/where-filter.ts';
import { modelsOf } from './models-of.ts';
import { member, type OpenData, openData } from './open-data.ts';

const fields = `text: String  count: Int  ratio: Float  flag: Boolean  at: DateTime`;
const access = '@access(read: [PUBLIC], write: [EDITOR])';
const sources = [
  `type Row @model ${access} { ${fields} }`,
  `type Paper @model(store: DOCUMENT) ${access} { ${fields} }`,
];
const models = modelsOf(sources);
let data: OpenData;
const editor = member(newId(), 'EDITOR');
const stored: Record<string, Record<string, unknown>[]> = {};

const texts = ['', 'a', 'A', 'ab', 'b%', 'b_', '\\', "'", 'é', 'ÿ', '\u{1F600}', '\uffee', 'zz'];
const times = ['2001-01-01T00:00:00.000Z', '2001-01-01T00:00:00.001Z', '1999-12-31T23:59:59.999Z'];
const maybe = <Value>(values: readonly Value[]): fc.Arbitrary<Value | null> =>
  fc.constantFrom(...values, null);
const row = fc.record({
  text: maybe(texts),
  count: maybe([-2, 0, 1, 7]),
  ratio: maybe([-0.5, 0, 1e9, 0.1]),
  flag: maybe([true, false]),
  at: maybe(times),
});

beforeAll(async () => {
  data = await openData(sources);
  const inputs = fc.sample(row, { numRuns: 60, seed: 7 });
  for (const [model, plural] of [
    ['Row', 'rows'],
    ['Paper', 'papers'],
  ] as const) {
    const name = model.toLowerCase();
    const mutation = `mutation ($i: [${model}Input!]!) { create${model === 'Row' ? 'Rows' : 'Papers'}(input: $i) { ${name} { id text count ratio flag at } error { code message } } }`;
    const made = await data.run(editor, mutation, { i: inputs });
    expect(made.errors).toEqual([]);
    const results = Object.values(made.data)[0] as Record<string, Record<string, unknown>>[];
    stored[plural] = results.map((result) => result[name] ?? {});
  }
});
afterAll(() => data[Symbol.asyncDispose]());

const ordered = <Value>(field: string, values: readonly Value[]): fc.Arbitrary<object> =>
  fc.oneof(
    fc
      .record({
        op: fc.constantFrom('eq', 'ne', 'lt', 'lte', 'gt', 'gte'),
        value: fc.constantFrom(...values),
      })
      .map(({ op, value }) => ({ [field]: { [op]: value } })),
    fc.array(fc.constantFrom(...values), { maxLength: 3 }).map((among) => ({ [field]: { in: among } })),
    fc.boolean().map((isNull) => ({ [field]: { isNull } })),
  );
const { where } = fc.letrec<{ where: object }>((tie) => ({
  where: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    ordered('text', texts),
    ordered('count', [-2, 0, 1]),
    ordered('ratio', [0, 0.1]),
    ordered('at', times),
    fc
      .record({
        op: fc.constantFrom('contains', 'startsWith'),
        value: fc.constantFrom('a', 'B', '%', '_', '\\', 'É'),
        ignoreCase: fc.boolean(),
      })
      .map(({ op, value, ignoreCase }) => ({ text: { [op]: value, ignoreCase } })),
    fc.boolean().map((eq) => ({ flag: { eq } })),
    fc.array(tie('where'), { minLength: 1, maxLength: 3 }).map((and) => ({ and })),
    fc.array(tie('where'), { minLength: 1, maxLength: 3 }).map((or) => ({ or })),
    tie('where').map((not) => ({ not })),
  ),
}));
const orderBy = fc
  .uniqueArray(fc.constantFrom('text', 'count', 'ratio', 'flag', 'at'), { maxLength: 3 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) => fc.constantFrom('ASC', 'DESC').map((direction) => ({ [name]: direction }))),
    ),
  );

test.each(['rows', 'papers'])(
  '%s are filtered, sorted and paged as a reference in memory does',
  async (plural) => {
    const model = models.get(plural === 'rows' ? 'Row' : 'Paper');
    const all = stored[plural] ?? [];
    const query = `query ($where: ${model?.name}Where, $orderBy: [${model?.name}Order!], $first: Int, $after: Cursor) {
    ${plural}(where: $where, orderBy: $orderBy, first: $first, after: $after) { totalCount nodes { id } edges { cursor } pageInfo { hasNextPage endCursor } } }`;
    await fc.assert(
      fc.asyncProperty(where, orderBy, fc.integer({ min: 3, max: 40 }), async (condition, order, first) => {
        if (model === undefined) throw new Error('no model');
        const filter = whereFilter(model, condition as Record<string, unknown>);
        const holds = filter === undefined ? () => true : compileFilter(filter);
        const sorting = order.flatMap((entry) =>
          Object.entries(entry).map(([field, direction]) => ({
            field,
            direction: direction === 'ASC' ? ('asc' as const) : ('desc' as const),
          })),
        );
        const expected = all
          .filter(holds)
          .sort(compareRows(sorting, ({ id }) => String(id)))
          .map(({ id }) => id);
        const found: unknown[] = [];
        let after: string | null = null;
        for (;;) {
          const { data: answer, errors } = await data.run(editor, query, {
            where: condition,
            orderBy: order,
            first,
            after,
          });
          expect(errors).toEqual([]);
          const page = answer[plural];
          expect(page.totalCount).toBe(expected.length);
          found.push(...page.nodes.map(({ id }: { id: string }) => id));
          expect(found.length).toBeLessThanOrEqual(expected.length);
          if (!page.pageInfo.hasNextPage) break;
          expect(page.nodes).toHaveLength(first);
          after = page.pageInfo.endCursor;
          expect(page.edges.at(-1).cursor).toBe(after);
        }
        expect(found).toEqual(expected);
      }),
      { numRuns: rounds(20, 60) },
    );
  },
);

test('a page cannot be empty, endless, negative, or begin where its list does not', async () => {
  const codeOf = async (args: string): Promise<unknown> =>
    (await data.run(editor, `{ rows(${args}) { nodes { id } } }`)).code;
  for (const first of ['0', '-1', '101', '1000000000'])
    expect(await codeOf(`first: ${first}`)).toBe('BAD_USER_INPUT');
  expect(await codeOf('first: null')).toBeUndefined();
  const { data: page } = await data.run(
    editor,
    `{ rows(first: 1, orderBy: [{ count: ASC }]) { pageInfo { endCursor } } }`,
  );
  const { endCursor } = page.rows.pageInfo;
  expect(await codeOf(`after: "${endCursor}"`)).toBe('CURSOR_INVALID');
  expect(await codeOf(`orderBy: [{ count: DESC }], after: "${endCursor}"`)).toBe('CURSOR_INVALID');
  for (const forged of [
    '',
    'x',
    '[]',
    '["Row",null]',
    '["Row count","x","y"]',
    `["Row count","1; DROP TABLE data.row","${newId()}"]`,
    '{"length":3}',
  ]) {
    const cursor = Buffer.from(forged).toString('base64url');
    expect(await codeOf(`orderBy: [{ count: ASC }], after: "${cursor}"`), forged).toBe('CURSOR_INVALID');
  }
});

test('a cursor with a value that its column cannot hold is refused, and one at the ends of the column is taken', async () => {
  const codeOf = async (field: string, value: unknown): Promise<unknown> => {
    const after = Buffer.from(JSON.stringify([`Row ${field}`, value, newId()])).toString('base64url');
    return (
      await data.run(editor, `{ rows(orderBy: [{ ${field}: ASC }], after: "${after}") { nodes { id } } }`)
    ).code;
  };
  for (const [field, value] of [
    ['count', 2 ** 31],
    ['count', -(2 ** 31) - 1],
    ['count', 1.5],
    ['at', '0000-01-01T00:00:00.000Z'],
    ['at', '2001-02-30T00:00:00.000Z'],
    ['at', '2001-01-01T24:00:00.000Z'],
    ['at', '2001-01-01T00:00:00Z'],
    ['text', 'a\0b'],
    ['text', 'a\ud800'],
    ['flag', 'true'],
  ] as const)
    expect([field, value, await codeOf(field, value)]).toEqual([field, value, 'CURSOR_INVALID']);
  for (const [field, value] of [
    ['count', 2 ** 31 - 1],
    ['count', -(2 ** 31)],
    ['at', '0001-01-01T00:00:00.000Z'],
    ['at', '9999-12-31T23:59:59.999Z'],
    ['ratio', 1.7976931348623157e308],
    ['ratio', 5e-324],
  ] as const)
    expect([field, value, await codeOf(field, value)]).toEqual([field, value, undefined]);
});

test('a cursor fits no list of another model, however alike their orders', async () => {
  const cursorOf = async (list: string): Promise<string> =>
    (await data.run(editor, `{ list: ${list} { pageInfo { endCursor } } }`)).data.list.pageInfo.endCursor;
  for (const order of ['', ', orderBy: [{ count: ASC }]']) {
    const after = await cursorOf(`papers(first: 1${order})`);
    const codeIn = async (list: string): Promise<unknown> =>
      (await data.run(editor, `{ ${list}(after: "${after}"${order}) { nodes { id } } }`)).code;
    expect([await codeIn('papers'), await codeIn('rows')]).toEqual([undefined, 'CURSOR_INVALID']);
  }
});
