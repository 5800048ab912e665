import { expect, test } from 'vitest';
import { queueLimits } from '../src/limits.ts';
import { openQueue } from './open-queue.fixture.ts';

const { errorLength, logMessageLength } = queueLimits;
/** Cut by its length, it would end with half of a surrogate pair. */
const tooLong = (most: number): string => `${'a'.repeat(most - 1)}🛫 and more`;

test('runs that end beside one with a message that is cut end as well, and the message ends with a whole character', async () => {
  await using jobs = await openQueue();
  const ids = [await jobs.enqueue(), await jobs.enqueue()];
  const failed = (await jobs.claim()).map((run, n) => ({
    run,
    failure: { code: 'X', message: n === 0 ? tooLong(errorLength) : 'short', retryable: false },
  }));
  expect(await jobs.queue.fail(failed)).toHaveLength(2);
  const { rows } = await jobs.relational.query(
    'SELECT state, error_message AS message FROM jobs.run WHERE id = ANY($1) ORDER BY id',
    [ids],
  );
  expect(rows).toEqual([
    { state: 'FAILED', message: 'a'.repeat(errorLength - 1) },
    { state: 'FAILED', message: 'short' },
  ]);
});

test('a run is put back, its log written and its progress told, wherever their messages are cut and whatever they hold', async () => {
  await using jobs = await openQueue();
  const id = await jobs.enqueue();
  const [run] = await jobs.claim();
  if (run === undefined) throw new Error('the run is claimed');
  const { lease } = run;
  const message = `\0${tooLong(logMessageLength)}`;
  expect(await jobs.queue.progress(lease, { done: 1, total: 2, message })).toBe(true);
  expect(await jobs.queue.log(lease, [{ level: 'INFO', message, fields: {}, atMs: 0 }])).toBe(true);
  const reason = { code: 'OVERLOADED', message: tooLong(errorLength) };
  expect(await jobs.queue.postpone([{ lease, reason }])).toMatchObject([{ id, state: 'DELAYED' }]);
  const { rows } = await jobs.relational.query(
    `SELECT r.progress_message AS progress, l.message AS line, length(r.error_message) AS error
     FROM jobs.run r JOIN jobs.run_log l ON l.run_id = r.id WHERE r.id = $1`,
    [id],
  );
  const kept = 'a'.repeat(logMessageLength - 1);
  expect(rows).toEqual([{ progress: kept, line: kept, error: errorLength - 1 }]);
});
