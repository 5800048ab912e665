import type { Clock, Logger } from '@tributary/runtime';
import type { EventLog } from '../event-log/port.ts';
import type { Relational } from '../relational/port.ts';
import type { DeployedPipeline } from './embedded-pipelines.ts';
import { createStreamSchema } from './embedded-schema.ts';
import { runTopic } from './embedded-topic-runner.ts';
import { leaveGenerations } from './flink-generation.ts';
import { endLeftJobs } from './flink-left-jobs.ts';
import { storeRestored } from './pipeline-states.ts';
import type { StreamEngine } from './port.ts';
import { type LeaderWork, noteOtherLog, StoredStreamEngine } from './stored-engine.ts';

export interface EmbeddedStreamDeps {
  readonly relational: Relational;
  readonly eventLog: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Windows computed in this process over the given log, kept in the given PostgreSQL (the caller closes both after this). Creates its schema. */
export async function openEmbeddedStreamEngine(options: EmbeddedStreamDeps): Promise<StreamEngine> {
  const deps = { ...options, logId: await options.eventLog.identity() };
  await createStreamSchema(deps.relational, deps.logId);
  await noteOtherLog(deps);
  const lead = (pipelines: readonly DeployedPipeline[], work: LeaderWork): Promise<AsyncDisposable> =>
    readTopics(pipelines, { ...deps, ...work });
  return new StoredStreamEngine({ ...deps, engine: 'embedded', lead });
}

/** Each topic is read once, for all pipelines over it. */
async function readTopics(
  deployed: readonly DeployedPipeline[],
  deps: EmbeddedStreamDeps & LeaderWork & { readonly logId: string },
): Promise<AsyncDisposable> {
  const ids = deployed.map(({ id }) => id);
  await endLeftJobs(undefined, deps);
  await leaveGenerations(deps.relational, ids);
  const topics = new Set(deployed.map(({ pipeline }) => pipeline.source.topic));
  const tails: AsyncDisposable[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(tails.map((tail) => tail[Symbol.asyncDispose]()));
  };
  try {
    for (const topic of topics) {
      const onTopic = deployed.filter(({ pipeline }) => pipeline.source.topic === topic);
      tails.push(await runTopic(topic, onTopic, { ...deps, sql: deps.relational }));
    }
    await storeRestored(deps.relational, ids, { epoch: deps.epoch, nowMs: deps.clock.now() });
  } catch (error) {
    await close();
    throw error;
  }
  return { [Symbol.asyncDispose]: close };
}
