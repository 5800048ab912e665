import type { Dependency } from '@tributary/job-queue';
import type { CallContext } from '@tributary/subgraph-kit';
import DataLoader from 'dataloader';
import { type JobRecord, jobsByNames } from '../adapters/definition-table.ts';
import { type HookSecretRecord, secretsOf } from '../adapters/hook-secrets.ts';
import { type HookRecord, hookTable } from '../adapters/hook-table.ts';
import { type OwnTable, ownRows } from '../adapters/own-rows.ts';
import {
  dependenciesOf,
  type RunPayload,
  type RunRecord,
  runPayloads,
  runsByIds,
} from '../adapters/run-table.ts';
import { lastRunsOf, type ScheduleRecord, scheduleTable } from '../adapters/schedule-table.ts';
import { type TriggerRecord, triggerTable } from '../adapters/trigger-table.ts';
import type { JobsCore } from '../core.ts';
import { ShownGraphs } from './shown-graphs.ts';

/** Batches look-ups of one call; what is not of the caller's workspace is null. */
export interface Loaders {
  readonly runs: DataLoader<string, RunRecord | null>;
  /** Inputs and outputs of runs, apart from them because they may be a thousand times as large. */
  readonly payloads: DataLoader<string, RunPayload | null>;
  readonly jobs: DataLoader<string, JobRecord | null>;
  readonly schedules: DataLoader<string, ScheduleRecord | null>;
  /** The id of the run a schedule's last tick enqueued. */
  readonly lastRuns: DataLoader<string, string | null>;
  readonly triggers: DataLoader<string, TriggerRecord | null>;
  readonly hooks: DataLoader<string, HookRecord | null>;
  readonly hookSecrets: DataLoader<string, readonly HookSecretRecord[]>;
  readonly dependencies: DataLoader<string, readonly Dependency[]>;
  readonly graphs: ShownGraphs;
}

export function createLoaders(core: JobsCore, call: Pick<CallContext, 'principal' | 'signal'>): Loaders {
  const { relational } = core;
  const { workspaceId } = call.principal;
  const own = <Row extends { readonly id: string }>(table: OwnTable) =>
    keyed<Row>((ids) => ownRows(relational, table, { workspaceId, ids }));
  return {
    runs: keyed((ids) => runsByIds(relational, workspaceId, ids)),
    payloads: keyed((ids) => runPayloads(relational, workspaceId, ids)),
    jobs: keyed((names) => jobsByNames(relational, names)),
    lastRuns: keyed((ids) => lastRunsOf(relational, workspaceId, ids)),
    schedules: own(scheduleTable),
    triggers: own(triggerTable),
    hooks: own(hookTable),
    hookSecrets: new DataLoader(async (ids) => {
      const all = await secretsOf(relational, workspaceId, ids);
      return ids.map((id) => all.filter(({ hookId }) => hookId === id));
    }),
    dependencies: new DataLoader(async (ids) => {
      const all = await dependenciesOf(relational, workspaceId, ids);
      return ids.map((id) => all.filter(({ of }) => of === id));
    }),
    graphs: new ShownGraphs(core, call),
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
