import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numberFormats } from '../src/import-dataset/cell-formats.ts';
import { cellValue } from '../src/import-dataset/cell-value.ts';
import { importInput } from '../src/import-dataset/import-input.ts';
import { importPlan } from '../src/import-dataset/import-plan.ts';

const defaults = { numbers: '1234.5', dates: 'yyyy-mm-dd' } as const;
const read = (text: string, type: string, formats: object): unknown =>
  cellValue(text, { type, column: 'c', formats: { ...defaults, ...formats } });
const badInput = (message: RegExp) =>
  expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringMatching(message) });

test.each([
  ['1.234,5', '1.234,5', 1234.5],
  ['1.234,5', '-1.234.567', -1234567],
  ['1.234,5', '12,75', 12.75],
  ['1.234,5', '1.500', 1500],
  ['1.234,5', ',5', 0.5],
  ['1,234.5', '1,500.25', 1500.25],
  ['1,234.5', '1500.25', 1500.25],
  ['1 234,5', '12\u202f345,6', 12345.6],
  ['1 234,5', '12\u00a0345', 12345],
  ["1'234.5", "1'234'567.5", 1234567.5],
  ["1'234.5", '1’234', 1234],
  ['1234.5', '1234.5', 1234.5],
] as const)('written as %s, %j is %d', (numbers, text, number) => {
  expect(read(text, 'Float', { numbers })).toBe(number);
});

test.each([
  ['1.234,5', '1.5'],
  ['1.234,5', '12.34,5'],
  ['1.234,5', '1,234.5'],
  ['1.234,5', '1.2345'],
  ['1.234,5', '1,2,3'],
  ['1.234,5', ','],
  ['1.234,5', '.'],
  ['1.234,5', '1,5 €'],
  ['1,234.5', '1,23'],
  ['1,234.5', '1.234,5'],
  ['1 234,5', '1.234,5'],
  ["1'234.5", "1'23"],
] as const)('written as %s, %j is no number, and the row is told how they are', (numbers, text) => {
  expect(() => read(text, 'Float', { numbers })).toThrow(badInput(/^c is no number written as 1/));
});

test('a whole number that is written with one zero behind the mark is one, and with more it may be thousands', () => {
  expect(read('5.0', 'Int', {})).toBe(5);
  for (const text of ['1.000', '5.00', '5.5'])
    expect(() => read(text, 'Int', {})).toThrow(badInput(/is no whole number/));
});

test('whole numbers have their thousands too, and nothing behind the decimal mark', () => {
  expect(read('-1.500', 'Int', { numbers: '1.234,5' })).toBe(-1500);
  expect(() => read('1,5', 'Int', { numbers: '1.234,5' })).toThrow(badInput(/no whole number written as/));
  expect(() => read('3.000.000.000', 'Int', { numbers: '1.234,5' })).toThrow(badInput(/beyond what Int/));
});

test.each([
  ['2026-03-08 02:30:01+00', '2026-03-08T02:30:01.000Z'],
  ['2026-03-08 02:30:01.25-05', '2026-03-08T07:30:01.250Z'],
  ['2026-03-08T02:30:01+0530', '2026-03-07T21:00:01.000Z'],
  ['2026-03-08 02:30 -0500', '2026-03-08T07:30:00.000Z'],
  ['2026-03-08 02:30:01+00:00', '2026-03-08T02:30:01.000Z'],
])('an offset may be written as PostgreSQL and ISO 8601 do: %s', (text, moment) => {
  expect(read(text, 'DateTime', {})).toBe(moment);
  const [day = '', time = ''] = [text.slice(0, 10), text.slice(10)];
  const [year, month, date] = day.split('-');
  expect(read(`${date}.${month}.${year}${time}`, 'DateTime', { dates: 'dd.mm.yyyy' })).toBe(moment);
});

test.each(['2026-03-08+00', '2026-03-08 02:30:01+0', '2026-03-08 02:30:01+000', '2026-03-08 02:30:01+05:3'])(
  '%s is no moment',
  (text) => {
    expect(() => read(text, 'DateTime', {})).toThrow(badInput(/^c is no moment/));
  },
);

test.each(['2026-03-08 02:30:01+25', '2026-03-08 02:30:01-0560'])(
  '%s has no offset that there is',
  (text) => {
    expect(() => read(text, 'DateTime', {})).toThrow(badInput(/no such time of day, or offset from UTC/));
  },
);

test('property: a number that is written in a format is read back from it', () => {
  const marks = {
    '1234.5': ['', '.'],
    '1,234.5': [',', '.'],
    '1.234,5': ['.', ','],
    '1 234,5': [' ', ','],
    "1'234.5": ["'", '.'],
  };
  fc.assert(
    fc.property(
      fc.constantFrom(...numberFormats),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.integer({ min: 0, max: 999 }),
      (numbers, whole, thousandths) => {
        const [thousands = '', decimal = ''] = marks[numbers];
        const groups = String(Math.abs(whole)).replace(/\B(?=(\d{3})+$)/g, thousands);
        const text = `${whole < 0 ? '-' : ''}${groups}${decimal}${String(thousandths).padStart(3, '0')}`;
        const number = Number(
          `${whole < 0 ? '-' : ''}${Math.abs(whole)}.${String(thousandths).padStart(3, '0')}`,
        );
        expect(read(text, 'Float', { numbers })).toBe(number);
      },
    ),
  );
});

