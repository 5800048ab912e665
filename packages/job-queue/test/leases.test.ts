import { firstOf, isFirst } from '@tributary/job-queue';
import { expect, test } from 'vitest';
import { openQueue } from './open-queue.fixture.ts';

test('a run goes from queued to succeeded, and every change of state commits with its event', async () => {
  await using jobs = await openQueue();
  const id = await jobs.enqueue({ input: { a: 1 } });
  const [run] = await jobs.claim();
  expect(run).toMatchObject({ id, state: 'RUNNING', attempt: 1, input: { a: 1 } });
  if (run === undefined) return;
  expect(await jobs.queue.succeed([{ lease: run.lease, output: { b: 2 } }])).toHaveLength(1);
  expect(await jobs.state(id)).toBe('SUCCEEDED');
  const events = await jobs.takeEvents();
  expect(events.map(({ topic, event }) => [topic, event.type, event.subject])).toEqual(
    ['queued', 'started', 'succeeded'].map((verb) => ['jobs.run', `jobs.run.${verb}`, `Run/${id}`]),
  );
});

test('an enqueue is there with the transaction of its caller, or not at all', async () => {
  await using jobs = await openQueue();
  const failed = jobs.relational.transaction(async (tx) => {
    await jobs.queue.enqueue(tx, [jobs.request()]);
    throw new Error('the caller changed its mind');
  });
  await expect(failed).rejects.toThrow('changed its mind');
  expect(await jobs.claim()).toEqual([]);
  expect(await jobs.takeEvents()).toEqual([]);
});

test('two claimers never get one run', async () => {
  await using jobs = await openQueue();
  await jobs.queue.enqueueNow(Array.from({ length: 200 }, () => jobs.request()));
  const claims = await Promise.all(Array.from({ length: 8 }, () => jobs.claim(25)));
  const ids = claims.flat().map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(0);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the higher priority goes first, and within one the older', async () => {
  await using jobs = await openQueue();
  const low = await jobs.enqueue({ priority: -5 });
  const first = await jobs.enqueue();
  const second = await jobs.enqueue();
  const high = await jobs.enqueue({ priority: 5 });
  const order: string[] = [];
  for (;;) {
    const [run] = await jobs.claim(1);
    if (run === undefined) break;
    order.push(run.id);
  }
  expect(order).toEqual([high, first, second, low]);
});

test('a runner that lost its lease changes nothing: neither end, progress, checkpoint, log nor child', async () => {
  await using jobs = await openQueue();
  const id = await jobs.enqueue();
  const [lost] = await jobs.claim();
  await jobs.letPass(id, 31_000);
  await jobs.queue.maintain();
  const [held] = await jobs.claim();
  if (lost === undefined || held === undefined) throw new Error('both claims get the run');
  expect(held).toMatchObject({ id, attempt: 2 });
  await jobs.takeEvents();
  const { queue } = jobs;
  expect(await queue.succeed([{ lease: lost.lease, output: 'late' }])).toEqual([]);
  expect(await queue.fail([{ run: lost, failure: { code: 'X', message: 'late', retryable: true } }])).toEqual(
    [],
  );
  expect(await queue.progress(lost.lease, { done: 1, total: 2, message: null })).toBe(false);
  expect(await queue.checkpoint(lost.lease, { at: 1 })).toBe(false);
  const line = { level: 'INFO', message: 'late', fields: {}, atMs: 0 } as const;
  expect(await queue.log(lost.lease, [line])).toBe(false);
  expect(await queue.heartbeat([lost.lease], 1_000)).toEqual([]);
  await expect(queue.enqueueChildren(lost.lease, [jobs.request()])).rejects.toMatchObject({
    code: 'STATE_CONFLICT',
  });
  expect(await jobs.takeEvents()).toEqual([]);
  expect(await queue.succeed([{ lease: held.lease, output: 'in time' }])).toHaveLength(1);
});

test('a checkpoint outlives its runner, and the next one goes on from it', async () => {
  await using jobs = await openQueue();
  const id = await jobs.enqueue();
  const [first] = await jobs.claim();
  if (first === undefined) throw new Error('the run is claimed');
  await jobs.queue.checkpoint(first.lease, { row: 500 });
  await jobs.letPass(id, 31_000);
  await jobs.queue.maintain();
  expect((await jobs.claim())[0]?.checkpoint).toEqual({ row: 500 });
});

test('heartbeats keep a lease, but not beyond the time limit and its grace', async () => {
  await using jobs = await openQueue();
  const id = await jobs.enqueue({
    timeLimitMs: 60_000,
    retry: { maxAttempts: 1, backoffMs: 1, backoffMaxMs: 1 },
  });
  const [run] = await jobs.claim();
  if (run === undefined) throw new Error('the run is claimed');
  await jobs.letPass(id, 29_000);
  await jobs.queue.heartbeat([run.lease], 30_000);
  await jobs.letPass(id, 29_000);
  await jobs.queue.maintain();
  expect(await jobs.state(id)).toBe('RUNNING');
  await jobs.letPass(id, 33_000);
  await jobs.queue.heartbeat([run.lease], 30_000);
  await jobs.queue.maintain();
  expect(await jobs.state(id)).toBe('FAILED');
  const { rows } = await jobs.relational.query('SELECT error_code AS code FROM jobs.run WHERE id = $1', [id]);
  expect(rows).toEqual([{ code: 'TIME_LIMIT' }]);
});

