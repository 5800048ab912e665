import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CodedError, createLogger, systemClock } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { openEventLog } from '../event-log/open.ts';
import { parseKafkaUrl } from '../kafka/address.ts';
import { openDriver } from '../kafka/driver.ts';
import { testPipeline } from './conformance-rows.ts';
import { type DeployedPipeline, deployPipelines } from './embedded-pipelines.ts';
import { parseFlinkUrl } from './flink-address.ts';
import { jobFingerprint } from './flink-fingerprint.ts';
import { type FollowerDeps, haltPipeline } from './flink-follower.ts';
import { FlinkGateway } from './flink-gateway.ts';
import { beginGeneration, readGeneration } from './flink-generation.ts';
import { FlinkJobs } from './flink-jobs.ts';
import { ResultsTopics } from './flink-results-topic.ts';
import { createFlinkSchema } from './flink-schema.ts';
import { readPipelineStates } from './pipeline-states.ts';
import { PipelineTroubles } from './pipeline-troubles.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const kafkaAddress = parseKafkaUrl('kafka://127.0.0.1:1', 'TEST_URL');

/** A JobManager that has come back and knows of no job. */
async function emptyFlink(): Promise<string> {
  const server = createServer((_, answer) => answer.end('{"jobs":[]}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return `flink://${place}?jobManager=${place}`;
}

/** A pipeline whose job computed `left` records that nobody has stored yet, and is gone. */
async function openLost(left: number) {
  const relational = await freshDatabase();
  onTestFinished(() => relational[Symbol.asyncDispose]());
  const eventLog = await openEventLog('embedded:', { relational, log });
  onTestFinished(() => eventLog[Symbol.asyncDispose]());
  await eventLog.declareTopics([{ name: 'test.row', partitions: 1, retentionMs: 1e10 }]);
  const logId = await eventLog.identity();
  const installation = await createFlinkSchema(relational, logId);
  const pipeline = testPipeline({});
  const [deployed] = (await deployPipelines(relational, [pipeline], 0)) as [DeployedPipeline];
  const fingerprint = jobFingerprint(pipeline);
  await relational.transaction((tx) =>
    beginGeneration(tx, { pipelineId: deployed.id, number: 1, logId, fingerprint }),
  );
  const address = parseFlinkUrl(await emptyFlink(), 'TEST_URL');
  const topics = new ResultsTopics(await openDriver(kafkaAddress, log), kafkaAddress, log);
  const gateway = await FlinkGateway.open(address);
  const jobs = new FlinkJobs({
    ...{ address, kafkaAddress, gateway, topics, eventLog, connector: {}, installation },
  });
  const troubles = new PipelineTroubles({
    sql: relational,
    clock: systemClock,
    epoch: 0,
    onTrouble: () => {},
  });
  const work = { relational, clock: systemClock, logId, eventLog, jobs, troubles, epoch: 0 };
  const deps: FollowerDeps = {
    ...work,
    sink: async () => undefined,
    topics: {
      open: (name) => ({
        committed: async (from) => {
          const end = name.endsWith('.1') ? left : 0;
          return { values: [], nextOffset: Math.max(from, end), whole: true };
        },
        [Symbol.asyncDispose]: async () => undefined,
      }),
    },
  };
  return {
    troubles,
    deployed,
    halt: (withoutSavepoint = false) => haltPipeline(deployed, { withoutSavepoint }, deps),
    told: async () => {
      await troubles.settled();
      return (await readPipelineStates(relational, logId))[0]?.savepointFailure;
    },
    generation: () => readGeneration(relational, deployed.id),
  };
}

const lost = {
  code: 'SAVEPOINT_FAILED',
  message: expect.stringMatching(/^The job of test ended in Flink by itself before a savepoint was kept/),
};

test('a stop of a job that is gone from Flink says that no savepoint was kept, also where results are left to store', async () => {
  const { halt, told, troubles, deployed } = await openLost(5);
  troubles.failed(new CodedError('ENGINE_UNAVAILABLE', 'Flink is away.'), [deployed]);
  await troubles.settled();
  expect(await halt()).toEqual({ kept: undefined });
  expect(await told()).toEqual(lost);
});

test('a job that is gone is told as well where nobody saw it go', async () => {
  const { halt, told } = await openLost(5);
  await halt();
  expect(await told()).toEqual(lost);
});

test('of a job that had computed nothing there is nothing to tell, and nothing of one that was to end without a savepoint, then or when it is stopped once more', async () => {
  const idle = await openLost(0);
  await idle.halt();
  expect(await idle.told()).toBeUndefined();
  const ended = await openLost(5);
  await ended.halt(true);
  await ended.halt();
  expect(await ended.told()).toBeUndefined();
  expect(await ended.generation()).toMatchObject({ nextResult: 0, savepoint: undefined });
});
