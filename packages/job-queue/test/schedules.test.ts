import { cronTime, defaultRetry, retryCeilingMs, retryDelayMs, ticksToRun } from '@tributary/job-queue';
import { newId } from '@tributary/runtime';
import { takeRights } from '@tributary/test-kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changed, type OpenQueue, openQueue, principal } from './open-queue.fixture.ts';

const iso = (times: readonly (number | undefined)[]): readonly string[] =>
  times.map((time) => (time === undefined ? 'never' : new Date(time).toISOString()));
const at = (text: string): number => Date.parse(text);

test('a time that does not exist where clocks spring forward comes right after the gap, once', () => {
  const time = cronTime('30 2 * * *', 'America/New_York');
  const first = time.next(at('2026-03-08T00:00:00Z'));
  expect(iso([first, time.next(first ?? 0)])).toEqual([
    '2026-03-08T07:00:00.000Z',
    '2026-03-09T06:30:00.000Z',
  ]);
});

test('a time that exists twice where clocks fall back comes once, and steps go on evenly', () => {
  const fixed = cronTime('30 1 * * *', 'America/New_York');
  const first = fixed.next(at('2026-11-01T00:00:00Z'));
  expect(iso([first, fixed.next(first ?? 0)])).toEqual([
    '2026-11-01T05:30:00.000Z',
    '2026-11-02T06:30:00.000Z',
  ]);
  const steps = cronTime('*/30 * * * *', 'America/New_York').last(at('2026-11-01T07:00:00Z'), 4);
  expect(iso(steps)).toEqual(
    ['05:30', '06:00', '06:30', '07:00'].map((clock) => `2026-11-01T${clock}:00.000Z`),
  );
});

test.each([
  ['0 2,14 28 3 *', 'Europe/Berlin', '2027-03-27', ['2027-03-28T01:00', '2027-03-28T12:00']],
  ['0,30 2 28 3 *', 'Europe/Berlin', '2027-03-27', ['2027-03-28T01:00', '2028-03-28T00:00']],
  ['30 2,12 14 3 *', 'America/New_York', '2027-03-13', ['2027-03-14T07:00', '2027-03-14T16:30']],
  ['0 2,14 31 10 *', 'Europe/Berlin', '2027-10-30', ['2027-10-31T00:00', '2027-10-31T13:00']],
  [
    '0 1-3 31 10 *',
    'Europe/Berlin',
    '2027-10-30',
    ['2027-10-30T23:00', '2027-10-31T00:00', '2027-10-31T02:00'],
  ],
])('%s in %s is as each of its times is by itself where clocks change', (cron, zone, day, ticks) => {
  const time = cronTime(cron, zone);
  const found: number[] = [];
  for (let last = at(`${day}T00:00:00Z`); found.length < ticks.length; found.push(last))
    last = time.next(last) ?? Number.NaN;
  expect(iso(found)).toEqual(ticks.map((tick) => `${tick}:00.000Z`));
  expect(time.last(found.at(-1) ?? 0, found.length)).toEqual(found);
});

test.each([
  'x',
  '',
  '* * * *',
  '61 * * * *',
  '* * * * * *',
  '2026-01-01T00:00:00',
  '@reboot',
  `${'*'.repeat(300)} * * * *`,
])('the expression %j is refused', (cron) => {
  expect(() => cronTime(cron, 'UTC')).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
});

