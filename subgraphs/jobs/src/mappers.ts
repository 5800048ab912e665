import type { Connection } from '@tributary/subgraph-kit';
import type { JobRecord } from './adapters/definition-table.ts';
import type { HookRecord } from './adapters/hook-table.ts';
import type { QueueRecord } from './adapters/queue-table.ts';
import type { RunLogRecord } from './adapters/run-log-table.ts';
import type { RunRecord } from './adapters/run-table.ts';
import type { ScheduleRecord } from './adapters/schedule-table.ts';
import type { TriggerRecord } from './adapters/trigger-table.ts';

export type { HookRecord, JobRecord, QueueRecord, RunLogRecord, RunRecord, ScheduleRecord, TriggerRecord };
export type RunPageRecord = Connection<RunRecord>;
export type RunLogPageRecord = Connection<RunLogRecord>;
export type QueuePageRecord = Connection<QueueRecord>;
export type SchedulePageRecord = Connection<ScheduleRecord>;
export type TriggerPageRecord = Connection<TriggerRecord>;
export type HookPageRecord = Connection<HookRecord>;

/** The objects that types of the schema are resolved from, where they differ from the type's own shape. */
export type Mappers = {
  Run: RunRecord;
  Job: JobRecord;
  Queue: QueueRecord;
  Schedule: ScheduleRecord;
  Trigger: TriggerRecord;
  Hook: HookRecord;
  RunLogLine: RunLogRecord;
  RunConnection: RunPageRecord;
  RunLogConnection: RunLogPageRecord;
  QueueConnection: QueuePageRecord;
  ScheduleConnection: SchedulePageRecord;
  TriggerConnection: TriggerPageRecord;
  HookConnection: HookPageRecord;
};
