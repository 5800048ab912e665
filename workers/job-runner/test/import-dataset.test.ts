import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellValue } from '../src/import-dataset/cell-value.ts';
import { errorTable } from '../src/import-dataset/error-table.ts';
import { importFile } from '../src/import-dataset/import-file.ts';
import { importInput } from '../src/import-dataset/import-input.ts';
import { importPlan } from '../src/import-dataset/import-plan.ts';
import { orderedRowIds, scatteredRowIds } from '../src/import-dataset/row-id.ts';

const flight = {
  mutation: 'createFlights',
  fields: [
    { name: 'id', type: 'ID', required: false },
    { name: 'flightKey', type: 'String', required: false },
    {
      name: 'origin',
      type: 'AirportRef',
      required: false,
      keys: [
        { name: 'id', type: 'ID' },
        { name: 'iata', type: 'String' },
      ],
    },
    { name: 'scheduledAt', type: 'DateTime', required: true },
    { name: 'delayMinutes', type: 'Int', required: true },
  ],
};

const runId = '01938f6e-5b1c-7c3a-9d52-3f6b0c1f2a14';

const badInput = (message: RegExp) =>
  expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringMatching(message) });

test('a mapping makes records of rows, references by their key', () => {
  const mapping = { origin: 'from', scheduledAt: 'at', delayMinutes: 'late' };
  const plan = importPlan(flight, { mapping, columns: ['from', 'at', 'late', 'surplus'], runId });
  expect(plan.recordOf({ from: 'DTW', at: '2001/01/14 21:55', late: '-5' })).toEqual({
    origin: { iata: 'DTW' },
    scheduledAt: '2001-01-14T21:55:00.000Z',
    delayMinutes: -5,
  });
  expect(plan.recordOf({ from: '', at: '2001-01-14T21:55:00+02:00', late: 3 })).toEqual({
    scheduledAt: '2001-01-14T19:55:00.000Z',
    delayMinutes: 3,
  });
  expect(() => plan.recordOf({ from: 'DTW', at: '', late: '1' })).toThrow(badInput(/at is empty/));
});

test.each([
  [{ wings: 'at', scheduledAt: 'at', delayMinutes: 'late' }, /no field wings/],
  [{ id: 'at', scheduledAt: 'at', delayMinutes: 'late' }, /no field id/],
  [{ __proto__x: 'at' }, /no field __proto__x/],
  [{ scheduledAt: 'when', delayMinutes: 'late' }, /no column when/],
  [{ scheduledAt: 'at' }, /delayMinutes is required/],
  [{ origin: { column: 'from', key: 'name' }, scheduledAt: 'at', delayMinutes: 'late' }, /no key name/],
  [{ scheduledAt: { column: 'at', key: 'x' }, delayMinutes: 'late' }, /is no reference/],
])('the mapping %j is refused before anything is written, and says why', (mapping, message) => {
  expect(() => importPlan(flight, { mapping, columns: ['from', 'at', 'late'], runId })).toThrow(
    badInput(message),
  );
});

test('a reference is looked for by a value of its key’s own type', () => {
  const keys = [
    { name: 'id', type: 'ID' },
    { name: 'number', type: 'Int' },
  ];
  const model = { mutation: 'm', fields: [{ name: 'gate', type: 'GateRef', required: true, keys }] };
  const plan = importPlan(model, { mapping: undefined, columns: ['gate'], runId });
  expect(plan.recordOf({ gate: '7' })).toEqual({ gate: { number: 7 } });
  expect(() => plan.recordOf({ gate: 'A7' })).toThrow(badInput(/gate is no whole number/));
});

test('without a mapping columns are taken by the names of fields', () => {
  const columns = ['scheduledAt', 'delayMinutes', 'id', 'other'];
  const plan = importPlan(flight, { mapping: undefined, columns, runId });
  expect(plan.recordOf({ scheduledAt: '2001-01-14', delayMinutes: '7', id: 'x' })).toEqual({
    scheduledAt: '2001-01-14T00:00:00.000Z',
    delayMinutes: 7,
  });
  const nothing = { mutation: 'm', fields: [] };
  expect(() => importPlan(nothing, { mapping: undefined, columns: ['a'], runId })).toThrow(
    badInput(/no column fits/),
  );
});

