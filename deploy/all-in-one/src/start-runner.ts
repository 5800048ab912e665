import type { BatchEngine } from '@tributary/engines/batch-engine';
import type { Relational } from '@tributary/engines/relational';
import { createJobQueue, runsEndedCounter } from '@tributary/job-queue';
import {
  builtChild,
  builtInJobs,
  defaultRunnerSettings,
  doorsForRuns,
  graphForRuns,
  modelInputs,
  registerJobs,
  startJobRunner,
} from '@tributary/job-runner';
import { type Closing, systemClock as clock, type Logger, type Registry } from '@tributary/runtime';
import type { AssertionMinter, GraphExecutor } from '@tributary/subgraph-kit';

export interface RunnerParts {
  readonly relational: Relational;
  /** The runs' own: what people wait for has another. */
  readonly batchEngine: BatchEngine;
  readonly minter: AssertionMinter;
  readonly execute: GraphExecutor;
  readonly gatewayUrl: string;
  readonly metrics: Registry;
  readonly log: Logger;
  readonly closing: Closing;
}

/** Works on runs in this process; those of jobs with a module have processes of their own. */
export async function startRunner(parts: RunnerParts): Promise<void> {
  const { relational, batchEngine: engine, minter, execute, gatewayUrl, log, closing } = parts;
  const ended = runsEndedCounter(parts.metrics);
  const jobs = builtInJobs();
  await registerJobs(relational, jobs);
  const queue = closing.use(
    'job queue',
    createJobQueue({ relational, clock, log, random: Math.random, ended }),
  );
  const graph = graphForRuns({ minter, execute });
  const describe = modelInputs({ minter, execute, clock });
  const batch = { engine, gatewayUrl, doors: doorsForRuns({ minter, gatewayUrl }) };
  const name = `all-in-one-${process.pid}`;
  const settings = { ...defaultRunnerSettings, name, gatewayUrl, nodeArguments: builtChild };
  const runner = await startJobRunner({ queue, jobs, graph, describe, batch, clock, log, settings });
  closing.use('job runner', runner);
}
