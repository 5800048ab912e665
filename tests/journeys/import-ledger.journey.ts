import { setTimeout as delay } from 'node:timers/promises';
import { eventually, processesNaming } from '@tributary/test-kit';
import { beforeAll, expect, inject, test } from 'vitest';
import { type Newcomer, newWorkspace } from '../security/newcomers.ts';
import { endedRun, enqueued, type ShownRun, shownRun } from './runs.ts';
import { wholeUpload } from './tus-upload.ts';
import { vegaFile } from './vega-files.ts';

const { url } = inject('product');
/** Imports at a time, each with a process of its own, and how often each of these is killed. */
const [imports, killsOfEach] = inject('ledgerKills') < 20 ? [2, 2] : [5, 4];
const rows = 3_000;

let owner: Newcomer;
let file = '';
beforeAll(async () => {
  ({ owner } = await newWorkspace(url));
  const authorization = owner.ask.authorization ?? '';
  const airports = await wholeUpload({ ...(await vegaFile('airports.csv')), url, authorization });
  const { ask } = owner;
  await endedRun(ask, await enqueued(ask, 'import-dataset', { file: airports, model: 'Airport' }));
  const flights = JSON.parse((await vegaFile('flights-5k.json')).bytes.toString()) as readonly object[];
  const bytes = Buffer.from(JSON.stringify(flights.slice(0, rows)));
  file = await wholeUpload({ name: 'flights.json', bytes, url, authorization });
}, 120_000);

const mapping = {
  origin: 'origin',
  destination: 'destination',
  scheduledAt: 'date',
  delayMinutes: 'delay',
  distanceMiles: 'distance',
};

interface Killed {
  readonly id: string;
  /** Attempts that a kill has ended: one that comes after the last word of its process ends none. */
  readonly kills: number;
}

const processOf = (id: string): number => Number.parseInt(processesNaming(id)[0] ?? '0', 10);

function killIfRunning(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended between the look and the kill.
  }
}

/**
 * An import whose process is killed at moments of chance: every other time while it starts or looks for its place, and else once it has gone
 * on. One that ends before the next of them was killed less often.
 */
async function killedImport(): Promise<Killed> {
  const id = await enqueued(owner.ask, 'import-dataset', { file, model: 'Flight', mapping });
  let kills = 0;
  let done = 0;
  while (kills < killsOfEach) {
    const before = done;
    const goesOn = kills % 2 === 1;
    const state = await eventually(
      async () => {
        const shown = await shownRun(owner.ask, id);
        const isThere = processOf(id) > 0 && (!goesOn || shown.progress.done > before);
        expect(shown.state === 'SUCCEEDED' || isThere).toBe(true);
        ({ done } = shown.progress);
        return shown.state;
      },
      { timeoutMs: 60_000 },
    );
    if (state === 'SUCCEEDED') break;
    await delay(Math.random() * (goesOn ? 100 : 1_000));
    const pid = processOf(id);
    if (pid === 0) continue;
    killIfRunning(pid);
    await eventually(() => expect(processOf(id)).not.toBe(pid));
    kills += 1;
  }
  const { attempt, ...ended } = await endedRun(owner.ask, id);
  expect(ended).toMatchObject({ state: 'SUCCEEDED', output: { rows, created: rows, refused: 0 } });
  expect(attempt - 1).toBeLessThanOrEqual(kills);
  return { id, kills: attempt - 1 };
}

interface Counted {
  readonly flights: { readonly totalCount: number };
  readonly metric: { readonly series: readonly { readonly points: readonly { readonly rows: number }[] }[] };
}

