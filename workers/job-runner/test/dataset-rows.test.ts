import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DatasetFormat, datasetRows, surveyRows } from '../src/import-dataset/dataset-rows.ts';
import type { DatasetEncoding } from '../src/import-dataset/dataset-text.ts';
import { importInput } from '../src/import-dataset/import-input.ts';

const badInput = (message: RegExp) =>
  expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringMatching(message) });

/** In pieces that cut characters and line ends; what is long in longer ones. */
async function* inPieces(whole: Buffer): AsyncGenerator<Uint8Array> {
  const size = whole.length > 100_000 ? 10_007 : 3;
  for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
}

async function read(text: string, format: DatasetFormat['format'], delimiter?: string) {
  return rowsOf(Buffer.from(text), { format, delimiter, encoding: 'utf-8' });
}

async function rowsOf(whole: Buffer, format: DatasetFormat): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  for await (const piece of datasetRows(inPieces(whole), format))
    for (const found of piece)
      if (!('headings' in found)) rows.push('row' in found ? found.row : found.fault);
  return rows;
}

test('rows of CSV, JSON Lines and JSON are the same, whatever pieces they arrive in', async () => {
  const expected = [
    { a: 'ü, "x"', b: '1' },
    { a: 'line\nbreak', b: '2' },
  ];
  expect(await read('\ufeffa,b\r\n"ü, ""x""",1\r\n\r\n"line\nbreak",2\r\n', 'csv')).toEqual(expected);
  expect(await read('a;b\n"ü, ""x""";1\n"line\nbreak";2\n', 'csv', ';')).toEqual(expected);
  expect(await read(`${JSON.stringify(expected[0])}\n\n${JSON.stringify(expected[1])}`, 'jsonl')).toEqual(
    expected,
  );
  expect(await read(JSON.stringify(expected), 'json')).toEqual(expected);
});

test.each([',', ';', '\t'])('a CSV says by its head line that %j stands between its cells', async (each) => {
  const lines = [`"a,;\tb"${each}c`, `x${each}"1,5;2\t3"`, `y${each}4`];
  const expected = [
    { 'a,;\tb': 'x', c: '1,5;2\t3' },
    { 'a,;\tb': 'y', c: '4' },
  ];
  for (const end of ['\n', '\r\n', '\r']) {
    expect(await read(`\ufeff${end}${lines.join(end)}`, 'csv')).toEqual(expected);
    expect(await read(lines.join(end) + end, 'csv')).toEqual(expected);
  }
  expect(await read('a', 'csv')).toEqual([]);
  expect(await read('', 'csv')).toEqual([]);
});

test('what stands between the cells of a CSV is the same, whatever pieces it arrives in', async () => {
  const [head, row] = ['"a\n,,,";b;c', '1;2;3'];
  expect(await read(`${head}\n${row}\n`, 'csv')).toEqual([{ 'a\n,,,': '1', b: '2', c: '3' }]);
  expect(await read('id,tags (a;b;c)\n1,x\n2,y\n', 'csv')).toEqual([
    { id: '1', 'tags (a;b;c)': 'x' },
    { id: '2', 'tags (a;b;c)': 'y' },
  ]);
});

test('a row that cannot be read stands in its place as a fault, and the next ones are read', async () => {
  expect(await read('a,b\n1,2\n3\n4,5,6\n7,8\n', 'csv')).toEqual([
    { a: '1', b: '2' },
    expect.stringContaining('cells'),
    expect.stringContaining('cells'),
    { a: '7', b: '8' },
  ]);
  expect(await read('{"a":1}\n{"a"\n[1]\n{"a":2}', 'jsonl')).toEqual([
    { a: 1 },
    'it is no JSON object',
    'it is no JSON object',
    { a: 2 },
  ]);
});

