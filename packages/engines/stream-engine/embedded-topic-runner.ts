import type { LogRecord } from '../event-log/port.ts';
import type { Relational } from '../relational/port.ts';
import { assertEpoch } from './embedded-commit.ts';
import { PipelineRunner, type RunnerDeps } from './embedded-pipeline-runner.ts';
import type { DeployedPipeline } from './embedded-pipelines.ts';
import { namesPipeline, type PipelineTroubles } from './pipeline-troubles.ts';
import type { ResultSink } from './port.ts';

/** Records of a partition computed at a time, when so many wait: what a batch changes is stored once, however often it changed. */
const recordsAtOnce = 4_000;
/** Windows are this much later at most, under load alone. */
const longestRestMs = 250;

export interface TopicRunnerDeps extends RunnerDeps {
  readonly relational: Relational;
  readonly sink: ResultSink;
  readonly epoch: number;
  readonly troubles: PipelineTroubles;
}

/** Feeds all pipelines of one topic from one reader; each batch is one transaction. Disposing waits for the running batch. */
export async function runTopic(
  topic: string,
  pipelines: readonly DeployedPipeline[],
  deps: TopicRunnerDeps,
): Promise<AsyncDisposable> {
  let runners: readonly PipelineRunner[] | undefined = await Promise.all(
    pipelines.map((pipeline) => PipelineRunner.resume(pipeline, deps)),
  );
  let refusal: unknown;
  // Read on from the least position of all; those that are further skip what they have.
  const beginning = await deps.eventLog.beginning(topic);
  const resumed = runners;
  const from = beginning.map((first, partition) =>
    Math.max(first, Math.min(...resumed.map(({ positions }) => positions.get(partition) ?? first))),
  );
  /** @throws why one of them cannot go on: from then on always, since what is refused now may seem to fit when the topic has grown. Whoever leads ends this then. */
  const resumeAll = async (): Promise<readonly PipelineRunner[]> => {
    if (refusal !== undefined) throw refusal;
    const outcomes = await Promise.allSettled(
      pipelines.map((pipeline) => PipelineRunner.resume(pipeline, deps)),
    );
    const reasons = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    for (const reason of reasons.filter(namesPipeline)) {
      refusal = reason;
      deps.troubles.cannotGoOn(reason, pipelines);
    }
    if (reasons.length > 0) throw refusal ?? reasons[0];
    return outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  };
  const onRecords = async (records: readonly LogRecord[]): Promise<void> => {
    const working = runners ?? (await resumeAll());
    // After a failure memory is ahead of the store, or the store ahead of what was heard of it: the store decides.
    runners = undefined;
    await computeBatch(working, records, deps);
    runners = working;
  };
  return deps.eventLog.tail({
    topics: [topic],
    recordsAtOnce,
    longestRestMs,
    from: { [topic]: from },
    onRecords,
    onTrouble: (error) => deps.troubles.failed(error, pipelines),
    // In a topic that was made anew pipelines go on with its oldest event; in one that was restored none does, and each says so.
    onMoved: async () => {
      runners = undefined;
      runners = await resumeAll();
    },
    // Where nothing happens meanwhile there is nothing to compute either.
    onGoesOn: () => {
      for (const pipeline of pipelines) deps.troubles.computed(pipeline);
    },
  });
}

async function computeBatch(
  runners: readonly PipelineRunner[],
  records: readonly LogRecord[],
  { relational, sink, epoch, troubles }: TopicRunnerDeps,
): Promise<void> {
  const prepared = (await Promise.all(runners.map((runner) => runner.prepare(records)))).filter(
    (batch) => batch !== undefined,
  );
  if (prepared.length === 0) return;
  await relational.transaction(async (tx) => {
    await assertEpoch(tx, epoch);
    for (const batch of prepared) await batch.store(tx);
    const results = prepared.flatMap((batch) => batch.results);
    if (results.length > 0) await sink(tx, results);
  });
  for (const runner of runners) {
    troubles.computed(runner.deployed);
    await runner.settle();
  }
}
