import type { LogRecord } from '../event-log/port.ts';
import type { Relational } from '../relational/port.ts';
import { assertEpoch } from './embedded-commit.ts';
import { PipelineRunner, type RunnerDeps } from './embedded-pipeline-runner.ts';
import type { DeployedPipeline } from './embedded-pipelines.ts';
import { namesPipeline, type PipelineTroubles } from './pipeline-troubles.ts';
import type { ResultSink } from './port.ts';

/** Records of a partition computed at a time, when so many wait: what a batch changes is stored once, however often it changed. */
const recordsAtOnce = 4_000;
/** Most of a batch is what it stores of windows, and the same windows change with each: a quarter of the time is theirs. They are this much later at most, under load alone. */
const rests = { longestRestMs: 1_000, restFactor: 3 };

export interface TopicRunnerDeps extends RunnerDeps {
  readonly relational: Relational;
  readonly sink: ResultSink;
  readonly epoch: number;
  readonly troubles: PipelineTroubles;
}

/**
 * Feeds all pipelines of one topic from one reader; each batch is one transaction. One whose part of it fails while that of others is stored goes on with a reader of
 * its own. Disposing waits for the running batch.
 */
export async function runTopic(
  topic: string,
  pipelines: readonly DeployedPipeline[],
  deps: TopicRunnerDeps,
): Promise<AsyncDisposable> {
  let runners: readonly PipelineRunner[] | undefined = await Promise.all(
    pipelines.map((pipeline) => PipelineRunner.resume(pipeline, deps)),
  );
  let refusal: unknown;
  let together = pipelines;
  const apart: AsyncDisposable[] = [];
  let hasFailed = false;
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
      together.map((pipeline) => PipelineRunner.resume(pipeline, deps)),
    );
    const reasons = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    for (const reason of reasons.filter(namesPipeline)) {
      refusal = reason;
      deps.troubles.cannotGoOn(reason, together);
    }
    if (reasons.length > 0) throw refusal ?? reasons[0];
    return outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  };
  const onRecords = async (records: readonly LogRecord[]): Promise<void> => {
    const working = runners ?? (await resumeAll());
    // After a failure memory is ahead of the store, or the store ahead of what was heard of it: the store decides.
    runners = undefined;
    const isAgain = hasFailed;
    hasFailed = true;
    const { well, failed } = isAgain
      ? await computeOneByOne(working, records, deps)
      : await computeTogether(working, records, deps);
    for (const { deployed, error } of failed) {
      deps.troubles.failed(error, [deployed]);
      apart.push(await runTopic(topic, [deployed], deps));
      together = together.filter((each) => each !== deployed);
    }
    runners = well;
    hasFailed = false;
  };
  const tail = await deps.eventLog.tail({
    topics: [topic],
    recordsAtOnce,
    ...rests,
    from: { [topic]: from },
    onRecords,
    onTrouble: (error) => deps.troubles.failed(error, together),
    // In a topic that was made anew pipelines go on with its oldest event; in one that was restored none does, and each says so.
    onMoved: async () => {
      runners = undefined;
      runners = await resumeAll();
    },
    // Where nothing happens meanwhile there is nothing to compute either.
    onGoesOn: () => {
      for (const pipeline of together) deps.troubles.computed(pipeline);
    },
  });
  return {
    [Symbol.asyncDispose]: async () => {
      await tail[Symbol.asyncDispose]();
      await Promise.all(apart.map((each) => each[Symbol.asyncDispose]()));
    },
  };
}

interface Computed {
  readonly well: readonly PipelineRunner[];
  readonly failed: readonly { readonly deployed: DeployedPipeline; readonly error: unknown }[];
}

/** What failed for all together may be the fault of one. @throws why, where all of them fail: that is nobody's own fault */
async function computeOneByOne(
  runners: readonly PipelineRunner[],
  records: readonly LogRecord[],
  deps: TopicRunnerDeps,
): Promise<Computed> {
  const well: PipelineRunner[] = [];
  const failed: { deployed: DeployedPipeline; error: unknown }[] = [];
  for (const runner of runners) {
    try {
      await computeTogether([runner], records, deps);
      well.push(runner);
    } catch (error) {
      failed.push({ deployed: runner.deployed, error });
    }
  }
  if (well.length === 0 && failed.length > 0) throw failed[0]?.error;
  return { well, failed };
}

async function computeTogether(
  runners: readonly PipelineRunner[],
  records: readonly LogRecord[],
  { relational, sink, epoch, troubles }: TopicRunnerDeps,
): Promise<Computed> {
  const computed = { well: runners, failed: [] };
  const prepared = (await Promise.all(runners.map((runner) => runner.prepare(records)))).filter(
    (batch) => batch !== undefined,
  );
  if (prepared.length === 0) return computed;
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
  return computed;
}
