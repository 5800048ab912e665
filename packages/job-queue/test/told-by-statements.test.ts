import type { LogEvent } from '@tributary/engines/event-log';
import { isId, newId, onBehalfOfRun } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { changed, type OpenQueue, openQueue } from './open-queue.fixture.ts';

/** An event without what differs from run to run. */
function shape({ id, time, subject, partitionkey, data, ...envelope }: LogEvent): unknown {
  const { after } = data as { readonly after: Readonly<Record<string, unknown>> };
  const runId = String(after['id']);
  expect([isId(id), Number.isNaN(Date.parse(time))]).toEqual([true, false]);
  expect([subject, partitionkey]).toEqual([`Run/${runId}`, `Run/${runId}`]);
  return { ...envelope, data: { after: { ...after, id: '', queue: '' } } };
}

async function told(jobs: OpenQueue, type: string): Promise<readonly unknown[]> {
  const events = await jobs.takeEvents();
  expect(events.map(({ topic }) => topic)).toEqual(events.map(() => 'jobs.run'));
  return events.filter(({ event }) => event.type === `jobs.run.${type}`).map(({ event }) => shape(event));
}

test('what statements tell by themselves is what is told by the code beside them, to the last field', async () => {
  await using jobs = await openQueue();
  const first = await jobs.enqueue();
  const [alone] = await told(jobs, 'queued');
  await jobs.queue.succeed((await jobs.claim()).map(({ lease }) => ({ lease, output: 1 })));
  await jobs.takeEvents();
  // A dependency that has finished: the same state, told after it was looked at.
  await jobs.enqueue({ dependsOn: [{ runId: first, condition: 'SUCCESS' }] });
  expect(await told(jobs, 'queued')).toEqual([alone]);

  await changed(jobs, { name: 'limited', concurrency: 1 });
  const awaited = await jobs.enqueue({ queue: 'limited', input: { secret: 'input' } });
  await jobs.enqueue({ dependsOn: [{ runId: awaited, condition: 'SUCCESS' }] });
  await jobs.takeEvents();
  const claimed = await jobs.claim();
  expect(claimed).toHaveLength(2);
  const [free, limited] = await told(jobs, 'started');
  expect(free).toEqual(limited);
  await jobs.queue.succeed(claimed.map(({ lease }) => ({ lease, output: { secret: 'output' } })));
  const [unawaited, last] = await told(jobs, 'succeeded');
  expect(unawaited).toEqual(last);
  expect(JSON.stringify([alone, free, last])).not.toContain('secret');
});

test('runs that many enqueue at once are told with the run that each was enqueued for', async () => {
  await using jobs = await openQueue();
  const behind = [newId(), undefined, newId(), undefined, newId()];
  const ids = await Promise.all(behind.map((runId) => onBehalfOfRun(runId, () => jobs.enqueue())));
  const events = (await jobs.takeEvents()).map(({ event }) => event);
  const byRun = new Map(events.map((event) => [event.subject, event.runid]));
  expect(ids.map((id) => byRun.get(`Run/${id}`))).toEqual(behind);
});

test('one that is refused among many that enqueue at once fails alone', async () => {
  await using jobs = await openQueue();
  await changed(jobs, { name: 'full', state: 'DRAINING' });
  const outcomes = await Promise.allSettled(
    ['default', 'full', 'default', 'full', 'default'].map((queue) => jobs.enqueue({ queue })),
  );
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  const { rows } = await jobs.relational.query('SELECT queue FROM jobs.run');
  expect(rows).toEqual([{ queue: 'default' }, { queue: 'default' }, { queue: 'default' }]);
  await expect(jobs.enqueue({ queue: 'full' })).rejects.toMatchObject({
    code: 'QUEUE_DRAINING',
    details: { queue: 'full' },
  });
});
