import type { Dependency } from '@tributary/job-queue';
import DataLoader from 'dataloader';
import { type JobRecord, jobsByNames } from '../adapters/definition-table.ts';
import { dependenciesOf, type RunRecord, runsByIds } from '../adapters/run-table.ts';
import { lastRunsOf, type ScheduleRecord, schedulesByIds } from '../adapters/schedule-table.ts';
import type { JobsCore } from '../core.ts';

/** Batches look-ups of one call; what is not of the caller's workspace is null. */
export interface Loaders {
  readonly runs: DataLoader<string, RunRecord | null>;
  readonly jobs: DataLoader<string, JobRecord | null>;
  readonly schedules: DataLoader<string, ScheduleRecord | null>;
  /** The id of the run a schedule's last tick enqueued. */
  readonly lastRuns: DataLoader<string, string | null>;
  readonly dependencies: DataLoader<string, readonly Dependency[]>;
}

export function createLoaders({ relational }: JobsCore, workspaceId: string): Loaders {
  return {
    runs: keyed((ids) => runsByIds(relational, workspaceId, ids)),
    jobs: keyed((names) => jobsByNames(relational, names)),
    schedules: keyed((ids) => schedulesByIds(relational, workspaceId, ids)),
    lastRuns: keyed((ids) => lastRunsOf(relational, workspaceId, ids)),
    dependencies: new DataLoader(async (ids) => {
      const all = await dependenciesOf(relational, workspaceId, ids);
      return ids.map((id) => all.filter(({ of }) => of === id));
    }),
  };
}

function keyed<Row>(
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, Row>>,
): DataLoader<string, Row | null> {
  return new DataLoader(async (keys) => {
    const found = await load(keys);
    return keys.map((key) => found.get(key) ?? null);
  });
}