test('a record of a CSV whose quotes or length are wrong costs itself alone, and reading goes on at the next line', async () => {
  const rows = await read(
    `a,b\n1,2\nx"y,3\n"4" z,5\n${'w'.repeat(1_100_000)},6\n"${'v'.repeat(600_000)}\n${'v'.repeat(600_000)}",7\n8,"9"`,
    'csv',
  );
  expect(rows).toEqual([
    { a: '1', b: '2' },
    'a quote stands within a cell that has none around it, in line 3',
    'text follows the quote that closes a cell, in line 4',
    expect.stringContaining('it is longer than'),
    expect.stringContaining('it is longer than'),
    { a: '8', b: '9' },
  ]);
});

test('a quote that is never closed is told with its line, after all that stands before it', async () => {
  const format = { format: 'csv', delimiter: ',', encoding: 'utf-8' } as const;
  const found: unknown[] = [];
  for await (const each of datasetRows(inPieces(Buffer.from(`a,b\r\n1,2\r\n3,"x\r\n4,5\r\n`)), format))
    found.push(...each);
  expect(found).toEqual([
    { headings: ['a', 'b'] },
    { row: { a: '1', b: '2' } },
    { fault: expect.stringContaining('(line 3) is never closed'), unreadFromLine: 3 },
  ]);
});

test('property: what is written as CSV is read as it was, whatever its line ends, delimiter and pieces', async () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', 'ü', ',', ';', '"', '\n', '\r', ' ', '\t'),
    maxLength: 6,
  });
  const table = fc
    .integer({ min: 2, max: 3 })
    .chain((width) =>
      fc
        .array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 5 })
        .map((rows) => ({ width, rows })),
    );
  const delimiters = fc.constantFrom(',', ';', '\t');
  const ends = fc.constantFrom('\n', '\r\n', '\r');
  await fc.assert(
    fc.asyncProperty(table, delimiters, ends, async ({ width, rows }, delimiter, end) => {
      const headings = Array.from({ length: width }, (_, at) => `h${at}`);
      const written = rows.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(delimiter));
      const text = [headings.join(delimiter), ...written].join(end);
      expect(await read(text, 'csv', delimiter)).toEqual(
        rows.map((row) => Object.fromEntries(row.map((each, at) => [`h${at}`, each]))),
      );
    }),
  );
});

test('a line of JSON Lines that is too long costs itself alone, and what ends lines elsewhere may stand in one', async () => {
  expect(await read(`{"a":1}\n{"a":"${'x'.repeat(1_100_000)}"}\r\n{"a":"\u2028"}`, 'jsonl')).toEqual([
    { a: 1 },
    expect.stringContaining('it is longer than'),
    { a: '\u2028' },
  ]);
});

test('a column that a CSV has twice refuses it by its name, columns without a name do not', async () => {
  await expect(read('a,b,a\n1,2,3\n', 'csv')).rejects.toEqual(badInput(/more than one column a/));
  expect(await read('a,,\n1,2,3\n', 'csv')).toEqual([{ a: '1', '': '3' }]);
});

test('a first line for Excel says what divides the cells, and is none of the rows; lines keep their numbers', async () => {
  for (const mark of ['sep=;', '\ufeffSEP=;', '"sep=;"'])
    expect(await read(`${mark}\r\na;b\r\n1;x,y\r\n`, 'csv')).toEqual(await read('a;b\r\n1;x,y\r\n', 'csv'));
  expect(await read('sep=|\na|b\n1|2\n', 'csv')).toEqual(await read('a|b\n1|2\n', 'csv', '|'));
  // What the input says counts.
  expect(await read('sep=;\na,b\n1,2\n', 'csv', ',')).toEqual(await read('a,b\n1,2\n', 'csv', ','));
  const unclosed = await read('sep=;\na;b\n1;"x\n', 'csv');
  expect(JSON.stringify(unclosed)).toContain('line 3');
});

test('a delimiter is one character that can stand between cells', () => {
  const of = (delimiter: string) =>
    importInput.safeParse({ file: '01938f6e-5b1c-7c3a-9d52-3f6b0c1f2a14', model: 'Flight', delimiter })
      .success;
  expect([';', '\t', '|'].map(of)).toEqual([true, true, true]);
  expect(['"', '\n', '\r', '', ',,'].map(of)).toEqual([false, false, false, false, false]);
});

