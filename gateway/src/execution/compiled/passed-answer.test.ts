import fc from 'fast-check';
import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { type AnswerShape, answerShape } from './answer-shape.ts';
import { CompiledSize } from './compiled-size.ts';
import type { JsonObject } from './own-keys.ts';
import { type PassAnswer, passAnswer } from './passed-answer.ts';
import { selectionsOf } from './selected-fields.ts';
import { typeConditions } from './type-conditions.ts';

const schema = buildSchema(`
  type Query { shelves: [Shelf!] first: Shelf node: Node }
  type Shelf { id: ID! label: String books: [[Book]!]! }
  type Book { title: String! pages: Int price: Float kind: Kind! lent: Boolean! made: Date }
  interface Node { id: ID! }
  enum Kind { PRINT SOUND }
  scalar Date
`);
const query =
  '{ shelves { id name: label books { __typename title ...rest } } first { label } } fragment rest on Book { pages price kind lent made }';

function of(text: string): { readonly passes: PassAnswer | undefined; readonly shape: AnswerShape } {
  const selections = selectionsOf(parse(text), undefined, typeConditions(schema));
  const size = new CompiledSize();
  return {
    passes: passAnswer(schema, selections, size),
    shape: answerShape(schema, { selections, clientKeys: new Map(), size }),
  };
}

const { passes, shape } = of(query);
const passed = (body: string | Buffer): Buffer | undefined => passes?.(Buffer.from(body as string));

/** What the executor makes of a body that it reads; undefined when that has errors. */
function completed(body: Buffer): unknown {
  const { data } = JSON.parse(body.toString()) as { data: JsonObject };
  const answer = shape.complete({
    data,
    introspection: {},
    absent: new Set(),
    bereft: new Set(),
    incomplete: new Set(),
    shared: new Map(),
    isUnexplained: () => true,
  });
  return answer.errors.length > 0 ? undefined : JSON.parse(answer.body.toString());
}

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '"', '\\u0000', '😀', '\n'));
const orNull = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value);
const right = fc.record({
  shelves: orNull(
    fc.array(
      fc.record({
        id: text,
        name: orNull(text),
        books: fc.array(
          fc.array(
            orNull(
              fc.record({
                __typename: fc.constant('Book'),
                title: text,
                pages: orNull(fc.integer({ min: -99_999_999, max: 999_999_999 })),
                price: orNull(fc.integer({ min: -1e6, max: 1e6 }).map((cents) => cents / 100)),
                kind: fc.constantFrom('PRINT', 'SOUND'),
                lent: fc.boolean(),
                made: orNull(fc.oneof(text, fc.boolean(), fc.nat())),
              }),
            ),
            { maxLength: 3 },
          ),
          { maxLength: 2 },
        ),
      }),
      { maxLength: 3 },
    ),
  ),
  first: orNull(fc.record({ label: orNull(text) })),
});

test('an answer that is the client’s already passes as it came, and the end of its line stays behind', () => {
  fc.assert(
    fc.property(right, (data) => {
      const body = JSON.stringify({ data });
      expect(passed(body)?.toString()).toBe(body);
      expect(passed(`${body}\n`)?.toString()).toBe(body);
    }),
  );
});

test('what a subgraph says in extensions stays behind', () => {
  fc.assert(
    fc.property(right, fc.oneof(fc.object(), fc.constant(null)), (data, extensions) => {
      const body = `${JSON.stringify({ data, extensions })}\n`;
      expect(passed(body)?.toString()).toBe(JSON.stringify({ data }));
    }),
  );
});