test('records of a model with a field importRun name the run, unless the mapping fills it from a column', () => {
  const model = {
    mutation: 'createGates',
    fields: [
      { name: 'name', type: 'String', required: true },
      { name: 'importRunId', type: 'ID', required: false },
    ],
  };
  const other = '01938f6e-5b1c-7c3a-9d52-3f6b0c1f2a15';
  const recordOf = (mapping: Record<string, string> | undefined, columns: string[] | null) =>
    importPlan(model, { mapping, columns, runId }).recordOf({ name: 'A1', importRunId: other });
  const here = { name: 'A1', importRunId: runId };
  expect(recordOf({ name: 'name' }, ['name'])).toEqual(here);
  expect(recordOf(undefined, ['name', 'importRunId'])).toEqual(here);
  expect(recordOf(undefined, null)).toEqual(here);
  expect(recordOf({ name: 'name', importRunId: 'importRunId' }, ['name', 'importRunId'])).toEqual({
    name: 'A1',
    importRunId: other,
  });
});

test.each([
  ['columns', ['name', 'note']],
  ['rows that say their own', null],
])('an import that goes on makes records of the fields it began with, of %s', (_, columns) => {
  const fields = [
    { name: 'name', type: 'String', required: true },
    { name: 'note', type: 'String', required: false },
    { name: 'importRunId', type: 'ID', required: false },
  ];
  const [name = fields[0]] = fields;
  const asked = { mapping: undefined, columns, runId };
  const first = importPlan({ mutation: 'm', fields: name === undefined ? [] : [name] }, asked);
  const later = importPlan({ mutation: 'm', fields }, { ...asked, begunWith: first.fields });
  expect(later.recordOf({ name: 'A1', note: 'new' })).toEqual({ name: 'A1' });
  expect(later.fields).toEqual(first.fields);
  expect(later.leftOut).toEqual(columns === null ? ['importRunId'] : ['note', 'importRunId']);
  expect(importPlan({ mutation: 'm', fields }, asked).recordOf({ name: 'A1', note: 'new' })).toEqual({
    name: 'A1',
    note: 'new',
    importRunId: runId,
  });
});

test.each([
  ['a field is gone', [{ name: 'name', type: 'String', required: true }]],
  [
    'a field has another type',
    [
      { name: 'name', type: 'String', required: true },
      { name: 'size', type: 'Float', required: false },
    ],
  ],
  [
    'a field is required that was not there',
    [
      { name: 'name', type: 'String', required: true },
      { name: 'size', type: 'Int', required: false },
      { name: 'note', type: 'String', required: true },
    ],
  ],
])('an import does not go on where %s since it began', (_, fields) => {
  const before = [
    { name: 'name', type: 'String', required: true },
    { name: 'size', type: 'Int', required: false },
  ];
  const asked = { mapping: undefined, columns: ['name', 'size', 'note'], runId };
  const { fields: begunWith } = importPlan({ mutation: 'm', fields: before }, asked);
  expect(() => importPlan({ mutation: 'm', fields }, { ...asked, begunWith })).toThrow(
    expect.objectContaining({ code: 'STATE_CONFLICT', message: expect.stringMatching(/model has changed/) }),
  );
});

test('an import goes on with the key by which it began to find references', () => {
  const keyed = (...keys: readonly string[]) => ({
    mutation: 'm',
    fields: [
      {
        name: 'gate',
        type: 'GateRef',
        required: false,
        keys: ['id', ...keys].map((name) => ({ name, type: 'String' })),
      },
    ],
  });
  const asked = { mapping: { gate: 'gate' }, columns: ['gate'], runId };
  const { fields: begunWith } = importPlan(keyed('number'), asked);
  const again = { ...asked, begunWith };
  expect(importPlan(keyed('number'), again).recordOf({ gate: 'A7' })).toEqual({ gate: { number: 'A7' } });
  expect(() => importPlan(keyed('code'), again)).toThrow(expect.objectContaining({ code: 'STATE_CONFLICT' }));
  const named = { ...again, mapping: { gate: { column: 'gate', key: 'number' } } };
  expect(importPlan(keyed('number', 'code'), named).fields).toEqual(begunWith);
});

