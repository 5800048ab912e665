import { onTestFinished } from 'vitest';
import type { EventLog, LogEvent } from '../event-log/port.ts';
import type { Relational } from '../relational/port.ts';
import type { StreamEngine } from './port.ts';

export interface StreamUnderTest extends AsyncDisposable {
  readonly relational: Relational;
  readonly eventLog: EventLog;
  /** Appends an event as another process does that cannot know it is there already. */
  repeat(topic: string, event: LogEvent): Promise<void>;
  /** An engine of its own, as another process would have it, over the same log and store. */
  connect(): Promise<StreamEngine>;
}

/** Opens one with the topic that the tests' rows are told in, of one partition where it matters in which order they are read; it ends with the test. */
export async function openedForRows(
  open: () => Promise<StreamUnderTest>,
  partitions = 1,
): Promise<StreamUnderTest> {
  const under = await open();
  onTestFinished(() => under[Symbol.asyncDispose]());
  await under.eventLog.declareTopics([{ name: 'test.row', partitions, retentionMs: 1e10 }]);
  return under;
}