test.each([
  ['dd.mm.yyyy', '27.11.2026', '2026-11-27T00:00:00.000Z'],
  ['dd.mm.yyyy', '3.4.2026 9:30', '2026-04-03T09:30:00.000Z'],
  ['dd.mm.yyyy', '03.04.2026 09:30:15.5', '2026-04-03T09:30:15.500Z'],
  ['dd/mm/yyyy', '3/4/2026', '2026-04-03T00:00:00.000Z'],
  ['mm/dd/yyyy', '3/4/2026', '2026-03-04T00:00:00.000Z'],
  ['mm/dd/yyyy', '03/04/2026T09:30+02:00', '2026-03-04T07:30:00.000Z'],
  ['yyyy-mm-dd', '2026/11/27 21:55', '2026-11-27T21:55:00.000Z'],
] as const)('written as %s, %j is %s', (dates, text, moment) => {
  expect(read(text, 'DateTime', { dates })).toBe(moment);
});

test.each([
  ['dd.mm.yyyy', '30.2.2026', 'there is no such day, read as dd.mm.yyyy'],
  ['dd.mm.yyyy', '11.27.2026', 'there is no such day, read as dd.mm.yyyy'],
  ['mm/dd/yyyy', '27/11/2026 9:30', 'there is no such day, read as mm/dd/yyyy'],
  ['yyyy-mm-dd', '2026-02-30', 'there is no such day, read as yyyy-mm-dd'],
  ['dd/mm/yyyy', '1/2/2026 25:00', 'there is no such time of day, or offset from UTC'],
  ['yyyy-mm-dd', '2026-02-28 24:00', 'there is no such time of day, or offset from UTC'],
] as const)('written as %s, %j does not exist, and the row says so', (dates, text, fault) => {
  expect(() => read(text, 'DateTime', { dates })).toThrow(`c is no moment: ${fault}.`);
});

test.each([
  ['dd.mm.yyyy', '27.11.26'],
  ['dd.mm.yyyy', '27/11/2026'],
  ['dd.mm.yyyy', '2026-11-27'],
] as const)('written as %s, %j is no moment', (dates, text) => {
  expect(() => read(text, 'DateTime', { dates })).toThrow(badInput(/^c is no moment written as/));
});

test('without a word on formats nothing is guessed, and the row says what the input may say', () => {
  expect(() => read('1,5', 'Float', {})).toThrow(badInput(/`numbers`/));
  expect(() => read('1.500,5', 'Float', {})).toThrow(badInput(/`numbers`/));
  expect(() => read('27.11.2026', 'DateTime', {})).toThrow(badInput(/`dates`/));
});

const model = {
  mutation: 'm',
  fields: [
    { name: 'name', type: 'String', required: false },
    { name: 'delay', type: 'Float', required: false },
    { name: 'distance', type: 'Int', required: false },
    { name: 'at', type: 'DateTime', required: false },
    {
      name: 'gate',
      type: 'GateRef',
      required: false,
      keys: [
        { name: 'id', type: 'ID' },
        { name: 'number', type: 'Int' },
      ],
    },
  ],
};
const columns = ['name', 'delay', 'distance', 'at', 'gate'];
const planOf = (input: object) => {
  const { mapping, numbers, dates } = importInput.parse({
    file: '01938f6e-5b1c-7c3a-9d52-3f6b0c1f2a14',
    model: 'Flight',
    ...input,
  });
  return importPlan(model, { mapping, columns, runId: 'x', formats: { numbers, dates } });
};

test('a file has its formats, and a column of it may have its own', () => {
  const mapping = {
    delay: 'delay',
    distance: { column: 'distance', numbers: '1234.5' },
    at: 'at',
    gate: { column: 'gate', key: 'number', numbers: '1,234.5' },
  };
  const plan = planOf({ mapping, numbers: '1.234,5', dates: 'dd.mm.yyyy' });
  expect(plan.recordOf({ delay: '1.234,5', distance: '2475', at: '3.4.2026', gate: '1,200' })).toEqual({
    delay: 1234.5,
    distance: 2475,
    at: '2026-04-03T00:00:00.000Z',
    gate: { number: 1200 },
  });
});

test.each([
  [{ name: { column: 'name', numbers: '1.234,5' } }, /name is no number/],
  [{ at: { column: 'at', numbers: '1.234,5' } }, /at is no number/],
  [{ delay: { column: 'delay', dates: 'dd.mm.yyyy' } }, /delay is no moment/],
  [{ gate: { column: 'gate', key: 'id', numbers: '1.234,5' } }, /gate is no number/],
])('the mapping %j is refused before anything is written', (mapping, message) => {
  expect(() => planOf({ mapping })).toThrow(badInput(message));
});

test.each([
  { numbers: '1.5' },
  { dates: 'dd.mm.yy' },
  { mapping: { at: { column: 'at', date: 'dd.mm.yyyy' } } },
])('the input %j is refused: there is no such format', (input) => {
  expect(() => planOf(input)).toThrow();
});