test('whatever is done to its bytes, nothing passes that would be completed otherwise', () => {
  const harm = fc.record({
    at: fc.nat(),
    remove: fc.integer({ min: 0, max: 6 }),
    insert: fc.oneof(
      fc.constantFrom(
        '',
        'null',
        '0',
        '1',
        '-',
        '.',
        '"',
        '\\',
        '\\u12',
        ',',
        ':',
        '{',
        '}',
        '[',
        ']',
        ' ',
        'true',
        'PRINT',
      ),
      fc.string({ maxLength: 3 }),
    ),
  });
  fc.assert(
    fc.property(right, harm, fc.boolean(), (data, { at, remove, insert }, isLonger) => {
      const whole = Buffer.from(
        JSON.stringify(isLonger ? { data, extensions: { cost: [1, 'x'] } } : { data }),
      );
      const from = at % whole.length;
      const body = Buffer.concat([
        whole.subarray(0, from),
        Buffer.from(insert),
        whole.subarray(from + remove),
      ]);
      const answer = passed(body);
      if (answer !== undefined) expect(JSON.parse(answer.toString())).toEqual(completed(body));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['other fields', '{"data":{"shelves":null,"first":null,"more":1}}'],
  ['fields in another order', '{"data":{"first":null,"shelves":null}}'],
  ['errors beside the data', '{"data":{"shelves":null,"first":null},"errors":[{"message":"no"}]}'],
  [
    'errors behind extensions',
    '{"data":{"shelves":null,"first":null},"extensions":{},"errors":[{"message":"no"}]}',
  ],
  ['extensions that are none', '{"data":{"shelves":null,"first":null},"extensions":[]}'],
  ['extensions without an end', '{"data":{"shelves":null,"first":null},"extensions":{}'],
  ['a second answer behind the first', '{"data":{"shelves":null,"first":null},"extensions":{}},"data":{}}'],
  ['spaces', '{"data": {"shelves":null,"first":null}}'],
  ['a null that the schema forbids', '{"data":{"shelves":[null],"first":null}}'],
  ['a number where a text belongs', '{"data":{"shelves":null,"first":{"label":1}}}'],
  ['a control character in a text', '{"data":{"shelves":null,"first":{"label":"\u0001"}}}'],
  ['an escape that JSON does not have', '{"data":{"shelves":null,"first":{"label":"\\x"}}}'],
  ['bytes that are no UTF-8', Buffer.from('{"data":{"shelves":null,"first":{"label":"\xff"}}}', 'latin1')],
  ['no end', '{"data":{"shelves":null,"first":{"label":"'],
])('%s are left to be read', (_what, body) => {
  expect(passed(body)).toBeUndefined();
});

const book: Record<string, string> = {
  __typename: '"Book"',
  title: '"t"',
  pages: '1',
  price: '1.50',
  kind: '"PRINT"',
  lent: 'true',
  made: '1',
};
const bodyWith = (fields: Record<string, string>): string =>
  `{"data":{"shelves":[{"id":"1","name":null,"books":[[{${Object.entries(fields)
    .map(([key, json]) => `"${key}":${json}`)
    .join()}}]]}],"first":null}}`;

test.each([
  ['-0', 'pages'],
  ['01', 'pages'],
  ['1.0', 'pages'],
  ['1e3', 'pages'],
  ['2147483648', 'pages'],
  ['1e400', 'price'],
  ['1.', 'price'],
  ['-0.00', 'price'],
  ['"AUDIO"', 'kind'],
  ['{}', 'made'],
])('the value %s of %s is left to be read', (value, field) => {
  expect(passed(bodyWith(book))).toBeDefined();
  expect(passed(bodyWith({ ...book, price: '-0.01' }))).toBeDefined();
  expect(passed(bodyWith({ ...book, [field]: value }))).toBeUndefined();
});

test('a Float that a double may not hold is left to be read, however its digits are written, and nothing else of many digits is', () => {
  for (const price of ['9'.repeat(400), `-${'9'.repeat(310)}.5`])
    expect(passed(bodyWith({ ...book, price }))).toBeUndefined();
  const [price, made] = [`0.${'3'.repeat(400)}`, '9'.repeat(400)];
  expect(passed(bodyWith({ ...book, price, made }))).toBeDefined();
});

test('objects of several types, and what the schema says of itself, are never sent on', () => {
  expect(of('{ node { id } }').passes).toBeUndefined();
  expect(of('{ __typename first { label } }').passes).toBeUndefined();
  expect(of('{ __schema { queryType { name } } first { label } }').passes).toBeUndefined();
});
