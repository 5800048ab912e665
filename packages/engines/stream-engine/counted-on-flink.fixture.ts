import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect } from 'vitest';
import { eventOf, rowOf, testPipeline } from './conformance-rows.ts';
import type { FlinkJob } from './flink-gateway.ts';
import {
  everything,
  type FlinkUnderTest,
  jobsOf,
  openFlinkUnderTest,
  patienceMs,
  untilComputed,
} from './open-flink.fixture.ts';
import type { Pipeline, PipelineStatus, StreamEngine } from './port.ts';

/** Every row that is told is in its one window. */
export const tens = testPipeline({
  groupings: [[]],
  windows: [{ name: 'TEN', kind: 'tumble', sizeMs: 10_000, offsetMs: 0 }],
  allowedLatenessMs: 60_000,
});
export const row = {
  properties: rowOf({ timeMs: Date.parse('2026-11-01T00:00:00Z'), place: 'DTW', amount: 1 }),
};

/** For `run` and `steer`, where nothing else is written with what they write. */
export const nothingElse = async (): Promise<void> => undefined;

export interface CountedOnFlink extends FlinkUnderTest {
  /** One row more. */
  tell(): Promise<void>;
  /** Waits until all is computed; then there are as many rows as were told. */
  expectCounted(engine: StreamEngine, pipeline?: Pipeline): Promise<void>;
  /** @throws when there is none */
  job(): Promise<FlinkJob>;
  /** Waits until the pipeline is stopped; answers where it left its state. */
  stopped(engine: StreamEngine): Promise<string | null>;
}

/** A Flink with a log of rows, which are counted in the windows of `tens`. */
export async function openCounted(): Promise<CountedOnFlink> {
  const under = await openFlinkUnderTest();
  const { eventLog, gateway, relational } = under;
  await eventLog.declareTopics([{ name: 'test.row', partitions: 1, retentionMs: 1e10 }]);
  let told = 0;
  return {
    ...under,
    tell: async () => {
      await eventLog.append('test.row', [eventOf(newId(), row)]);
      told += 1;
    },
    expectCounted: async (engine, pipeline = tens) => {
      await untilComputed(engine, [pipeline]);
      const [window] = await everything(engine, pipeline);
      expect(window?.rows).toBe(told);
    },
    job: async () => {
      const [job] = await jobsOf(gateway, relational);
      if (job === undefined) throw new Error('there is no job');
      return job;
    },
    stopped: (engine) =>
      eventually(
        async () => {
          const { state, savepointFailure } = await statusOf(engine);
          expect({ state, savepointFailure }).toEqual({ state: 'stopped', savepointFailure: undefined });
          const { rows } = await relational.query<{ savepoint: string | null }>(
            'SELECT savepoint FROM stream.flink_job',
          );
          return rows[0]?.savepoint ?? null;
        },
        { timeoutMs: patienceMs },
      ),
  };
}

/** @throws when there is none */
export async function statusOf(engine: StreamEngine): Promise<PipelineStatus> {
  const status = (await engine.pipelines()).find(({ name }) => name === tens.name);
  if (status === undefined) throw new Error(`there is no pipeline ${tens.name}`);
  return status;
}