test('a failing run is tried again after its backoff, and is a dead letter when attempts are used up', async () => {
  await using jobs = await openQueue({ random: () => 0.999 });
  const id = await jobs.enqueue({ retry: { maxAttempts: 2, backoffMs: 60_000, backoffMaxMs: 60_000 } });
  const failure = { code: 'BROKEN', message: 'no luck\u0000', retryable: true };
  const [first] = await jobs.claim();
  if (first === undefined) throw new Error('the run is claimed');
  await jobs.queue.fail([{ run: first, failure }]);
  await jobs.queue.maintain();
  expect(await jobs.state(id)).toBe('DELAYED');
  await jobs.letPass(id, 60_000);
  await jobs.queue.maintain();
  const [second] = await jobs.claim();
  if (second === undefined) throw new Error('the run is claimed again');
  await jobs.queue.fail([{ run: second, failure }]);
  expect(await jobs.state(id)).toBe('FAILED');
});

test('a failure that would repeat itself is not tried again', async () => {
  await using jobs = await openQueue();
  const id = await jobs.enqueue();
  const [run] = await jobs.claim();
  if (run === undefined) throw new Error('the run is claimed');
  await jobs.queue.fail([{ run, failure: { code: 'BAD_USER_INPUT', message: 'wrong', retryable: false } }]);
  expect(await jobs.state(id)).toBe('FAILED');
});

test('a delayed run waits for its moment', async () => {
  await using jobs = await openQueue();
  const id = await jobs.enqueue({ delayMs: 60_000 });
  await jobs.queue.maintain();
  expect(await jobs.claim()).toEqual([]);
  await jobs.letPass(id, 60_000);
  await jobs.queue.maintain();
  expect((await jobs.claim())[0]?.id).toBe(id);
});

test('log lines are numbered, bounded, and told in one event; the last there can be says that it is', async () => {
  await using jobs = await openQueue();
  await jobs.enqueue();
  const [run] = await jobs.claim();
  if (run === undefined) throw new Error('the run is claimed');
  await jobs.takeEvents();
  const line = (message: string, fields = {}) => ({ level: 'INFO' as const, message, fields, atMs: 0 });
  await jobs.queue.log(run.lease, [line('one\u0000\ud800'), line('two', { big: 'x'.repeat(10_000) })]);
  await jobs.relational.query('UPDATE jobs.run SET log_lines = 9998');
  await jobs.queue.log(run.lease, [line('last'), line('beyond'), line('further')]);
  await jobs.queue.log(run.lease, [line('and further')]);
  const { rows } = await jobs.relational.query(
    'SELECT seq, level, message, fields FROM jobs.run_log ORDER BY seq',
  );
  const full =
    'The log of a run has 10,000 lines: what this one was, and what was said after it, is not kept.';
  expect(rows).toEqual([
    { seq: 1, level: 'INFO', message: 'one\ufffd', fields: {} },
    { seq: 2, level: 'INFO', message: 'two', fields: { omitted: true } },
    { seq: 9_999, level: 'INFO', message: 'last', fields: {} },
    { seq: 10_000, level: 'WARN', message: full, fields: {} },
  ]);
  expect((await jobs.takeEvents()).map(({ event }) => event.type)).toEqual(
    Array(2).fill('jobs.run_log.written'),
  );
});

test('an effect behind the inbox happens once, and not without its transaction', async () => {
  await using jobs = await openQueue();
  const once = (fails: boolean) =>
    jobs.relational.transaction(async (tx) => {
      const first = await isFirst(tx, 'mailer', 'event-1');
      if (fails) throw new Error('the effect failed');
      return first;
    });
  await expect(once(true)).rejects.toThrow('the effect failed');
  expect(await once(false)).toBe(true);
  expect(await once(false)).toBe(false);
});

test('of many events those are first that were not met before, in their order, and a copy of one beside it is none', async () => {
  await using jobs = await openQueue();
  const firstOfAll = (...ids: readonly string[]) =>
    jobs.relational.transaction((tx) => firstOf(tx, 'mailer', { events: ids, idOf: (id) => id }));
  expect(await firstOfAll('a', 'b', 'a', 'a')).toEqual(['a', 'b']);
  expect(await firstOfAll('c', 'b', 'c', 'd', 'a')).toEqual(['c', 'd']);
  expect(await firstOfAll('d', 'd')).toEqual([]);
});

test('what comes again is known from then on, as long as what came for the first time', async () => {
  await using jobs = await openQueue();
  const first = () => jobs.relational.transaction((tx) => isFirst(tx, 'mailer', 'event-1'));
  expect(await first()).toBe(true);
  await jobs.relational.query(`UPDATE jobs.inbox SET at = now() - interval '100 days'`);
  expect(await first()).toBe(false);
  const { rows } = await jobs.relational.query(
    `SELECT at > now() - interval '1 minute' AS "isNow" FROM jobs.inbox`,
  );
  expect(rows).toEqual([{ isNow: true }]);
});
