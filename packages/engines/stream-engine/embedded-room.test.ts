import { createLogger, systemClock } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { openEventLog } from '../event-log/open.ts';
import type { Sql } from '../relational/port.ts';
import { eventOf, recordOf, rowOf, testPipeline } from './conformance-rows.ts';
import { PipelineRunner } from './embedded-pipeline-runner.ts';
import { deployPipelines } from './embedded-pipelines.ts';
import { createStreamSchema } from './embedded-schema.ts';

test.each([
  ['for good', null, [1, 0, 0, 0, 0]],
  ['for a while', 1_000_000, [1, 0, 0, 0, 1]],
])(
  'a full workspace whose windows are kept %s is looked through for room when windows have gone, and not as time goes by',
  async (_, keepMs, expected) => {
    const relational = await freshDatabase();
    onTestFinished(() => relational[Symbol.asyncDispose]());
    const eventLog = await openEventLog('embedded:', {
      relational,
      log: createLogger({ name: 'test', level: 'silent' }),
    });
    onTestFinished(() => eventLog[Symbol.asyncDispose]());
    await eventLog.declareTopics([{ name: 'test.row', partitions: 1, retentionMs: 1e10 }]);
    const logId = await eventLog.identity();
    await createStreamSchema(relational, logId);
    const pipeline = testPipeline({ maxGroups: 1, allowedLatenessMs: 0, keepMs });
    const [deployed] = await deployPipelines(relational, [pipeline], 0);
    if (deployed === undefined) throw new TypeError('the pipeline is deployed');
    const asked: (string | undefined)[] = [];
    const sql: Sql = {
      query: (text, values, options) => {
        asked.push(typeof options === 'string' ? options : options?.name);
        return relational.query(text, values, options);
      },
    };
    const runner = await PipelineRunner.resume(deployed, { sql, eventLog, logId, clock: systemClock });
    const looked: number[] = [];
    for (const [offset, seconds] of [1, 100, 200, 2_000, 2_001].entries()) {
      const records = ['DTW', 'LAS'].map((place, at) => {
        const row = rowOf({ timeMs: seconds * 1_000, place, amount: 1 });
        return recordOf(eventOf(`e${offset}-${at}`, { properties: row }), offset * 2 + at);
      });
      const batch = await runner.prepare(records);
      await relational.transaction(async (tx) => batch?.store(tx));
      looked.push(asked.splice(0).filter((name) => name === 'stream_empty_groups').length);
    }
    expect(looked).toEqual(expected);
  },
);
