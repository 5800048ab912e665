import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstRound, nextRound } from '../src/queue-round.ts';
import { changed, type OpenQueue, openQueue } from './open-queue.fixture.ts';

/** Queues of a workspace with a run each that waits, all of which have had the start that a day allows them. */
async function spentQueues(jobs: OpenQueue, workspaceId: string, count: number): Promise<void> {
  await jobs.relational.query(
    `INSERT INTO jobs.queue (workspace_id, name, state, rate_limit, rate_period_ms, sweep_until)
     SELECT $1, 'a' || lpad(n::text, 3, '0'), 'RUNNING', 1, 86400000, now() FROM generate_series(1, $2::integer) n`,
    [workspaceId, count],
  );
  await jobs.relational.query(
    `INSERT INTO jobs.start (workspace_id, queue, key, at) SELECT workspace_id, name, '', now() FROM jobs.queue WHERE workspace_id = $1`,
    [workspaceId],
  );
  await jobs.queue.enqueueNow(
    Array.from({ length: count }, (_, n) =>
      jobs.request({ workspaceId, queue: `a${String(n + 1).padStart(3, '0')}` }),
    ),
  );
}

const limit = (jobs: OpenQueue, workspaceId: string, name: string) =>
  changed(jobs, { name, concurrency: 5 }, workspaceId);

async function claimedWithin(jobs: OpenQueue, claims: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let at = 0; at < claims; at += 1) ids.push(...(await jobs.claim()).map(({ id }) => id));
  return ids;
}

test('queues at their limits hide no other queue of their workspace', async () => {
  await using jobs = await openQueue();
  const { workspaceId } = jobs;
  await spentQueues(jobs, workspaceId, 120);
  await limit(jobs, workspaceId, 'zz');
  const id = await jobs.enqueue({ queue: 'zz' });
  expect(await claimedWithin(jobs, 4)).toEqual([id]);
});

test('workspaces whose queues are all at their limits hide no other workspace', async () => {
  await using jobs = await openQueue();
  for (let at = 0; at < 11; at += 1) await spentQueues(jobs, `0${randomUUID().slice(1)}`, 50);
  const last = `f${randomUUID().slice(1)}`;
  await limit(jobs, last, 'own');
  const id = await jobs.enqueue({ workspaceId: last, queue: 'own' });
  expect(await claimedWithin(jobs, 3)).toEqual([id]);
});

test('when one look ends at the last of all queues the next begins at the first, and none loses its turn', async () => {
  await using jobs = await openQueue();
  for (let at = 0; at < 10; at += 1) await spentQueues(jobs, randomUUID(), 50);
  expect(await claimedWithin(jobs, 2)).toEqual([]);
  await jobs.relational.query('DELETE FROM jobs.start');
  await jobs.queue.enqueueNow(Array.from({ length: 10 }, () => jobs.request({ queue: 'plain' })));
  expect((await jobs.claim()).filter(({ queue }) => queue !== 'plain')).toHaveLength(10);
});

test('property: every queue is seen within as many rounds as it takes to go by all of them', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 180 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(sizes, (counts) => {
      const all = counts.map((count, at) => ({
        workspaceId: `${String(at).padStart(8, '0')}-0000-0000-0000-000000000001`,
        queues: Array.from({ length: count }, (_, n) => `q${String(n).padStart(3, '0')}`),
      }));
      const seen = new Set<string>();
      let round = firstRound;
      for (let rounds = 0; rounds < 40; rounds += 1) {
        const behind = all.filter(({ workspaceId }) => workspaceId > round.after);
        const queues = (behind.length > 0 ? behind : all)
          .flatMap(({ workspaceId, queues: own }) => {
            const rest = own.filter((queue) => queue > (round.within.get(workspaceId) ?? ''));
            return (rest.length > 0 ? rest : own).slice(0, 50).map((queue) => ({ workspaceId, queue }));
          })
          .slice(0, 500);
        for (const { workspaceId, queue } of queues) seen.add(`${workspaceId} ${queue}`);
        round = nextRound(round, queues);
      }
      expect(seen.size).toBe(counts.reduce((sum, count) => sum + count, 0));
    }),
  );
});
