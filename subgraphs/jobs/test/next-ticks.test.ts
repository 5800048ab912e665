import { afterAll, beforeAll, expect, test } from 'vitest';
import { NextTicks } from '../src/usecases/next-ticks.ts';
import { admin, type OpenJobs, openJobs, viewer, workspaceId } from './open-jobs.ts';

/** Fits a day in 28 years: each tick takes about a millisecond to find. */
const seldom = '0 0 29 2 +1#5';

let jobs: OpenJobs;
beforeAll(async () => {
  jobs = await openJobs();
});
afterAll(() => jobs?.[Symbol.asyncDispose]());

test('others have their turns while the next ticks of many schedules are reckoned', async () => {
  const create = 'mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { id } }';
  for (let at = 0; at < 20; at += 1)
    // Each minute of the hour is another expression, which nothing is known of yet.
    await jobs.ask(admin, create, {
      input: { name: `seldom ${at}`, job: 'anything', cron: seldom.replace('0', String(at)) },
    });
  const aliases = Array.from({ length: 30 }, (_, at) => `a${at}: nextTimes(first: ${(at % 10) + 1})`);
  let turns = 0;
  let counting = true;
  const count = (): void => {
    if (!counting) return;
    turns += 1;
    setImmediate(count);
  };
  setImmediate(count);
  const { data } = await jobs.ask(viewer, `{ schedules(first: 100) { nodes { ${aliases.join(' ')} } } }`);
  counting = false;
  expect(data.schedules.nodes).toHaveLength(20);
  for (const schedule of data.schedules.nodes) {
    expect(schedule.a9).toHaveLength(10);
    expect(schedule.a2).toEqual(schedule.a9.slice(0, 3));
    expect(new Set(schedule.a9.map((time: string) => time.slice(5, 13)))).toEqual(new Set(['02-29T00']));
  }
  // A turn between every two ticks.
  expect(turns).toBeGreaterThanOrEqual(20 * 9);
});

test('the same ticks are reckoned once, whoever asks for them, and a workspace’s own wait for each other alone', async () => {
  const ticks = new NextTicks();
  const nextAt = '2044-02-29T00:00:00.000Z';
  const schedule = { workspaceId, cron: seldom, timeZone: 'UTC', enabled: true, nextAt };
  const order: string[] = [];
  const asked = async (name: string, minute: number, of: string, first = 10) => {
    const cron = seldom.replace('0', String(minute));
    const times = await ticks.of({ ...schedule, workspaceId: of, cron }, first);
    order.push(name);
    return times;
  };
  const many = Array.from({ length: 10 }, (_, at) => asked('theirs', at + 1, 'one that has many'));
  const mine = asked('mine', 30, workspaceId);
  // They asked for it before, at the end of their line.
  const shared = asked('shared', 10, 'a third');
  await Promise.all([...many, mine, shared]);
  expect(order.indexOf('mine')).toBeLessThan(5);
  expect(order.indexOf('shared')).toBeLessThan(5);
  let turned = false;
  setImmediate(() => {
    turned = true;
  });
  expect(await asked('again', 30, 'another', 3)).toEqual((await mine).slice(0, 3));
  expect(turned).toBe(false);
});