test('a file that is not of its format is refused as a whole', async () => {
  await expect(read('{"a":1}', 'json')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await expect(read('a"b\n1\n', 'csv')).rejects.toEqual(badInput(/headings cannot be read/));
  await expect(read('a,"b\n1,2\n', 'csv')).rejects.toEqual(badInput(/headings cannot be read/));
});

const accented = [
  ['csv', 'name\r\nZürich–€\r\n'],
  ['jsonl', '{"name":"Zürich–€"}\n'],
  ['json', '[{"name":"Zürich–€"}]'],
] as const;

test.each(accented)('text of %s is read in the encoding it is said to be in', async (format, text) => {
  const windows1252 = Buffer.from(
    Array.from(text, (character) => ({ '€': 0x80, '–': 0x96 })[character] ?? character.charCodeAt(0)),
  );
  const written: readonly (readonly [DatasetEncoding, Buffer])[] = [
    ['utf-8', Buffer.from(`\ufeff${text}`)],
    ['utf-16le', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['latin1', windows1252],
  ];
  for (const [encoding, bytes] of written)
    expect(await rowsOf(bytes, { format, delimiter: ',', encoding })).toEqual([{ name: 'Zürich–€' }]);
});

test.each(accented)(
  'bytes of %s that are not of its encoding refuse the file as a whole, and say what to do',
  async (format, text) => {
    const bytes = Buffer.from(text, 'latin1');
    const refusal = badInput(/not utf-8 from about byte \d+ on\. Give its encoding \(utf-16le or latin1\)/);
    const asked = { format, delimiter: ',', encoding: 'utf-8' } as const;
    await expect(surveyRows(inPieces(bytes), asked)).rejects.toEqual(refusal);
    await expect(rowsOf(bytes, asked)).rejects.toEqual(refusal);
    const cut = Buffer.from('name\nZü').subarray(0, -1);
    await expect(surveyRows(inPieces(cut), asked)).rejects.toEqual(refusal);
    await expect(surveyRows(inPieces(Buffer.from(text)), asked)).resolves.toMatchObject({ rows: 1 });
  },
);

test.each([
  ['csv', 'a,b\n1,2\n"x"y,1\n\n3,4\n5', 4],
  ['csv', 'a,b\n1,2\n3,"never closed\n4,5\n', 2],
  ['csv', 'a,b', 0],
  ['csv', '', 0],
  ['jsonl', '{"a":1}\n\nno JSON\n{"a":2}', 3],
  ['json', '[{"a":1},2,{"a":3}]', 3],
] as const)('the rows of %s %j are counted as an import counts them: %i', async (format, text, count) => {
  const asked = { format, delimiter: undefined, encoding: 'utf-8' } as const;
  expect(await surveyRows(inPieces(Buffer.from(text)), asked)).toMatchObject({ rows: count });
});

test.each([
  ['jsonl', '{"a":1}\nno JSON\n{"b":null,"a":2}\n{"c":12345678901234567890}', ['a', 'b', 'c']],
  ['json', '[{"a":1},2,{"a":3,"b":{"d":1}}]', ['a', 'b']],
  ['jsonl', 'no JSON\n', null],
  ['jsonl', Array.from({ length: 10_001 }, (_, at) => `{"k${at}":1}`).join('\n'), null],
  ['jsonl', ['a', 'b'].map((name) => `{"${name.repeat(600_000)}":1}`).join('\n'), null],
  ['csv', 'a,b\n1,2', null],
] as const)(
  'the names that rows of %s have are known before the first is written',
  async (format, text, columns) => {
    const asked = { format, delimiter: undefined, encoding: 'utf-8' } as const;
    expect((await surveyRows(inPieces(Buffer.from(text)), asked)).columns).toEqual(columns);
  },
);
