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
  if (pipeline.allowedLatenessMs === null || untilMs === undefined) return [];
  return ends.flatMap((end, part) =>
    end <= (starts[part] ?? 0)
      ? []
      : [{ name: `b${part}`, part, isBehind: `ap <= ${untilMs} AND COALESCE(b${part}, -1) < ${end - 1}` }],
  );
}

/** The watermark before rows are kept back for lateness: the least of the partitions that are not silent, less the disorder allowed; never back. */
export function leastSql(job: Watched): string {
  const { pipeline, starts } = job;
  const behind = new Set(behindSql(job).map(({ part }) => part));
  const beyond = '9223372036854775807';
  const terms = starts.map(
    (_, part) =>
      `CASE ${behind.has(part) ? `WHEN b${part} THEN latest${part} ` : ''}WHEN latest${part} IS NULL OR ap - heard${part} > ${pipeline.idleAfterMs} THEN ${beyond} ELSE latest${part} END`,
  );
  const least = terms.length === 1 ? terms[0] : `LEAST(${terms.join(', ')})`;
  return `NULLIF(${least}, ${beyond}) - ${pipeline.outOfOrdernessMs}`;
}