test('nothing is guessed: what is no number, moment or truth value is refused by its column', () => {
  const value = (type: string, cell: unknown) => cellValue(cell, { type, column: 'c' });
  for (const [type, cell] of [
    ['Int', '1.5'],
    ['Int', '0x10'],
    ['Int', '9'.repeat(16)],
    ['Float', 'NaN'],
    ['Float', '1,5'],
    ['Boolean', 'perhaps'],
    ['DateTime', '14.01.2001'],
    ['DateTime', '2001-13-01'],
    ['DateTime', '1971-02-30'],
    ['DateTime', '2001-02-29T10:00:00+02:00'],
    ['DateTime', '0000-01-01'],
    ['Int', '2147483648'],
    ['Int', -2_147_483_649],
    ['Int', 1.5],
    ['Int', true],
    ['Float', '1e999'],
    ['Float', 'Infinity'],
    ['Boolean', 1],
    ['DateTime', 979_509_300],
    ['String', { a: 1 }],
    ['ID', false],
    ['JSON', '{'],
  ])
    expect(() => value(String(type), cell)).toThrow(badInput(/^c is/));
  expect(() => value('Float', '1.234,50')).toThrow(badInput(/it has a comma, where numbers have a point/));
  expect(() => value('DateTime', '14.01.2001')).toThrow(badInput(/the year comes first \(2026-11-27/));
  expect(() => value('JSON', '{"$where":1}')).toThrow(badInput(/^c cannot be kept/));
  expect([
    value('Float', '1.5e3'),
    value('Boolean', 'No'),
    value('JSON', '[1]'),
    value('String', ' x '),
  ]).toEqual([1500, false, [1], ' x ']);
  expect([value('Int', '-2147483648'), value('Int', 7), value('ID', 7), value('JSON', false)]).toEqual([
    -2_147_483_648,
    7,
    '7',
    false,
  ]);
  expect([value('Int', ''), value('String', null), value('Int', undefined)]).toEqual([null, null, null]);
});

test.each([
  ['ordered', orderedRowIds],
  ['scattered', scatteredRowIds],
] as const)(
  'property: a row has one %s id in every attempt, and no two rows of any runs share one',
  (_, idsOf) => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 10_000_000 }), (run, row) => {
        const id = idsOf(run)(row);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(idsOf(run)(row)).toBe(id);
        const place = `${run}/${row}`;
        expect(seen.get(id) ?? place).toBe(place);
        seen.set(id, place);
      }),
    );
  },
);

test('property: the ids of a run are in the order of its rows, after those of runs of earlier milliseconds', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 2 ** 32 - 1 }), { minLength: 2 }), (some) => {
      const rows = some.sort((a, b) => a - b);
      const ids = rows.map(orderedRowIds(runId));
      expect([...ids].sort()).toEqual(ids);
      const earlier = orderedRowIds('01938f6e-5b1b-7fff-bfff-ffffffffffff')(2 ** 32 - 1);
      expect(earlier < (ids[0] ?? '')).toBe(true);
    }),
  );
  expect(() => orderedRowIds(runId)(2 ** 32)).toThrow(RangeError);
});

test('errors are a CSV that a spreadsheet does not run', () => {
  const errors = [
    { row: 7, code: 'BAD_USER_INPUT', message: '=cmd|"/c calc"!A1 is no number.' },
    { row: 9, code: 'CONFLICT', message: 'iata is taken.' },
  ];
  expect(errorTable(errors)).toBe(
    `row,code,message\r\n7,BAD_USER_INPUT,"'=cmd|""/c calc""!A1 is no number."\r\n9,CONFLICT,"iata is taken."\r\n`,
  );
});

test('each reading of a file has a link of its own, and other bytes are not taken for the first ones', async () => {
  let asked = 0;
  let sha256 = 'a'.repeat(64);
  const loaded: string[] = [];
  const file = await importFile({
    input: importInput.parse({ file: runId, model: 'Flight' }),
    graph: async <Data>() => {
      asked += 1;
      const facts = { name: 'given.csv', sizeBytes: 1, sha256, state: 'AVAILABLE', trashedAt: null };
      return { file: { ...facts, downloadUrl: `/files/d/${asked}` } } as Data;
    },
    download: async (path) => {
      loaded.push(path);
      return Readable.from([]);
    },
  });
  await file.bytes();
  await file.bytes();
  expect(loaded).toEqual(['/files/d/2', '/files/d/3']);
  sha256 = 'b'.repeat(64);
  await expect(file.bytes()).rejects.toMatchObject({ code: 'CONTENT_MISMATCH', retryable: true });
});
