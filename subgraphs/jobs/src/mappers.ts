import type { Connection } from '@tributary/subgraph-kit';
import type { JobRecord } from './adapters/definition-table.ts';
import type { QueueRecord } from './adapters/queue-table.ts';
import type { RunLogRecord } from './adapters/run-log-table.ts';
import type { RunRecord } from './adapters/run-table.ts';
import type { ScheduleRecord } from './adapters/schedule-table.ts';

export type { JobRecord, QueueRecord, RunLogRecord, RunRecord, ScheduleRecord };
export type RunPageRecord = Connection<RunRecord>;
export type RunLogPageRecord = Connection<RunLogRecord>;
export type SchedulePageRecord = Connection<ScheduleRecord>;

/** The objects that types of the schema are resolved from, where they differ from the type's own shape. */
export type Mappers = {
  Run: RunRecord;
  Job: JobRecord;
  Queue: QueueRecord;
  Schedule: ScheduleRecord;
  RunLogLine: RunLogRecord;
  RunConnection: RunPageRecord;
  RunLogConnection: RunLogPageRecord;
  ScheduleConnection: SchedulePageRecord;
};
