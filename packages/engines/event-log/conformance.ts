import { describeDurable } from './conformance-durable.ts';
import type { LogUnderTest } from './conformance-events.ts';
import { describeFencing } from './conformance-fencing.ts';
import { describeGroups } from './conformance-groups.ts';
import { describeLargeEvents } from './conformance-large.ts';
import { describeReading } from './conformance-reading.ts';
import { describeTailing } from './conformance-tailing.ts';
import { describeTopics } from './conformance-topics.ts';

/** Holds an adapter to what the port promises. `open` gives an empty log, or one whose topics the test does not name. */
export function describeEventLog(name: string, open: () => Promise<LogUnderTest>): void {
  describeReading(name, open);
  describeTailing(name, open);
  describeGroups(name, open);
  describeFencing(name, open);
  describeTopics(name, open);
  describeDurable(name, open);
  describeLargeEvents(name, open);
}