test(`imports whose processes are killed at ${imports * killsOfEach} moments of chance make every row once, tell of every row once, and leave no process behind`, {
  retry: 0,
  timeout: 300_000,
}, async () => {
  const done: Killed[] = [];
  const killed = (): number => done.reduce((sum, { kills }) => sum + kills, 0);
  while (killed() < imports * killsOfEach) {
    const missing = Math.ceil((imports * killsOfEach - killed()) / killsOfEach);
    done.push(...(await Promise.all(Array.from({ length: missing }, killedImport))));
  }
  for (const { id } of done) {
    const { data } = await owner.ask<Pick<Counted, 'flights'>>(
      'query ($run: ID!) { flights(first: 1, where: { importRun: { eq: $run } }) { totalCount } }',
      { run: id },
    );
    expect(data.flights.totalCount).toBe(rows);
    await eventually(() => expect(processesNaming(id)).toEqual([]));
  }
  // A row that was told twice, or never, would be counted so.
  await eventually(
    async () => {
      const { data } =
        await owner.ask<Counted>(`{ flights(first: 1) { totalCount } metric(name: "flight_delay", window: DAY,
        from: "2000-12-01T00:00:00Z", to: "2001-12-01T00:00:00Z") { series { points { rows } } } }`);
      const counted = data.metric.series.flatMap(({ points }) => points);
      expect([data.flights.totalCount, counted.reduce((sum, { rows: n }) => sum + n, 0)]).toEqual([
        rows * done.length,
        rows * done.length,
      ]);
    },
    { timeoutMs: 60_000 },
  );
});

interface Log {
  readonly run: {
    readonly logs: { readonly nodes: readonly { readonly message: string; readonly fields: unknown }[] };
  };
}

/** The rows with which attempts of a run went on that found a checkpoint. */
async function wentOnWith(id: string): Promise<readonly number[]> {
  const { data } = await owner.ask<Log>(
    'query ($id: ID!) { run(id: $id) { logs(first: 100) { nodes { message fields } } } }',
    { id },
  );
  return data.run.logs.nodes.flatMap(({ message, fields }) =>
    message === 'going on with the import' ? [(fields as { row: number }).row] : [],
  );
}

interface Overdue {
  readonly run: ShownRun;
  readonly rows: number;
}

/**
 * An import that its time limit ends when some of its rows are made. On a busy machine its process needs more than the shortest limit to begin, and a
 * quick one makes the rows of the smaller files within it.
 */
async function overdueImport(names = ['10k', '20k', '200k'], timeLimitMs = 1_000): Promise<Overdue> {
  const [name, ...larger] = names;
  const { bytes } = await vegaFile(`flights-${name}.json`);
  const authorization = owner.ask.authorization ?? '';
  const flights = await wholeUpload({ name: 'flights.json', bytes, url, authorization });
  const input = { file: flights, model: 'Flight', mapping };
  const once = { timeLimitMs, maxAttempts: 1 };
  const run = await endedRun(owner.ask, await enqueued(owner.ask, 'import-dataset', input, once));
  if (run.state === 'SUCCEEDED') return overdueImport(larger, timeLimitMs);
  expect(run).toMatchObject({ state: 'FAILED', attempt: 1, error: { code: 'TIME_LIMIT' } });
  if (run.progress.done === 0) return overdueImport(names, timeLimitMs * 2);
  return { run, rows: (JSON.parse(bytes.toString()) as readonly object[]).length };
}

test('an import that its time limit ends goes on from its checkpoint each time it is driven again, and makes every row once', async () => {
  let { run, rows: all } = await overdueImport();
  const done = [run.progress.done];
  while (run.state === 'FAILED' && done.length < 50) {
    expect(run.error?.code).toBe('TIME_LIMIT');
    const { errors } = await owner.ask('mutation ($id: ID!) { retryRun(id: $id) { id } }', { id: run.id });
    expect(errors).toEqual([]);
    run = await endedRun(owner.ask, run.id);
    done.push(run.progress.done);
  }
  const outcome = { rows: all, created: all, refused: 0 };
  expect(run).toMatchObject({ state: 'SUCCEEDED', attempt: done.length, output: outcome });
  // One that its limit ends before it has found its place says nothing; nobody begins before where another stood.
  const rowsOfAttempts = await wentOnWith(run.id);
  expect(rowsOfAttempts.length).toBeGreaterThan(0);
  expect(rowsOfAttempts.length).toBeLessThan(done.length);
  expect(rowsOfAttempts[0]).toBeGreaterThan(done[0] ?? 0);
  expect(rowsOfAttempts).toEqual([...rowsOfAttempts].sort((one, other) => one - other));
  const { data } = await owner.ask<Pick<Counted, 'flights'>>(
    'query ($run: ID!) { flights(first: 1, where: { importRun: { eq: $run } }) { totalCount } }',
    { run: run.id },
  );
  expect(data.flights.totalCount).toBe(all);
}, 120_000);
