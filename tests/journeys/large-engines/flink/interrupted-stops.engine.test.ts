import {
  type CountedOnFlink,
  nothingElse,
  openCounted,
  statusOf,
  tens,
} from '@tributary/engines/stream-engine/counted-on-flink.fixture';
import { frozenProcess, killedProcess } from '@tributary/engines/stream-engine/flink-process.fixture';
import { patienceMs } from '@tributary/engines/stream-engine/open-flink.fixture';
import type { StreamEngine } from '@tributary/engines/stream-engine/port';
import { CodedError } from '@tributary/runtime';
import { atNight, eventually } from '@tributary/test-kit';
import { expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 300_000 });

const patient = { timeoutMs: patienceMs };

/** Who asks is told at once, or finds it with the pipeline. */
async function expectRefused(engine: StreamEngine): Promise<void> {
  await eventually(
    async () =>
      expect(await statusOf(engine)).toMatchObject({
        savepointFailure: {
          code: 'SAVEPOINT_FAILED',
          message: expect.stringMatching(
            /^Flink kept no savepoint of test, so it was not stopped and runs on/,
          ),
        },
      }),
    patient,
  );
}

async function askToStop(engine: StreamEngine): Promise<void> {
  await engine.steer('test', 'stop', nothingElse).catch((error: unknown) => {
    if (!(error instanceof CodedError) || error.code !== 'SAVEPOINT_FAILED') throw error;
  });
}

/** The same job goes on, counts each row once, and can be stopped. */
async function expectWhole(under: CountedOnFlink, engine: StreamEngine, jobId: string): Promise<void> {
  await under.tell();
  await under.expectCounted(engine);
  expect((await under.job()).id).toBe(jobId);
  await engine.steer('test', 'stop', nothingElse);
  expect(await under.stopped(engine)).toMatch(/^file:/);
  await under.tell();
  await engine.steer('test', 'start', nothingElse);
  await under.expectCounted(engine);
}

/** Whether a savepoint has been begun, and waits for a task. */
async function expectSavepointBegun(under: CountedOnFlink): Promise<void> {
  const begun = (await under.checkpoints((await under.job()).id)).filter(
    ({ is_savepoint, status }) => is_savepoint && status === 'IN_PROGRESS',
  );
  expect(begun).toHaveLength(1);
}

test('a stop whose savepoint is cut short, because the TaskManager is killed during it, is refused, and nothing is lost', async () => {
  await using under = await openCounted();
  await using engine = await under.connect();
  await using _running = await engine.run([tens], nothingElse);
  await under.tell();
  await under.expectCounted(engine);
  const { id } = await under.job();
  {
    await using _frozen = await frozenProcess('taskmanager');
    const asked = askToStop(engine);
    await eventually(() => expectSavepointBegun(under), patient);
    await using _killed = await killedProcess('taskmanager');
    await asked;
    await expectRefused(engine);
  }
  await expectWhole(under, engine, id);
});

/** Flink waits for its savepoint as long as it may: at night (`NIGHTLY=1`, .ci/nightly). */
function noAnswer(): void {
  test('a stop whose savepoint gets no answer, because the TaskManager stands still during it, is refused, and nothing is lost', async () => {
    await using under = await openCounted();
    await using engine = await under.connect();
    await using _running = await engine.run([tens], nothingElse);
    await under.tell();
    await under.expectCounted(engine);
    const { id } = await under.job();
    {
      await using _frozen = await frozenProcess('taskmanager');
      await askToStop(engine);
      await expectRefused(engine);
    }
    await expectWhole(under, engine, id);
  });
}
if (atNight) noAnswer();

test('a stop of a job that Flink starts again waits until it runs, says so meanwhile, and keeps its state', async () => {
  await using under = await openCounted();
  await using engine = await under.connect();
  await using _running = await engine.run([tens], nothingElse);
  await under.tell();
  await under.expectCounted(engine);
  {
    await using _killed = await killedProcess('taskmanager');
    await eventually(async () => expect(await statusOf(engine)).toMatchObject({ state: 'failing' }), patient);
    await engine.steer('test', 'stop', nothingElse);
    await eventually(
      async () =>
        expect(await statusOf(engine)).toMatchObject({
          state: 'stopping',
          failure: { message: expect.stringMatching(/^Flink starts the job of test again: .*/) },
        }),
      patient,
    );
  }
  expect(await under.stopped(engine)).toMatch(/^file:/);
  await under.tell();
  await engine.steer('test', 'start', nothingElse);
  await under.expectCounted(engine);
});

test('a stop of a job that is gone, because the JobManager was killed and forgot it, says that no savepoint was kept, and nothing is lost', async () => {
  await using under = await openCounted();
  await using engine = await under.connect();
  await using _running = await engine.run([tens], nothingElse);
  await under.tell();
  await under.expectCounted(engine);
  {
    await using _killed = await killedProcess('jobmanager');
    await engine.steer('test', 'stop', nothingElse);
  }
  await eventually(
    async () =>
      expect(await statusOf(engine)).toMatchObject({
        state: 'stopped',
        savepoint: undefined,
        savepointFailure: {
          code: 'SAVEPOINT_FAILED',
          message: expect.stringMatching(/^The job of test ended in Flink by itself/),
        },
      }),
    patient,
  );
  await under.tell();
  await engine.steer('test', 'start', nothingElse);
  await under.expectCounted(engine);
});
