import type { Clock, Logger } from '@tributary/runtime';
import type { EventLog } from '../event-log/port.ts';
import type { KafkaAddress } from '../kafka/address.ts';
import { openDriver } from '../kafka/driver.ts';
import type { Relational } from '../relational/port.ts';
import type { FlinkAddress } from './flink-address.ts';
import { followPipeline, haltPipeline } from './flink-follower.ts';
import { FlinkGateway } from './flink-gateway.ts';
import { currentGenerations } from './flink-generation.ts';
import { FlinkJobs } from './flink-jobs.ts';
import { endLeftJobs } from './flink-left-jobs.ts';
import { ResultsTopics } from './flink-results-topic.ts';
import { createFlinkSchema } from './flink-schema.ts';
import { connectorProperties } from './flink-tables.ts';
import type { StreamEngine } from './port.ts';
import { noteOtherLog, StoredStreamEngine } from './stored-engine.ts';

export interface FlinkStreamDeps {
  readonly relational: Relational;
  readonly eventLog: EventLog;
  /** Where the event log is: Flink reads it there. */
  readonly kafkaAddress: KafkaAddress;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Windows computed by Flink over the Kafka that the event log is, kept in the given PostgreSQL (the caller closes log and database after this). Creates its
 * schema. Jobs outlive the engine.
 * @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE
 */
export async function openFlinkStreamEngine(
  address: FlinkAddress,
  deps: FlinkStreamDeps,
): Promise<StreamEngine> {
  const { relational, eventLog, kafkaAddress, clock, log } = deps;
  const logId = await eventLog.identity();
  const gateway = await FlinkGateway.open(address);
  const connector = await connectorProperties(kafkaAddress, address.brokers);
  await gateway.ping();
  const installation = await createFlinkSchema(relational, logId);
  await noteOtherLog({ relational, log, logId });
  const topics = new ResultsTopics(await openDriver(kafkaAddress, log), kafkaAddress, log);
  const jobs = new FlinkJobs({ address, kafkaAddress, gateway, topics, eventLog, connector, installation });
  return new StoredStreamEngine({
    engine: 'flink',
    relational,
    eventLog,
    clock,
    log,
    logId,
    ping: () => gateway.ping(),
    halt: (pipeline, how, work) =>
      haltPipeline(pipeline, how, { ...work, relational, clock, logId, eventLog, jobs, topics }),
    lead: async (pipelines, work) => {
      await endLeftJobs({ address, gateway }, { relational, log });
      await jobs.sweep(() => currentGenerations(relational));
      const followers = pipelines.map((deployed) =>
        followPipeline(deployed, { ...work, relational, clock, logId, eventLog, jobs, topics }),
      );
      return {
        [Symbol.asyncDispose]: async () => {
          await Promise.all(followers.map((follower) => follower[Symbol.asyncDispose]()));
        },
      };
    },
  });
}
