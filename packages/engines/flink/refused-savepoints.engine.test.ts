import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { nothingElse, openCounted, statusOf, tens } from '../stream-engine/counted-on-flink.fixture.ts';
import { jobsOf } from '../stream-engine/open-flink.fixture.ts';
import { openStatesFolder } from '../stream-engine/states-folder.fixture.ts';

vi.setConfig({ testTimeout: 300_000 });

test('a stop whose savepoint Flink cannot write is refused to who asked, and shown: the same job runs on, and stops once there is a place, or is ended without', async () => {
  await using under = await openCounted();
  await using states = await openStatesFolder();
  await using engine = await under.connect(states.url);
  await using _running = await engine.run([tens], nothingElse);
  await under.tell();
  await under.expectCounted(engine);
  const { id } = await under.job();
  await states.block();
  const refused = {
    code: 'SAVEPOINT_FAILED',
    message: expect.stringMatching(
      /^Flink kept no savepoint of test.* runs on.*\/savepoints\..*withoutSavepoint/,
    ),
  };
  await expect(engine.steer('test', 'stop', nothingElse)).rejects.toMatchObject(refused);
  expect(await statusOf(engine)).toMatchObject({
    state: 'running',
    failure: undefined,
    savepointFailure: refused,
  });
  await under.tell();
  await under.expectCounted(engine);
  expect((await under.job()).id).toBe(id);

  await states.mend();
  await engine.steer('test', 'stop', nothingElse);
  const savepoint = await under.stopped(engine);
  expect(savepoint).toMatch(/^file:/);
  await under.tell();
  await engine.steer('test', 'start', nothingElse);
  await under.expectCounted(engine);
  expect(await under.restoredFrom((await under.job()).id)).toBe(savepoint);
  expect((await statusOf(engine)).savepoint).toMatchObject({
    place: savepoint,
    restoredAtMs: expect.any(Number),
  });

  await states.mend();
  await states.block();
  await engine.steer('test', 'stopWithoutSavepoint', nothingElse);
  expect(await under.stopped(engine)).toBeNull();
  expect((await statusOf(engine)).savepoint).toBeUndefined();
  expect(await jobsOf(under.gateway, under.relational)).toEqual([]);
  await under.tell();
  await engine.steer('test', 'start', nothingElse);
  await under.expectCounted(engine);
});

test('a job that is replaced by another query, and whose savepoint Flink cannot write, loses nothing, and that is shown', async () => {
  await using under = await openCounted();
  await using states = await openStatesFolder();
  {
    await using engine = await under.connect(states.url);
    await using _running = await engine.run([tens], nothingElse);
    await under.tell();
    await under.expectCounted(engine);
  }
  await states.block();
  await under.tell();
  const stricter = { ...tens, allowedLatenessMs: 30_000 };
  await using engine = await under.connect(states.url);
  await using _running = await engine.run([stricter], nothingElse);
  await under.tell();
  await under.expectCounted(engine, stricter);
  expect(await statusOf(engine)).toMatchObject({
    state: 'running',
    version: 2,
    savepointFailure: { code: 'SAVEPOINT_FAILED', message: expect.stringContaining('Nothing is lost') },
  });
});

test('a savepoint that Flink cannot go on with is told, and the pipeline goes on at its checkpoint without', async () => {
  await using under = await openCounted();
  await using engine = await under.connect();
  await using _running = await engine.run([tens], nothingElse);
  await under.tell();
  await under.expectCounted(engine);
  await engine.steer('test', 'stop', nothingElse);
  const place = new URL((await under.stopped(engine)) ?? '');
  for (const name of await readdir(place)) await writeFile(join(place.pathname, name), 'no savepoint');
  await under.tell();
  await engine.steer('test', 'start', nothingElse);
  await under.expectCounted(engine);
  expect(await statusOf(engine)).toMatchObject({
    state: 'running',
    failure: undefined,
    savepoint: undefined,
    savepointFailure: { code: 'SAVEPOINT_FAILED', message: expect.stringContaining(place.pathname) },
  });
});
