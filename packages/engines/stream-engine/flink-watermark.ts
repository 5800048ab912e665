import type { Pipeline } from './port.ts';

export interface Backlog {
  /** By partition: where it ends. */
  readonly ends: readonly number[];
  /** When the log took the last of it, by the log's own time; undefined when there is nothing. */
  readonly untilMs: number | undefined;
}

/** What of a job says how far event time has come. */
export interface Watched {
  readonly pipeline: Pipeline;
  readonly starts: readonly number[];
  readonly backlog: Backlog;
}

/**
 * Partitions that are not read to the end of the backlog: rows that are older than those of others, read before, are still to come, and none is late for that.
 * Nothing is behind for a record that came after the backlog, so it does not matter that the job forgets what it has read.
 */
export function behindSql({
  pipeline,
  starts,
  backlog: { ends, untilMs },
}: Watched): readonly { readonly name: string; readonly part: number; readonly isBehind: string }[] {
  if (pipeline.allowedLatenessMs === null) return [];
  // Of every partition, also of one that is behind in nothing: the same query has to be the same graph to Flink, or a state that it left would fit only while nothing waits.
  return starts.map((start, part) => {
    const end = ends[part] ?? 0;
    const until = untilMs === undefined || end <= start ? beforeAll : { ms: untilMs, offset: end - 1 };
    const isBehind = `ap <= ${until.ms} AND COALESCE(b${part}, -1) < ${until.offset}`;
    return { name: `b${part}`, part, isBehind };
  });
}

/** Nothing in a log is older, or has a lesser offset. */
const beforeAll = { ms: -1, offset: -1 } as const;

/** The watermark before rows are kept back for lateness: the least of the partitions that are not silent, less the disorder allowed; never back. */
export function leastSql(job: Watched): string {
  const { pipeline, starts } = job;
  const beyond = '9223372036854775807';
  const terms = starts.map(
    (_, part) =>
      `CASE WHEN b${part} THEN latest${part} WHEN latest${part} IS NULL OR ap - heard${part} > ${pipeline.idleAfterMs} THEN ${beyond} ELSE latest${part} END`,
  );
  const least = terms.length === 1 ? terms[0] : `LEAST(${terms.join(', ')})`;
  return `NULLIF(${least}, ${beyond}) - ${pipeline.outOfOrdernessMs}`;
}
