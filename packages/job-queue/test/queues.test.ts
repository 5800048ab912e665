import { openRelational } from '@tributary/engines/relational/open';
import {
  createJobQueue,
  type QueueChange,
  type RunSummary,
  redriveRun,
  replayRun,
  retentionDays,
} from '@tributary/job-queue';
import { createLogger, newId } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema/events';
import { expect, test } from 'vitest';
import { changed, type OpenQueue, openQueue, principal } from './open-queue.fixture.ts';

const change = (jobs: OpenQueue, settings: Omit<QueueChange, 'name'>) =>
  changed(jobs, { name: 'default', ...settings });

const failure = { code: 'X', message: 'x', retryable: true };

const again = (jobs: OpenQueue, steer: typeof redriveRun | typeof replayRun, id: string) =>
  jobs.relational.transaction(
    (tx): Promise<RunSummary> =>
      steer(tx, { workspaceId: jobs.workspaceId, id }, { clock: jobs.clock, principal }),
  );

const finish = async (jobs: OpenQueue, runs: readonly { readonly lease: { id: string } }[]) =>
  jobs.queue.succeed(runs.map((run) => ({ lease: run.lease as never, output: null })));

test('a paused queue starts nothing from its commit on, and goes on where it was when resumed', async () => {
  await using jobs = await openQueue();
  const before = await jobs.enqueue();
  await change(jobs, { state: 'PAUSED' });
  expect(await jobs.claim()).toEqual([]);
  const after = await jobs.enqueue();
  await jobs.queue.maintain();
  expect([await jobs.state(before), await jobs.state(after)]).toEqual(['HELD', 'HELD']);
  await change(jobs, { state: 'RUNNING' });
  await jobs.queue.maintain();
  expect((await jobs.claim()).map(({ id }) => id)).toEqual([before, after]);
  const types = (await jobs.takeEvents()).map(({ event }) => event.type);
  expect(types.filter((type) => type === 'jobs.queue.changed')).toHaveLength(2);
});

test('a draining queue works off what it has and takes nothing new', async () => {
  await using jobs = await openQueue();
  const id = await jobs.enqueue();
  await change(jobs, { state: 'DRAINING' });
  await expect(jobs.enqueue()).rejects.toMatchObject({ code: 'QUEUE_DRAINING' });
  expect((await jobs.claim()).map((run) => run.id)).toEqual([id]);
});

test('a draining queue takes nothing that has ended, be it replayed or driven again, and works off the attempts that are left', async () => {
  await using jobs = await openQueue();
  const retry = { maxAttempts: 2, backoffMs: 0, backoffMaxMs: 0 };
  const [dead, left] = [await jobs.enqueue({ retry: { ...retry, maxAttempts: 1 } }), newId()];
  const fail = async (): Promise<void> => {
    const runs = await jobs.claim();
    await jobs.queue.fail(runs.map((run) => ({ run, failure })));
  };
  await fail();
  await jobs.enqueue({ id: left, retry });
  await change(jobs, { state: 'DRAINING' });
  const refused = { code: 'QUEUE_DRAINING', details: { queue: 'default' } };
  await expect(again(jobs, redriveRun, dead)).rejects.toMatchObject(refused);
  await expect(again(jobs, replayRun, dead)).rejects.toMatchObject(refused);
  expect(await jobs.state(dead)).toBe('FAILED');
  await fail();
  await jobs.queue.maintain();
  expect((await jobs.claim()).map(({ id }) => id)).toEqual([left]);
  await change(jobs, { state: 'RUNNING' });
  expect(await again(jobs, redriveRun, dead)).toMatchObject({ state: 'QUEUED' });
});

test('what would follow a run that is driven again into a draining queue keeps it from that', async () => {
  await using jobs = await openQueue();
  const id = await jobs.enqueue({ retry: { maxAttempts: 1, backoffMs: 0, backoffMaxMs: 0 } });
  const behind = newId();
  const dependsOn = [{ runId: id, condition: 'SUCCESS' as const }];
  await jobs.enqueue({ id: behind, queue: 'behind', dependsOn });
  await jobs.queue.fail((await jobs.claim()).map((run) => ({ run, failure })));
  await changed(jobs, { name: 'behind', state: 'DRAINING' });
  await expect(again(jobs, redriveRun, id)).rejects.toMatchObject({ details: { queue: 'behind' } });
  expect([await jobs.state(id), await jobs.state(behind)]).toEqual(['FAILED', 'SKIPPED']);
});

test('no more runs of a queue are at work than its concurrency allows, whoever claims', async () => {
  await using jobs = await openQueue();
  await change(jobs, { concurrency: 3 });
  await jobs.queue.enqueueNow(Array.from({ length: 10 }, () => jobs.request()));
  const claims = (await Promise.all([jobs.claim(), jobs.claim(), jobs.claim()])).flat();
  expect(claims).toHaveLength(3);
  expect(await jobs.claim()).toEqual([]);
  await finish(jobs, claims.slice(0, 2));
  expect(await jobs.claim()).toHaveLength(2);
});

