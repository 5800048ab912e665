import { CodedError, newId } from '@tributary/runtime';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Attempt, openImports } from './imported-rows.ts';

vi.setConfig({ testTimeout: 60_000 });

let imports: Awaited<ReturnType<typeof openImports>>;
beforeAll(async () => {
  imports = await openImports();
  const input = ['DTW', 'SFO'].map((iata) => ({
    iata,
    name: iata,
    country: 'US',
    latitude: 1,
    longitude: 2,
  }));
  await imports.graph(
    'mutation Airports($input: [AirportInput!]!) { createAirports(input: $input) { airport { id } } }',
    { input },
  );
});
afterAll(() => imports[Symbol.asyncDispose]());

const mapping = {
  flightKey: 'key',
  origin: 'from',
  destination: 'to',
  scheduledAt: 'at',
  delayMinutes: 'late',
  distanceMiles: 'far',
};
const flights = { model: 'Flight', mapping };
const head = 'key,from,to,at,late,far';

/** Keys in use are unique in the workspace: each test has its own. */
let series = '';
beforeEach(() => {
  series = newId();
});

interface Found {
  readonly flights: {
    readonly totalCount: number;
    readonly nodes: readonly { readonly flightKey: string }[];
  };
}

async function found(): Promise<readonly string[]> {
  const { flights: page } = await imports.graph<Found>(
    `query Found($key: String!) { flights(where: { flightKey: { startsWith: $key } }, first: 100, orderBy: [{ flightKey: ASC }]) {
      totalCount nodes { flightKey } } }`,
    { key: series },
  );
  return page.nodes.map(({ flightKey }) => flightKey.slice(series.length + 1));
}

async function counted(): Promise<number> {
  const { flights: page } = await imports.graph<Found>(
    'query Counted($key: String!) { flights(where: { flightKey: { startsWith: $key } }, first: 1) { totalCount } }',
    { key: series },
  );
  return page.totalCount;
}

test('values that no type of the graph holds cost their own rows and no others', async () => {
  const rows = [
    ['a', 'DTW', 'SFO', '1971-02-28', '5', '10'],
    ['b', 'DTW', 'SFO', '1971-02-28', '99999999999', '10'],
    ['c', 'DTW', 'SFO', '0000-01-01', '5', '10'],
    ['d', 'DTW', 'SFO', '1971-02-30', '5', '10'],
    ['e', 'DTW', 'XXX', '1971-02-28', '5', '10'],
    ['f', 'DTW', 'SFO', '1972-02-29 10:00', '-5', '10'],
  ].map(([key, ...cells]) => [`${series}-${key}`, ...cells].join(','));
  const imported = await imports.attempt({
    name: 'flights.csv',
    text: [head, ...rows].join('\n'),
    input: flights,
  });
  expect(imported).toMatchObject({ rows: 6, created: 2, refused: 4 });
  expect(imported.errors.map(({ row, code }) => [row, code])).toEqual([
    [2, 'BAD_USER_INPUT'],
    [3, 'BAD_USER_INPUT'],
    [4, 'BAD_USER_INPUT'],
    [5, 'NOT_FOUND'],
  ]);
  expect(imported.errors[0]?.message).toBe('late is beyond what Int holds.');
  expect(imported.errors[2]?.message).toBe('at is no moment: there is no such day, read as yyyy-mm-dd.');
  expect(await found()).toEqual(['a', 'f']);
});

test('values of JSON that are of another type than the model wants cost their own rows', async () => {
  const good = { from: 'DTW', to: 'SFO', at: '2001-01-14T21:55:00Z', late: 5, far: 10 };
  const rows = [
    { ...good, late: 1.5 },
    { ...good, late: true },
    { ...good, at: 979_509_300 },
    { ...good, from: { iata: 'DTW' } },
    good,
  ].map((row, at) => JSON.stringify({ key: `${series}-${at}`, ...row }));
  const imported = await imports.attempt({ name: 'flights.jsonl', text: rows.join('\n'), input: flights });
  expect(imported).toMatchObject({ rows: 5, created: 1, refused: 4 });
  expect(imported.errors.map(({ message }) => message)).toEqual([
    'late is no whole number.',
    'late is no whole number.',
    'at is no moment.',
    'from is no text.',
  ]);
  expect(await found()).toEqual(['4']);
});

test('what the graph refuses a whole batch for, because the model has changed meanwhile, costs the rows at fault alone', async () => {
  const rows = Array.from({ length: 40 }, (_, at) => {
    const late = at === 7 || at === 31 ? '1.5' : '5';
    return [`${series}-${String(at).padStart(2, '0')}`, 'DTW', 'SFO', '1971-02-28', late, '10'].join(',');
  });
  const imported = await imports.attempt({
    name: 'flights.csv',
    text: [head, ...rows].join('\n'),
    input: flights,
    describe: (real) => async (model) => {
      const { mutation, fields } = await real(model);
      const before = fields.map((field) =>
        field.name === 'delayMinutes' ? { ...field, type: 'Float' } : field,
      );
      return { mutation, fields: before };
    },
  });
  expect(imported).toMatchObject({ rows: 40, created: 38, refused: 2 });
  expect(imported.errors).toMatchObject([8, 32].map((row) => ({ row, code: 'BAD_USER_INPUT' })));
  expect(await counted()).toBe(38);
});

