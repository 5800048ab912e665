import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import { systemClock as clock } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { isolatedJobs } from './jobs.fixture.ts';
import { openJobs } from './open-runner.ts';

const retry = { maxAttempts: 1, backoffMs: 1, backoffMaxMs: 1 };

test('a run that finds the engine away waits in its queue, says why, keeps its attempts, and is done when the engine is there', async () => {
  const apart = isolatedJobs.find(({ name }) => name === 'ask-apart');
  if (apart === undefined) throw new Error('there is no such job');
  const both = [apart, { ...apart, name: 'ask-inside', module: undefined }];
  await using jobs = await openJobs();
  const away = await openBatchEngine('embedded:', { clock });
  await away[Symbol.asyncDispose]();
  const ids: string[] = [];
  {
    await using _runner = await jobs.start(both, {}, { engine: away });
    for (const { name } of both) ids.push(await jobs.enqueue(name, { sql: 'SELECT 1' }, { retry }));
    for (const id of ids)
      await eventually(async () =>
        expect(await jobs.run(id)).toMatchObject({
          state: 'DELAYED',
          attempt: 0,
          errorCode: 'ENGINE_UNAVAILABLE',
          errorMessage: 'The batch engine is away; the run goes on when it is back.',
        }),
      );
  }
  await jobs.start(both);
  for (const id of ids)
    expect(await jobs.ended(id, 'SUCCEEDED')).toMatchObject({ output: [[1]], attempt: 1, errorCode: null });
});
