import type { LogEvent } from '@tributary/engines/event-log';
import { systemClock as clock, newId } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { admin, openJobs, stranger, viewer } from './open-jobs.ts';

const changed = `subscription ($where: RunWhere) { runChanged(where: $where) { cursor type state run { id state } } }`;

test('each change of a run is told to those whose condition it meets, and to no other workspace', async () => {
  await using jobs = await openJobs();
  const id = await jobs.enqueue();
  const [event] = await jobs.takeEvents();
  const stream = { event: event as LogEvent, cursor: 'c1' };
  const where = { state: { in: ['QUEUED', 'RUNNING'] }, id: { eq: id } };
  expect((await jobs.ask(viewer, changed, { where }, stream)).data.runChanged).toEqual({
    cursor: 'c1',
    type: 'jobs.run.queued',
    state: 'QUEUED',
    run: { id, state: 'QUEUED' },
  });
  expect(
    (await jobs.ask(viewer, changed, { where: { job: { eq: 'greet' } } }, stream)).data.runChanged,
  ).toBeNull();
  expect((await jobs.ask(stranger, changed, {}, stream)).data.runChanged).toBeNull();
  expect((await jobs.ask(viewer, changed, { where })).data.runChanged).toBeNull();
  const tooMany = { id: { in: Array.from({ length: 101 }, () => newId()) } };
  expect((await jobs.ask(viewer, changed, { where: tooMany })).codes).toEqual(['BAD_USER_INPUT']);
});

test('a log is followed line by line, and only where its run is', async () => {
  await using jobs = await openJobs();
  const runId = await jobs.enqueue();
  const [run] = await jobs.claim();
  if (run === undefined) throw new Error('the run is claimed');
  await jobs.queue.log(run.lease, [{ level: 'INFO', message: 'row 1', fields: {}, atMs: clock.now() }]);
  const event = (await jobs.takeEvents()).at(-1) as LogEvent;
  const follow = `subscription ($runId: ID!) { runLog(runId: $runId) { lines { seq level message } } }`;
  expect((await jobs.ask(viewer, follow, { runId }, { event, cursor: 'c' })).data.runLog).toEqual({
    lines: [{ seq: 1, level: 'INFO', message: 'row 1' }],
  });
  expect((await jobs.ask(viewer, follow, { runId })).codes).toEqual([]);
  expect((await jobs.ask(stranger, follow, { runId })).codes).toEqual(['NOT_FOUND']);
  expect((await jobs.ask(viewer, follow, { runId: 'x' })).codes).toEqual(['NOT_FOUND']);
});

test('a schedule shows when it is due next, enqueues then, and is changed and removed', async () => {
  await using jobs = await openJobs();
  const create = `mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { id name cron timeZone missed enabled nextAt lastAt input } }`;
  const input = {
    name: 'nightly',
    job: 'greet',
    cron: '0 3 * * *',
    timeZone: 'Europe/Berlin',
    input: { name: 'Bo' },
  };
  const { data } = await jobs.ask(admin, create, { input });
  expect(data.createSchedule).toMatchObject({
    ...(({ job: _, ...rest }) => rest)(input),
    missed: 'ONCE',
    lastAt: null,
  });
  expect(Date.parse(data.createSchedule.nextAt)).toBeGreaterThan(clock.now());
  expect((await jobs.ask(admin, create, { input })).codes).toEqual(['CONFLICT']);
  for (const wrong of [
    { cron: 'x' },
    { cron: '0 0 30 2 *' },
    { name: 'a\u202eb' },
    { timeZone: 'Mars' },
    { input: {} },
    { name: ' ' },
  ])
    expect((await jobs.ask(admin, create, { input: { ...input, name: 'other', ...wrong } })).codes).toEqual([
      'BAD_USER_INPUT',
    ]);
  expect((await jobs.ask(admin, create, { input: { ...input, job: 'none' } })).codes).toEqual(['NOT_FOUND']);
  await jobs.relational.query(`UPDATE jobs.schedule SET next_at = now() - interval '25 hours'`);
  await jobs.queue.maintain();
  const [run] = await jobs.claim();
  expect(run).toMatchObject({
    job: 'greet',
    input: { name: 'Bo' },
    origin: `schedule:${data.createSchedule.id}`,
  });
  const { id } = data.createSchedule;
  const update = `mutation ($id: ID!, $input: UpdateScheduleInput!) { updateSchedule(id: $id, input: $input) { enabled nextAt cron } }`;
  const off = await jobs.ask(admin, update, { id, input: { enabled: false, cron: '@daily' } });
  expect(off.data.updateSchedule).toEqual({ enabled: false, nextAt: null, cron: '@daily' });
  expect((await jobs.ask(stranger, update, { id, input: {} })).codes).toEqual(['NOT_FOUND']);
  expect((await jobs.ask(viewer, '{ schedules { nodes { name } } }')).data.schedules.nodes).toEqual([
    { name: 'nightly' },
  ]);
  const remove = 'mutation ($id: ID!) { deleteSchedule(id: $id) }';
  expect((await jobs.ask(stranger, remove, { id })).data.deleteSchedule).toBe(false);
  expect((await jobs.ask(admin, remove, { id })).data.deleteSchedule).toBe(true);
});
