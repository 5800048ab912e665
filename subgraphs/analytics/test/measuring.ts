import type { LogEvent } from '@tributary/engines/event-log';
import { createEvent } from '@tributary/engines/event-log/event';
import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect } from 'vitest';
import type { OpenAnalytics } from './open-analytics.ts';

/** What is measured of a flight; references are ids, as in the events of the data subgraph. */
export interface TestFlight {
  readonly id: string;
  readonly origin: string;
  readonly scheduledAt: string;
  readonly delayMinutes: number;
}

/** Tells of a change of a flight as the data subgraph does, straight to the log. */
export function flightChange(
  analytics: OpenAnalytics,
  workspaceId: string,
  { before, after }: { readonly before: TestFlight | null; readonly after: TestFlight | null },
): LogEvent {
  const verb = before === null ? 'created' : after === null ? 'deleted' : 'updated';
  const id = after?.id ?? before?.id ?? newId();
  return createEvent({
    type: `data.record.${verb}`,
    source: '/subgraphs/data',
    subject: `Flight/${id}`,
    workspaceId,
    actor: { kind: 'service', id: 'test' },
    data: { model: 'Flight', id, version: 1, before, after, changed: [] },
    clock: analytics.clock,
  });
}

/** Moves what was committed to the log, and waits until metrics have computed all of it. */
export async function computed(analytics: OpenAnalytics): Promise<void> {
  for (const { topic, event } of await analytics.takeEvents())
    await analytics.eventLog.append(topic, [event]);
  await eventually(async () => {
    const { rows } = await analytics.relational.query<{ behind: number }>(
      `SELECT coalesce(sum(p.next_offset - coalesce(s.next_offset, 0)), 0)::int AS behind
       FROM stream.pipeline d CROSS JOIN event_log.partition p JOIN event_log.topic t USING (topic_id)
       LEFT JOIN stream.position s ON s.pipeline_id = d.pipeline_id AND s.partition = p.partition
       WHERE t.name = CASE WHEN d.name = 'flight_delay' THEN 'data.record' ELSE 'analytics.event' END`,
    );
    expect(rows).toEqual([{ behind: 0 }]);
  });
}