test.each(['Mars/Olympus', '', ' '])('the time zone %j is refused', (zone) => {
  expect(() => cronTime('@daily', zone)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
});

const zones = fc.constantFrom(
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
);
const crons = fc.constantFrom(
  '0 3 * * *',
  '30 2 * * *',
  '0,30 1-3 * * *',
  '15 2,14 * * *',
  '*/15 * * * *',
  '0 */6 * * *',
  '15 1 * * 0',
  '0 0 1 * *',
  '@hourly',
);
const moments = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') });

test('property: looking back and looking forward find the same ticks, each once and in order, across every change of clocks', () => {
  fc.assert(
    fc.property(crons, zones, moments, (cron, zone, fromMs) => {
      const time = cronTime(cron, zone);
      const forward: number[] = [];
      for (let last = fromMs; forward.length < 8; ) {
        const next = time.next(last);
        if (next === undefined) break;
        expect(next).toBeGreaterThan(last);
        forward.push(next);
        last = next;
      }
      expect(time.last(forward.at(-1) ?? 0, forward.length)).toEqual(forward);
    }),
    { numRuns: 300 },
  );
});

test('property: a time of the day that exists comes at that time of the day in its zone', () => {
  fc.assert(
    fc.property(
      zones,
      moments,
      fc.integer({ min: 4, max: 23 }),
      fc.integer({ min: 0, max: 59 }),
      (zone, fromMs, hour, minute) => {
        const tick = cronTime(`${minute} ${hour} * * *`, zone).next(fromMs);
        const shown = new Intl.DateTimeFormat('en-GB', {
          timeZone: zone,
          hour: '2-digit',
          minute: '2-digit',
        }).format(tick);
        expect(shown).toBe(`${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
        expect((tick ?? 0) - fromMs).toBeLessThanOrEqual(25 * 3_600_000);
      },
    ),
    { numRuns: 300 },
  );
});

test('missed ticks are skipped, made one, or caught up with, the latest hundred at most', async () => {
  const time = cronTime('* * * * *', 'UTC');
  const nowMs = at('2026-05-01T12:00:30Z');
  const since = (minutes: number) => ({ fromMs: at('2026-05-01T12:00:00Z') - minutes * 60_000, nowMs });
  expect(iso(await ticksToRun(time, 'SKIP', since(500)))).toEqual(['2026-05-01T12:00:00.000Z']);
  expect(iso(await ticksToRun(time, 'ONCE', since(500)))).toEqual(['2026-05-01T12:00:00.000Z']);
  expect(await ticksToRun(time, 'CATCH_UP', since(4))).toHaveLength(5);
  expect(await ticksToRun(time, 'CATCH_UP', since(500))).toHaveLength(100);
  const daily = cronTime('0 3 * * *', 'UTC');
  const late = { fromMs: at('2026-05-01T03:00:00Z'), nowMs };
  expect(await ticksToRun(daily, 'SKIP', late)).toEqual([]);
  expect(iso(await ticksToRun(daily, 'ONCE', late))).toEqual(['2026-05-01T03:00:00.000Z']);
});

test('of a schedule that seldom ticks no tick before the first it missed is looked for, but one', async () => {
  const tick = at('2044-02-29T00:00:00Z');
  const asked: number[] = [];
  const time = {
    next: () => undefined,
    last: (atMs: number) => {
      asked.push(atMs);
      return [atMs < tick ? at('2016-02-29T00:00:00Z') : tick];
    },
  };
  expect(await ticksToRun(time, 'CATCH_UP', { fromMs: tick, nowMs: tick + 30_000 })).toEqual([tick]);
  expect(asked).toHaveLength(2);
});

test('property: a retry waits from nothing to a ceiling that doubles up to its end', () => {
  const policies = fc.record({
    maxAttempts: fc.integer({ min: 1, max: 100 }),
    backoffMs: fc.integer({ min: 1, max: 100_000 }),
    backoffMaxMs: fc.integer({ min: 1, max: 10_000_000 }),
  });
  fc.assert(
    fc.property(
      policies,
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (policy, attempt, draw) => {
        const ceiling = retryCeilingMs(policy, attempt);
        const delay = retryDelayMs(policy, attempt, draw);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(ceiling);
        // A uniform draw: it is this part of the ceiling, to the millisecond.
        expect(Math.abs(delay - draw * ceiling)).toBeLessThanOrEqual(1);
        expect(ceiling).toBeLessThanOrEqual(policy.backoffMaxMs);
        const next = retryCeilingMs(policy, attempt + 1);
        expect(next).toBe(Math.min(policy.backoffMaxMs, 2 * ceiling));
      },
    ),
  );
  expect(retryCeilingMs(defaultRetry, 1)).toBe(defaultRetry.backoffMs);
});

async function addSchedule(jobs: OpenQueue, missed: string, minutesAgo: number): Promise<string> {
  const id = newId();
  const request = { queue: 'default', input: { a: 1 }, retry: defaultRetry, timeLimitMs: 1_000 };
  await jobs.relational.query(
    `INSERT INTO jobs.schedule (workspace_id, id, name, job, cron, time_zone, missed, request, enabled, next_at, principal, created_at)
     VALUES ($1, $2::uuid, $2::text, 'work', '* * * * *', 'UTC', $3, $4, true, date_trunc('minute', now()) - $5 * interval '1 minute', $6, now())`,
    [jobs.workspaceId, id, missed, JSON.stringify(request), minutesAgo, JSON.stringify(principal)],
  );
  return id;
}

test('a tick enqueues one run, however many processes tick at once', async () => {
  await using jobs = await openQueue();
  const id = await addSchedule(jobs, 'CATCH_UP', 3);
  await Promise.all(Array.from({ length: 6 }, () => jobs.queue.maintain()));
  const runs = await jobs.claim();
  expect(runs).toHaveLength(4);
  expect(runs.every((run) => run.origin === `schedule:${id}`)).toBe(true);
  // Set back by hand, or by a restored backup: the ticks that ran are known.
  await jobs.relational.query(`UPDATE jobs.schedule SET next_at = next_at - interval '4 minutes'`);
  await jobs.queue.maintain();
  expect((await jobs.claim()).length).toBeLessThanOrEqual(1);
});

test('a schedule that cannot be run is passed over and says why, and those of others tick', async () => {
  await using jobs = await openQueue();
  const change = (id: string, to: string, value: unknown) =>
    jobs.relational.query(`UPDATE jobs.schedule SET ${to} = $2 WHERE id = $1`, [id, value]);
  // Due before the others, as rows of an older release might be, or whose time zone has another name now.
  const noZone = await addSchedule(jobs, 'ONCE', 9);
  await change(noZone, 'time_zone', 'Mars/Olympus');
  const noCron = await addSchedule(jobs, 'ONCE', 8);
  await change(noCron, 'cron', 'now and then');
  const noRequest = await addSchedule(jobs, 'ONCE', 7);
  await change(noRequest, 'request', '{}');
  const nobodys = await addSchedule(jobs, 'ONCE', 6);
  await change(nobodys, 'principal', JSON.stringify({ ...principal, id: newId() }));
  // Whoever drains a queue wants its ticks to pass.
  const drained = await addSchedule(jobs, 'ONCE', 5);
  await jobs.relational.query(
    `UPDATE jobs.schedule SET request = request || '{"queue":"slow"}' WHERE id = $1`,
    [drained],
  );
  await changed(jobs, { name: 'slow', concurrency: 5 });
  await jobs.relational.query(`UPDATE jobs.queue SET state = 'DRAINING' WHERE name = 'slow'`);
  const good = await addSchedule(jobs, 'ONCE', 1);
  await jobs.queue.maintain();
  expect((await jobs.claim()).map(({ origin }) => origin)).toEqual([`schedule:${good}`]);
  const { rows } = await jobs.relational.query(
    `SELECT id, last_error_code AS code, next_at > now() AS "goesOn", last_at IS NOT NULL AS ticked
     FROM jobs.schedule ORDER BY last_error_at NULLS LAST, id`,
  );
  expect(rows).toHaveLength(6);
  expect(new Map(rows.map(({ id, ...told }) => [id, told]))).toEqual(
    new Map<unknown, unknown>([
      [noZone, { code: 'BAD_USER_INPUT', goesOn: null, ticked: false }],
      [noCron, { code: 'BAD_USER_INPUT', goesOn: null, ticked: false }],
      [noRequest, { code: 'INTERNAL', goesOn: true, ticked: false }],
      [nobodys, { code: 'FORBIDDEN', goesOn: true, ticked: false }],
      [drained, { code: 'QUEUE_DRAINING', goesOn: true, ticked: false }],
      [good, { code: null, goesOn: true, ticked: true }],
    ]),
  );
});

test('a tick that starts something again takes back what the schedule said of the one before', async () => {
  await using jobs = await openQueue();
  const id = await addSchedule(jobs, 'ONCE', 1);
  const errorCode = async () => {
    const { rows } = await jobs.relational.query('SELECT last_error_code AS code FROM jobs.schedule');
    return rows;
  };
  await takeRights(jobs.relational, { ...principal, workspaceId: jobs.workspaceId }, 'demoted');
  await jobs.queue.maintain();
  expect(await errorCode()).toEqual([{ code: 'FORBIDDEN' }]);
  await jobs.relational.query(`UPDATE identity.member SET role = 'EDITOR'`);
  await jobs.relational.query(`UPDATE jobs.schedule SET next_at = now() - interval '1 minute'`);
  await jobs.queue.maintain();
  expect(await errorCode()).toEqual([{ code: null }]);
  expect((await jobs.claim()).map(({ origin }) => origin)).toEqual([`schedule:${id}`]);
});

test('schedules that cannot tick at the moment keep none of those behind them from theirs, however many they are', async () => {
  await using jobs = await openQueue();
  const stuck: string[] = [];
  for (let n = 0; n < 60; n += 1) stuck.push(await addSchedule(jobs, 'ONCE', 9));
  const good = await addSchedule(jobs, 'ONCE', 1);
  // As where somebody has long held a row that their runs need.
  await jobs.relational.query(
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'held' USING ERRCODE = '55P03'; END $$`,
  );
  await jobs.relational.query(
    `CREATE TRIGGER refuse BEFORE INSERT ON jobs.run FOR EACH ROW WHEN (NEW.origin <> 'schedule:${good}') EXECUTE FUNCTION refuse()`,
  );
  await jobs.queue.maintain();
  await jobs.queue.maintain();
  expect((await jobs.claim()).map(({ origin }) => origin)).toEqual([`schedule:${good}`]);
  await jobs.relational.query('DROP TRIGGER refuse ON jobs.run');
  await jobs.queue.maintain();
  await jobs.queue.maintain();
  const origins = (await jobs.claim(100)).map(({ origin }) => origin);
  expect(new Set(origins)).toEqual(new Set(stuck.map((id) => `schedule:${id}`)));
});
