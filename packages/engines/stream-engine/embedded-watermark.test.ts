import { createLogger, systemClock } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { openEventLog } from '../event-log/open.ts';
import { eventOf, recordOf, rowOf, testPipeline, workspaceId } from './conformance-rows.ts';
import { PipelineRunner } from './embedded-pipeline-runner.ts';
import { deployPipelines } from './embedded-pipelines.ts';
import { createStreamSchema } from './embedded-schema.ts';
import { readWorkspace } from './embedded-state.ts';

test('who goes on with a pipeline knows how long its partitions were silent', async () => {
  await using relational = await freshDatabase();
  const log = createLogger({ name: 'test', level: 'silent' });
  await using eventLog = await openEventLog('embedded:', { relational, log });
  await eventLog.declareTopics([{ name: 'test.row', partitions: 2, retentionMs: 1e10 }]);
  const logId = await eventLog.identity();
  await createStreamSchema(relational, logId);
  const [deployed] = await deployPipelines(relational, [testPipeline({ allowedLatenessMs: 0 })], 0);
  if (deployed === undefined) throw new TypeError('the pipeline is deployed');
  const compute = async (offset: number, loggedMs: number): Promise<number | null> => {
    const runner = await PipelineRunner.resume(deployed, {
      ...{ sql: relational, eventLog, logId },
      clock: systemClock,
    });
    const row = rowOf({ timeMs: (offset + 1) * 100_000, place: 'DTW', amount: 1 });
    const record = recordOf(eventOf(`e${offset}`, { properties: row }), offset);
    const batch = await runner.prepare([{ ...record, timestampMs: loggedMs }]);
    await relational.transaction(async (tx) => batch?.store(tx));
    // Nothing is in the log, and nobody may stand beyond its end.
    await relational.query('DELETE FROM stream.position');
    return (await readWorkspace(relational, deployed.id, workspaceId)).watermark.valueMs;
  };
  expect(await compute(0, 0)).toBeNull();
  expect(await compute(1, 60_000)).toBeNull();
  // The other partition has no row, and is silent for longer than is waited.
  expect(await compute(2, 60_001)).toBe(300_000);
  // Of a release that kept no silences: the next row is a first one.
  await relational.query('UPDATE stream.workspace SET logged_ms = NULL, since_ms = NULL, watermark_ms = 100');
  expect(await compute(3, 200_000)).toBe(100);
  // A silence of the whole workspace: all of before has come.
  expect(await compute(4, 260_001)).toBe(400_000);
});
