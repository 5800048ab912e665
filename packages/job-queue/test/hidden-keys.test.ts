import { expect, test } from 'vitest';
import { changed, type OpenQueue, openQueue } from './open-queue.fixture.ts';

/** Keys of the queue `keyed`, with a run each that waits, all of which have had the start that a day allows them. */
async function spentKeys(jobs: OpenQueue, count: number): Promise<void> {
  const { workspaceId, relational } = jobs;
  await changed(jobs, { name: 'keyed', keyRateLimit: 1, ratePeriodMs: 86_400_000 }, workspaceId);
  await relational.query(
    `INSERT INTO jobs.start (workspace_id, queue, key, at)
     SELECT $1, 'keyed', 'a' || lpad(n::text, 4, '0'), now() FROM generate_series(1, $2::integer) n`,
    [workspaceId, count],
  );
  const keys = Array.from({ length: count }, (_, n) => `a${String(n + 1).padStart(4, '0')}`);
  for (let at = 0; at < count; at += 1_000)
    await jobs.queue.enqueueNow(
      keys.slice(at, at + 1_000).map((key) => jobs.request({ queue: 'keyed', key })),
    );
}

test('keys at their limits hide no other key of their queue, whichever jobs are claimed in turn', async () => {
  await using jobs = await openQueue();
  await spentKeys(jobs, 1_200);
  const last = await jobs.enqueue({ queue: 'keyed', key: 'zz' });
  const other = await jobs.enqueue({ queue: 'keyed', key: 'zzz', job: 'other' });
  const claimed: string[] = [];
  // Two kinds of jobs are claimed in turn, as a runner does for its lanes.
  for (let at = 0; at < 4; at += 1)
    for (const job of ['work', 'other']) {
      const options = { jobs: [job], limit: 10, leaseMs: 30_000, runner: 'test' };
      claimed.push(...(await jobs.queue.claim(options)).map(({ id }) => id));
    }
  expect(new Set(claimed)).toEqual(new Set([last, other]));
});

test('after the last key the first come again', async () => {
  await using jobs = await openQueue();
  await spentKeys(jobs, 600);
  const rounds = async (): Promise<number> => {
    let runs = 0;
    for (let at = 0; at < 3; at += 1) runs += (await jobs.claim(1_000)).length;
    return runs;
  };
  expect(await rounds()).toBe(0);
  await jobs.relational.query('DELETE FROM jobs.start');
  expect(await rounds()).toBe(600);
});

test('runs that were leased before a claim met a fault are answered, and the next claim tells of it', async () => {
  await using jobs = await openQueue();
  await changed(jobs, { name: 'sound', rateLimit: 5 });
  await changed(jobs, { name: 'torn', rateLimit: 5 });
  await jobs.relational.query(
    `CREATE FUNCTION jobs.tear() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'torn'; END $$`,
  );
  await jobs.relational.query(
    `CREATE TRIGGER tear BEFORE INSERT ON jobs.start FOR EACH ROW WHEN (NEW.queue = 'torn') EXECUTE FUNCTION jobs.tear()`,
  );
  const sound = await jobs.enqueue({ queue: 'sound' });
  const torn = await jobs.enqueue({ queue: 'torn' });
  expect((await jobs.claim()).map(({ id }) => id)).toEqual([sound]);
  await expect(jobs.claim()).rejects.toThrow();
  expect([await jobs.state(sound), await jobs.state(torn)]).toEqual(['RUNNING', 'QUEUED']);
});
