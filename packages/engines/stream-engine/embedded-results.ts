import { CodedError } from '@tributary/runtime';
import type { Sql } from '../relational/port.ts';
import { pipelineId } from './embedded-pipelines.ts';
import type {
  DimensionValue,
  LatestRequest,
  Pipeline,
  RankRequest,
  SeriesRequest,
  WindowResult,
} from './port.ts';
import { dimensionText } from './row-batch.ts';
import { windowStarts } from './window-starts.ts';

interface Row {
  readonly key: DimensionValue[];
  readonly startMs: string;
  readonly endMs: string;
  readonly rows: string;
  readonly measures: (number | null)[];
}

const columns = `g.key, c.start_ms AS "startMs", c.end_ms AS "endMs", c.row_count AS rows, c.measures`;
const groupOrder = `g.key::text COLLATE "C"`;
/** The workspace is part of each statement: a group belongs to one. */
const from = `FROM stream.window_group g JOIN stream.cell c ON c.pipeline_id = g.pipeline_id AND c.group_id = g.group_id
WHERE g.pipeline_id = $1 AND g.workspace_id = $2 AND g.grouping_no = $3 AND c.window_no = $4`;

export async function readSeries(
  sql: Sql,
  pipeline: Pipeline,
  request: SeriesRequest,
): Promise<readonly WindowResult[]> {
  const { place, values } = await placeOf(sql, pipeline, request);
  const among = whereSql(request, values);
  const bounds = `c.start_ms >= ${param(values, Math.ceil(request.fromMs))} AND c.start_ms < ${param(values, Math.ceil(request.toMs))}`;
  const groups =
    request.groups === undefined ? '' : groupsSql(request.groups, { inside: `${bounds} ${among}`, values });
  const { rows } = await sql.query<Row>(
    `SELECT ${columns} ${from} AND ${bounds} ${among} ${groups}
     ORDER BY ${groupOrder}, c.start_ms LIMIT ${param(values, request.limit)}`,
    values,
  );
  return rows.map((row) => resultOf(place, row));
}

/**
 * Looked up group by group along the key of the windows, which are many times as many. Aligned windows are the same in all groupings, and the total is one group,
 * so it answers for the others where it is kept.
 */
export async function readLatestStarts(
  sql: Sql,
  pipeline: Pipeline,
  { beforeMs, limit, ...request }: LatestRequest,
): Promise<readonly number[]> {
  const { values } = await placeOf(sql, pipeline, request);
  const total = pipeline.groupings.findIndex((names) => names.length === 0);
  const [, , grouping, window] = values;
  const kind = pipeline.windows[Number(window)]?.kind;
  values[2] = kind !== 'session' && total >= 0 ? total : grouping;
  const bound = beforeMs === undefined ? '' : `AND c.start_ms < ${param(values, Math.ceil(beforeMs))}`;
  const most = param(values, limit);
  const { rows } = await sql.query<{ startMs: string }>(
    `SELECT DISTINCT latest.start_ms AS "startMs" FROM stream.window_group g CROSS JOIN LATERAL (
       SELECT c.start_ms FROM stream.cell c WHERE c.pipeline_id = g.pipeline_id AND c.group_id = g.group_id AND c.window_no = $4 ${bound}
       ORDER BY c.start_ms DESC LIMIT ${most}) latest
     WHERE g.pipeline_id = $1 AND g.workspace_id = $2 AND g.grouping_no = $3 ORDER BY 1 DESC LIMIT ${most}`,
    values,
  );
  return rows.map(({ startMs }) => Number(startMs));
}

