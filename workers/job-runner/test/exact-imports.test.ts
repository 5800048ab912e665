import { expect, test } from 'vitest';
import { type CellPlace, cellValue } from '../src/import-dataset/cell-value.ts';
import { datasetRows } from '../src/import-dataset/dataset-rows.ts';

const numbers = ['12345678901234567890', '-9007199254740993', '0.12345678901234567890', '9007199254740991'];

/** The cell `b` of a file, as a field of this type takes it. */
async function fieldOf(json: string, type: string, format: 'json' | 'jsonl' = 'jsonl'): Promise<unknown> {
  const text = format === 'json' ? `[{"a":1},\n ${json}]` : json;
  const place: CellPlace = { type, column: 'b' };
  let value: unknown;
  const bytes = (async function* () {
    yield Buffer.from(text);
  })();
  for await (const rows of datasetRows(bytes, { format, delimiter: undefined, encoding: 'utf-8' }))
    for (const read of rows) {
      if ('row' in read) value = cellValue(read.row['b'], place);
      else value = 'fault' in read ? read.fault : undefined;
    }
  return value;
}

test.each(['json', 'jsonl'] as const)(
  'JSON in a %s file that a value does not hold refuses the field it is for, in the words of the other doors',
  async (format) => {
    const wrong = async (json: string) => expect(fieldOf(json, 'JSON', format)).rejects;
    for (const inside of [
      '1234567890123456789',
      '{"tweet_id":1234567890123456789}',
      '[[1234567890123456789]]',
    ])
      await (await wrong(`{"b":${inside}}`)).toThrow(
        /^b holds 1234567890123456789, which has digits that a number in JSON does not keep: send it as text\.$/,
      );
    await (await wrong('{"b":{"a":1,"a":2}}')).toThrow('b gives the field at /a twice.');
    await (await wrong('{"b":[1e999]}')).toThrow(/out of range/);
  },
);

test.each(['json', 'jsonl'] as const)('a %s row that has a column twice is left out', async (format) => {
  expect(await fieldOf('{"b":1,"b":2}', 'Int', format)).toBe('it has the field b twice');
});

test.each(['json', 'jsonl'] as const)(
  'what nothing asks for may stand in a %s row however it is written',
  async (format) => {
    expect(await fieldOf('{"x":12345678901234567890,"y":{"a":1,"a":2},"b":"x"}', 'String', format)).toBe('x');
    expect(await fieldOf('{"x":12345678901234567890,"b":{"a":[1.5]}}', 'JSON', format)).toEqual({ a: [1.5] });
  },
);

test.each(numbers)('the number %s for a text is kept digit by digit', async (number) => {
  for (const format of ['json', 'jsonl'] as const) {
    expect(await fieldOf(`{"b":${number}}`, 'String', format)).toBe(number);
    expect(await fieldOf(`{"b": ${number} }`, 'ID', format)).toBe(number);
  }
});

test('numbers with more digits than a double has are numbers all the same', async () => {
  expect(await fieldOf('{"b":0.12345678901234567890}', 'Float')).toBe(0.12345678901234568);
  expect(await fieldOf('{"b":1.00000000000000000}', 'Int')).toBe(1);
  await expect(fieldOf('{"b":12345678901234567890}', 'Int')).rejects.toThrow('b is beyond what Int holds.');
  expect(await fieldOf('{"b":1e999}', 'String')).toBe('1e999');
  await expect(fieldOf('{"b":1e999}', 'Float')).rejects.toThrow('b is beyond what Float holds.');
  await expect(fieldOf('{"b":12345678901234567890}', 'Boolean')).rejects.toThrow(/neither true nor false/);
});

test('JSON in the cell of a CSV is held to the same', () => {
  const read = (text: string) => () => cellValue(text, { type: 'JSON', column: 'b' });
  expect(read('{"n":1234567890123456789}')).toThrow(/b holds 1234567890123456789/);
  expect(read('{"a":1,"a":2}')).toThrow('b gives the field at /a twice.');
  expect(read('{"a":')).toThrow('b is no JSON.');
  expect(read('{"a":[1,"2"]}')()).toEqual({ a: [1, '2'] });
});
