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

const overWorkspace = '(PARTITION BY ws ORDER BY pt ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)';

/**
 * The views that say of each row, as `c`, which windows are closed when it comes: as `Watermark` does, which is where the rule is told. `columns` are those of
 * `from` that go on.
 */
export function watchedViews(
  job: Watched,
  { from, columns }: { readonly from: string; readonly columns: string },
): readonly (readonly [name: string, query: string])[] {
  const { pipeline, starts } = job;
  if (pipeline.allowedLatenessMs === null)
    return [['told_watched', `SELECT ${columns}, CAST(NULL AS BIGINT) AS c FROM ${from}`]];
  const most = (of: string, also = ''): string =>
    `MAX(CASE WHEN ${also}state = 'row' THEN ${of} END) OVER ${overWorkspace}`;
  const times = starts.flatMap((_, part) => [
    [`latest${part}`, most('t', `part = ${part} AND `)] as const,
    [`heard${part}`, most('ap', `part = ${part} AND `)] as const,
  ]);
  const named = times.map(([name]) => name).join(', ');
  const isFirst = `state = 'row' AND (heardbefore IS NULL OR ap - heardbefore > ${pipeline.idleAfterMs})`;
  return [
    [
      'told_latest',
      `SELECT ${columns}, ${times.map(([name, time]) => `${time} AS ${name}`).join(', ')}, ${most('t')} AS come, ${most('ap')} AS heard FROM ${from}`,
    ],
    [
      'told_before',
      `SELECT ${columns}, ${named}, LAG(come) OVER (PARTITION BY ws ORDER BY pt) AS comebefore, LAG(heard) OVER (PARTITION BY ws ORDER BY pt) AS heardbefore FROM told_latest`,
    ],
    [
      'told_since',
      `SELECT ${columns}, ${named}, comebefore, (${isFirst}) AS isfirst, MAX(CASE WHEN ${isFirst} THEN ap END) OVER ${overWorkspace} AS since FROM told_before`,
    ],
    ['told_least', `SELECT ${columns}, ${leastSql(job)} AS least FROM told_since`],
    [
      'told_watched',
      `SELECT ${columns}, MAX(least) OVER ${overWorkspace} - ${pipeline.allowedLatenessMs} AS c FROM told_least`,
    ],
  ];
}

/** The watermark before rows are kept back for lateness: the least of the partitions that are not silent, or all of before a silence; less the disorder allowed. */
function leastSql(job: Watched): string {
  const { pipeline, starts } = job;
  const [beyond, below] = ['9223372036854775807', '-9223372036854775807'];
  const { idleAfterMs, outOfOrdernessMs } = pipeline;
  const terms = starts.map(
    (_, part) =>
      `CASE WHEN b${part} OR ap - since <= ${idleAfterMs} OR ap - COALESCE(heard${part}, since) <= ${idleAfterMs} THEN latest${part} ELSE ${beyond} END`,
  );
  const least = terms.length === 1 ? terms[0] : `LEAST(${terms.join(', ')})`;
  const behind = starts.map((_, part) => `b${part}`).join(' OR ');
  const before = `CASE WHEN isfirst AND NOT (${behind}) THEN comebefore END`;
  const either = `GREATEST(COALESCE(NULLIF(${least}, ${beyond}), ${below}), COALESCE(${before}, ${below}))`;
  return `CASE WHEN state = 'row' THEN NULLIF(${either}, ${below}) - ${outOfOrdernessMs} END`;
}