export async function readRank(
  sql: Sql,
  pipeline: Pipeline,
  request: RankRequest,
): Promise<readonly WindowResult[]> {
  const measure = pipeline.measures.findIndex(({ name }) => name === request.measure);
  if (measure < 0) throw new CodedError('NOT_FOUND', `There is no measure ${request.measure}.`);
  const { place, values } = await placeOf(sql, pipeline, request);
  const among = whereSql(request, values);
  const at = momentSql(pipeline, request, values);
  const value = `c.measures[${measure + 1}]`;
  const { rows } = await sql.query<Row>(
    `SELECT ${columns} ${from} AND ${at} AND ${value} IS NOT NULL ${among}
     ORDER BY ${value} DESC, g.group_id LIMIT ${param(values, request.limit)}`,
    values,
  );
  return rows.map((row) => resultOf(place, row));
}

/** One window of each group: of those that hop, the latest that holds the moment. */
function momentSql(pipeline: Pipeline, { window, atMs }: RankRequest, values: unknown[]): string {
  if (atMs === undefined) return `c.start_ms = (SELECT max(c.start_ms) ${from})`;
  const declared = pipeline.windows.find(({ name }) => name === window);
  if (declared === undefined || declared.kind === 'session')
    return `c.start_ms <= ${param(values, atMs)} AND c.end_ms > ${param(values, atMs)}`;
  return `c.start_ms = ${param(values, windowStarts(declared, atMs)[0])}`;
}

/** Keeps the groups of one page: those that have windows in the range, in the order of their keys. */
function groupsSql(
  { first, after }: NonNullable<SeriesRequest['groups']>,
  { inside, values }: { readonly inside: string; readonly values: unknown[] },
): string {
  const beyond =
    after === undefined ? '' : `AND ${groupOrder} > ${param(values, `[${after.map(dimensionText).join()}]`)}`;
  return `AND g.group_id IN (
    SELECT g.group_id ${from} AND ${inside} ${beyond} GROUP BY g.group_id, ${groupOrder} ORDER BY ${groupOrder} LIMIT ${param(values, first)})`;
}

interface Place {
  readonly window: string;
  readonly grouping: readonly string[];
}

/** @throws CodedError NOT_FOUND for a window or grouping the pipeline does not keep. */
async function placeOf(
  sql: Sql,
  pipeline: Pipeline,
  request: Pick<SeriesRequest, 'workspaceId' | 'window' | 'grouping'>,
): Promise<{ readonly place: Place; readonly values: unknown[] }> {
  const window = pipeline.windows.findIndex(({ name }) => name === request.window);
  const asked = [...request.grouping].sort().join();
  const grouping = pipeline.groupings.findIndex((names) => [...names].sort().join() === asked);
  if (window < 0) throw new CodedError('NOT_FOUND', `${pipeline.name} has no window ${request.window}.`);
  if (grouping < 0)
    throw new CodedError(
      'NOT_FOUND',
      `${pipeline.name} is not kept by ${asked === '' ? 'no dimension' : asked}.`,
    );
  const id = await pipelineId(sql, pipeline);
  return {
    place: { window: request.window, grouping: pipeline.groupings[grouping] ?? [] },
    values: [id, request.workspaceId, grouping, window],
  };
}

/** JSON of one value has one text, so groups are compared as texts; `key ->` keeps strings and numbers apart. */
function whereSql(
  { grouping, where = {} }: Pick<SeriesRequest, 'grouping' | 'where'>,
  values: unknown[],
): string {
  return Object.entries(where)
    .map(([name, among]) => {
      const at = grouping.indexOf(name);
      if (at < 0) throw new CodedError('NOT_FOUND', `There is no dimension ${name} in this grouping.`);
      return ` AND (g.key -> ${at})::text = ANY(${param(values, among.map(dimensionText))}::text[])`;
    })
    .join('');
}

function param(values: unknown[], value: unknown): string {
  return `$${values.push(value)}`;
}

function resultOf(place: Place, row: Row): WindowResult {
  return {
    ...place,
    group: row.key,
    startMs: Number(row.startMs),
    endMs: Number(row.endMs),
    rows: Number(row.rows),
    values: row.measures,
  };
}
