import type { Relational } from '../relational/port.ts';
import { assertEpoch } from './embedded-commit.ts';
import type { DeployedPipeline } from './embedded-pipelines.ts';
import { type Generation, storeNextResult } from './flink-generation.ts';
import type { ResultsTopic } from './flink-results-topic.ts';
import type { FlinkRunner } from './flink-runner.ts';
import type { LeaderWork } from './stored-engine.ts';

/** Where what a job computed comes from, and what adds it up. */
export interface ResultsPlace extends LeaderWork {
  readonly relational: Relational;
  readonly deployed: DeployedPipeline;
  readonly runner: FlinkRunner;
  readonly topic: Pick<ResultsTopic, 'committed'>;
}

/** One transaction: windows, positions, what the sink writes, and how far the results are read. Undefined where those that are next are not kept any more. */
export async function takeResults(
  generation: Generation,
  { relational, epoch, sink, troubles, deployed, runner, topic }: ResultsPlace,
  waitMs: number,
): Promise<Generation | undefined> {
  const committed = await topic.committed(generation.nextResult, waitMs);
  if (committed === undefined) return undefined;
  const { values, nextOffset, whole } = committed;
  if (nextOffset === generation.nextResult) return generation;
  const prepared = await runner.prepare(values, whole);
  const reached = { ...generation, nextResult: nextOffset, seen: prepared.seen };
  await relational.transaction(async (tx) => {
    await assertEpoch(tx, epoch);
    await prepared.store(tx);
    await storeNextResult(tx, reached);
    if (prepared.results.length > 0) await sink(tx, prepared.results);
  });
  troubles.computed(deployed);
  await runner.settle();
  return reached;
}

/** Stores all that is left, and answers how far that is; undefined where it is not kept any more. */
export async function drainResults(
  generation: Generation,
  place: ResultsPlace,
): Promise<Generation | undefined> {
  let reached = generation;
  for (;;) {
    const next = await takeResults(reached, place, 0);
    if (next === undefined) return undefined;
    if (next.nextResult === reached.nextResult) return reached;
    reached = next;
  }
}