test('a message is cut between characters, so that the checkpoint can be kept', async () => {
  const states: { readonly errors: readonly { readonly message: string }[] }[] = [];
  const long = `${'x'.repeat(149)}😀`;
  await imports.attempt({
    name: 'flights.csv',
    text: `key,from,to,at,${long},far\n${series}-a,DTW,SFO,1971-02-28,soon,10\n`,
    input: { ...flights, mapping: { ...mapping, delayMinutes: long } },
    saveCheckpoint: async (state) => {
      states.push(state as (typeof states)[number]);
    },
  });
  const [message = ''] = states.at(-1)?.errors.map((error) => error.message) ?? [];
  expect(message).toBe('x'.repeat(149));
});

test('an attempt goes on from any checkpoint, and whatever was written beyond it is there once', async () => {
  const rows = Array.from({ length: 2_600 }, (_, at) =>
    [`${series}-${at}`, 'DTW', at === 1_500 ? 'XXX' : 'SFO', '1971-02-28', '5', '10'].join(','),
  );
  const file = { name: 'flights.csv', text: [head, ...rows].join('\n'), input: flights, runId: newId() };
  const lost = new CodedError('STATE_CONFLICT', 'The runner was killed here.');
  const saved: unknown[] = [];
  const killed = imports.attempt({
    ...file,
    saveCheckpoint: async (state) => {
      if (saved.length > 1) throw lost;
      saved.push(state);
    },
  });
  await expect(killed).rejects.toBe(lost);
  expect(saved).toMatchObject([{ row: 0 }, { row: expect.any(Number) }]);
  expect(await counted()).toBeGreaterThan((saved[1] as { row: number }).row);
  const whole = { rows: 2_600, created: 2_599, refused: 1, errors: [{ row: 1_501, code: 'NOT_FOUND' }] };
  const later: unknown[] = [];
  const keep = async (state: unknown): Promise<void> => {
    later.push(state);
  };
  expect(await imports.attempt({ ...file, checkpoint: saved[1], saveCheckpoint: keep })).toMatchObject(whole);
  expect(later.length).toBeGreaterThan(0);
  expect(later).toMatchObject(later.map(() => ({ total: 2_600 })));
  for (const checkpoint of [...saved, ...later])
    expect(await imports.attempt({ ...file, checkpoint })).toMatchObject(whole);
  expect(await counted()).toBe(2_599);
});

test('an import that goes on after the model got another field leaves it out, and says so', async () => {
  const rows = Array.from({ length: 2_600 }, (_, at) => `A${10_000 + at},Airport ${at},US,1,2,Springfield`);
  const text = ['iata,name,country,latitude,longitude,city', ...rows].join('\n');
  const file = { name: 'airports.csv', text, input: { model: 'Airport' }, runId: newId() };
  const saved: unknown[] = [];
  const saveCheckpoint = async (state: unknown): Promise<void> => {
    if (saved.length > 1) throw new CodedError('STATE_CONFLICT', 'The runner was killed here.');
    saved.push(state);
  };
  const describe: Attempt['describe'] = (real) => async (model) => {
    const { mutation, fields } = await real(model);
    return { mutation, fields: fields.filter(({ name }) => name !== 'city') };
  };
  await expect(imports.attempt({ ...file, saveCheckpoint, describe })).rejects.toThrow(/killed here/);
  const warned: unknown[] = [];
  const warn = (...line: readonly unknown[]): void => void warned.push(line);
  const outcome = await imports.attempt({ ...file, checkpoint: saved[1], warn });
  expect(outcome).toMatchObject({ rows: 2_600, created: 2_600 });
  expect(warned).toEqual([
    ['fields that the model has since the import began are left out', { fields: ['city'] }],
  ]);
  const { airports } = await imports.graph<{ airports: { totalCount: number } }>(
    '{ airports(where: { city: { eq: "Springfield" } }, first: 1) { totalCount } }',
  );
  expect(airports.totalCount).toBe(0);
});

test('an import tells how many rows it has written or refused, and of how many, at its first attempt and when it goes on', async () => {
  const rows = Array.from({ length: 1_500 }, (_, at) => `${series}-${at},DTW,SFO,1971-02-28,5,10`);
  const text = [head, ...rows, 'two,cells', ''].join('\n');
  const file = { name: 'flights.csv', text, input: flights, runId: newId() };
  const told: (readonly [number, number | undefined])[] = [];
  const progress = (done: number, total?: number): void => void told.push([done, total]);
  const saved: unknown[] = [];
  const saveCheckpoint = async (state: unknown): Promise<void> => void saved.push(state);
  await imports.attempt({ ...file, progress, saveCheckpoint });
  expect(told).toEqual([
    [1_000, 1_501],
    [1_501, 1_501],
  ]);
  told.length = 0;
  await imports.attempt({ ...file, progress, checkpoint: saved[1] });
  expect(told).toEqual([[1_501, 1_501]]);
  told.length = 0;
  // One of before totals were kept.
  await imports.attempt({ ...file, progress, checkpoint: { ...(saved[1] as object), total: undefined } });
  expect(told).toEqual([[1_501, undefined]]);
});