test('a limit per key holds back its key and no other', async () => {
  await using jobs = await openQueue();
  await change(jobs, { keyConcurrency: 1 });
  for (const key of ['a', 'a', 'a', 'b', 'c']) await jobs.enqueue({ key });
  const first = await jobs.claim();
  const { rows } = await jobs.relational.query<{ key: string }>(
    `SELECT key FROM jobs.run WHERE state = 'RUNNING' ORDER BY key`,
  );
  expect(rows.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  await finish(jobs, first);
  expect(await jobs.claim()).toHaveLength(1);
});

test('a rate bounds the starts in any span of its period', async () => {
  await using jobs = await openQueue();
  await change(jobs, { rateLimit: 2, ratePeriodMs: 60_000 });
  await jobs.queue.enqueueNow(Array.from({ length: 5 }, () => jobs.request()));
  await finish(jobs, await jobs.claim());
  expect(await jobs.claim()).toEqual([]);
  await jobs.relational.query(`UPDATE jobs.start SET at = at - interval '61 seconds'`);
  expect(await jobs.claim()).toHaveLength(2);
});

test('a rate per key bounds the starts of its key in any span of its period, and of no other', async () => {
  await using jobs = await openQueue();
  await change(jobs, { keyRateLimit: 2, ratePeriodMs: 60_000 });
  for (const key of ['a', 'a', 'a', 'a', 'a', 'b']) await jobs.enqueue({ key });
  const claimed = async () => {
    const runs = await jobs.claim();
    await finish(jobs, runs);
    const { rows } = await jobs.relational.query<{ key: string }>(
      'SELECT key FROM jobs.run WHERE id = ANY($1) ORDER BY key',
      [runs.map(({ id }) => id)],
    );
    return rows.map(({ key }) => key);
  };
  expect(await claimed()).toEqual(['a', 'a', 'b']);
  expect(await claimed()).toEqual([]);
  await jobs.relational.query(`UPDATE jobs.start SET at = at - interval '61 seconds'`);
  expect(await claimed()).toEqual(['a', 'a']);
  await jobs.relational.query(`UPDATE jobs.start SET at = at - interval '61 seconds'`);
  expect(await claimed()).toEqual(['a']);
});

test('a limit given to a queue holds for runs that waited in it already, and one taken away no longer', async () => {
  await using jobs = await openQueue();
  await jobs.queue.enqueueNow(Array.from({ length: 4 }, () => jobs.request()));
  await change(jobs, { concurrency: 1 });
  await jobs.queue.maintain();
  expect(await jobs.claim()).toHaveLength(1);
  await change(jobs, { concurrency: 0 });
  await jobs.queue.maintain();
  expect(await jobs.claim()).toHaveLength(3);
});

test('while a unique run is not finished its key answers that run; afterwards a new one', async () => {
  await using jobs = await openQueue();
  const unique = { key: 'report' };
  const enqueue = () => jobs.queue.enqueueNow([jobs.request({ unique }), jobs.request({ unique })]);
  const [first, twin] = await enqueue();
  expect(first).toMatchObject({ isNew: true });
  expect(twin).toMatchObject({ id: first?.id, isNew: false });
  await finish(jobs, await jobs.claim());
  const [again] = await enqueue();
  expect(again?.isNew).toBe(true);
  expect(again?.id).not.toBe(first?.id);
});

test('a key that is unique for a period is taken until it ends, though its run is finished', async () => {
  await using jobs = await openQueue();
  const unique = { key: 'hourly', periodMs: 3_600_000 };
  const id = await jobs.enqueue({ unique });
  await finish(jobs, await jobs.claim());
  expect(await jobs.enqueue({ unique })).toBe(id);
  await jobs.relational.query(`UPDATE jobs.unique_key SET until = now() - interval '1 second'`);
  expect(await jobs.enqueue({ unique })).not.toBe(id);
});

test('of many that enqueue a unique run at once one makes it, and all are told which', async () => {
  await using jobs = await openQueue();
  const ids = await Promise.all(Array.from({ length: 8 }, () => jobs.enqueue({ unique: { key: 'once' } })));
  expect(new Set(ids).size).toBe(1);
  expect(await jobs.claim()).toHaveLength(1);
});

test('payloads are bounded, and what the database cannot hold is refused as input', async () => {
  await using jobs = await openQueue();
  await expect(jobs.enqueue({ input: 'x'.repeat(300_000) })).rejects.toMatchObject({
    code: 'PAYLOAD_TOO_LARGE',
  });
  await expect(jobs.enqueue({ input: { a: '\u0000' } })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await expect(jobs.enqueue({ input: '\ud800' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await jobs.enqueue({ input: 'a text that says \\u0000' });
  expect((await jobs.claim())[0]?.input).toBe('a text that says \\u0000');
});

test('finished runs are forgotten after 30 days with all that belongs to them, dead letters after 90, and nothing unfinished', async () => {
  await using jobs = await openQueue();
  const done = await jobs.enqueue({ unique: { key: 'k' } });
  const [run] = await jobs.claim();
  if (run === undefined) throw new Error('the run is claimed');
  await jobs.queue.log(run.lease, [{ level: 'INFO', message: 'x', fields: {}, atMs: 0 }]);
  await finish(jobs, [run]);
  const dead = await jobs.enqueue();
  const [failing] = await jobs.claim();
  if (failing === undefined) throw new Error('the run is claimed');
  await jobs.queue.fail([{ run: failing, failure: { code: 'X', message: 'x', retryable: false } }]);
  const waiting = await jobs.enqueue();
  const age = (days: number) =>
    jobs.relational.query(
      `UPDATE jobs.run SET created_at = now() - $1 * interval '1 day', finished_at = CASE WHEN finished_at IS NOT NULL
         THEN now() - $1 * interval '1 day' END`,
      [days],
    );
  await age(29);
  expect(await jobs.queue.forget()).toEqual({ runs: 0, hasMore: false });
  await age(31);
  expect(await jobs.queue.forget()).toEqual({ runs: 1, hasMore: false });
  expect([await jobs.state(done), await jobs.state(dead)]).toEqual([undefined, 'FAILED']);
  const { rows } = await jobs.relational.query(
    'SELECT (SELECT count(*) FROM jobs.run_log)::int AS lines, (SELECT count(*) FROM jobs.unique_key)::int AS keys',
  );
  expect(rows).toEqual([{ lines: 0, keys: 0 }]);
  await age(91);
  expect(await jobs.queue.forget()).toEqual({ runs: 1, hasMore: false });
  expect(await jobs.state(waiting)).toBe('QUEUED');
});

test('what took effect is known for longer than the log hands any event out that it may take effect of, redriven from a dead letter on its last day too', async () => {
  await using jobs = await openQueue();
  const topics = topicContracts();
  const daysOf = (name: string): number =>
    (topics.find((topic) => topic.name === name)?.retentionMs ?? Number.NaN) / 86_400_000;
  // Kafka drops whole segments: a record outlives its retention by a seventh.
  const longest = [
    'data.record',
    'data.document',
    'files.file',
    'files.folder',
    'analytics.event',
    'jobs.run',
  ].map((name) => (daysOf(name) + daysOf('log.dead_letter') + daysOf('log.redelivery')) * (8 / 7));
  const { inbox: days } = retentionDays;
  expect(days).toBeGreaterThan(Math.max(...longest));
  for (const [event, age] of [
    ['replayed', days - 1],
    ['gone', days + 1],
  ] as const)
    await jobs.relational.query(
      `INSERT INTO jobs.inbox (consumer, event_id, at) VALUES ('trigger:1', $1, now() - $2::integer * interval '1 day')`,
      [event, age],
    );
  await jobs.queue.forget();
  const { rows } = await jobs.relational.query('SELECT event_id AS event FROM jobs.inbox');
  expect(rows).toEqual([{ event: 'replayed' }]);
});

test('what is old is forgotten a batch at a time, of the inbox too, and it is told when there may be more', async () => {
  await using jobs = await openQueue();
  await jobs.relational.query(
    `INSERT INTO jobs.inbox (consumer, event_id, at) SELECT 'trigger:1', n, now() - interval '160 days' FROM generate_series(1, 1001) n`,
  );
  const left = async () => {
    const { rows } = await jobs.relational.query<{ n: number }>('SELECT count(*)::int AS n FROM jobs.inbox');
    return rows[0]?.n;
  };
  expect([await jobs.queue.forget(), await left()]).toEqual([{ runs: 0, hasMore: true }, 1]);
  expect([await jobs.queue.forget(), await left()]).toEqual([{ runs: 0, hasMore: false }, 0]);
});

test('a claim and an end read what they take and no more, also where the statistics tell of an empty queue', async () => {
  await using jobs = await openQueue();
  await jobs.relational.query('ANALYZE jobs.run');
  for (let n = 0; n < 3; n += 1)
    await jobs.queue.enqueueNow(Array.from({ length: 1_000 }, () => jobs.request()));
  // The server counts by connection: one for all.
  const log = createLogger({ name: 'test', level: 'silent' });
  await using relational = await openRelational(jobs.relational.url, { dataDir: '', log, poolSize: 1 });
  await using queue = createJobQueue({ relational, clock: jobs.clock, log, random: () => 0 });
  const read = async (): Promise<number> => {
    await relational.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await relational.query<{ n: number }>(
      `SELECT (seq_tup_read + idx_tup_fetch)::integer AS n FROM pg_stat_user_tables WHERE relid = 'jobs.run'::regclass`,
    );
    return rows[0]?.n ?? 0;
  };
  const before = await read();
  const claimed = await queue.claim({ jobs: ['work'], limit: 10, leaseMs: 30_000, runner: 'test' });
  await queue.succeed(claimed.map(({ lease }) => ({ lease, output: null })));
  expect(claimed).toHaveLength(10);
  expect((await read()) - before).toBeLessThan(200);
});
