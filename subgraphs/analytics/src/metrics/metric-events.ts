import { createEvent } from '@tributary/engines/event-log/event';
import type { OutgoingEvent } from '@tributary/engines/outbox';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import type {
  DimensionValue,
  PipelineResults,
  ResultSink,
  WindowResult,
} from '@tributary/engines/stream-engine';
import type { Clock } from '@tributary/runtime';

/** One window of one group in an event of the topic `analytics.metric`. */
export interface MetricPointData {
  /** Names and values of its dimensions. */
  readonly dimensions: Readonly<Record<string, DimensionValue>>;
  readonly start: string;
  readonly end: string;
  /** 0: the window is gone. */
  readonly rows: number;
  readonly values: readonly (number | null)[];
}

/** `data` of `analytics.metric.updated`. */
export interface MetricData {
  readonly metric: string;
  readonly window: string;
  readonly points: readonly MetricPointData[];
}

const pointsPerEvent = 100;

/** Tells of every window that changed, in the transaction that stores it. */
export function metricEventSink(clock: Clock): ResultSink {
  return (tx, results) =>
    writeOutbox(
      tx,
      results.flatMap((each) => eventsOf(each, clock)),
    );
}

function eventsOf(
  { pipeline, workspaceId, results }: PipelineResults,
  clock: Clock,
): readonly OutgoingEvent[] {
  const windows = [...new Set(results.map(({ window }) => window))];
  const pointOf = pointMaker();
  return windows.flatMap((window) => {
    const points = results.filter((result) => result.window === window).map(pointOf);
    const events: OutgoingEvent[] = [];
    for (let start = 0; start < points.length; start += pointsPerEvent) {
      const data: MetricData = {
        metric: pipeline,
        window,
        points: points.slice(start, start + pointsPerEvent),
      };
      const event = createEvent({
        type: 'analytics.metric.updated',
        source: '/subgraphs/analytics',
        subject: `Metric/${pipeline}`,
        workspaceId,
        actor: { kind: 'service', id: 'stream-engine' },
        data,
        clock,
      });
      events.push({ topic: 'analytics.metric', event });
    }
    return events;
  });
}

/** Windows of many groups begin together, and a group has many windows: what they have in common is made once. */
function pointMaker(): (result: WindowResult) => MetricPointData {
  const moments = new Map<number, string>();
  const momentOf = (atMs: number): string => {
    const known = moments.get(atMs) ?? new Date(atMs).toISOString();
    moments.set(atMs, known);
    return known;
  };
  const named = new Map<readonly DimensionValue[], MetricPointData['dimensions']>();
  const namedOf = ({ grouping, group }: WindowResult): MetricPointData['dimensions'] => {
    const known =
      named.get(group) ?? Object.fromEntries(grouping.map((name, at) => [name, group[at] ?? null]));
    named.set(group, known);
    return known;
  };
  return (result) => ({
    dimensions: namedOf(result),
    start: momentOf(result.startMs),
    end: momentOf(result.endMs),
    rows: result.rows,
    values: result.values,
  });
}
