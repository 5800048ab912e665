import type { Sql } from '../relational/port.ts';
import { noWatermark, type StoredWatermark } from './watermark.ts';
import type { StoredCell } from './window-changes.ts';
import type { StoredGroup, StoredWorkspace } from './workspace-state.ts';

/** A pipeline in an event log: positions are of both, and of the topic there where it is known. */
export interface PipelineInLog {
  readonly pipelineId: number;
  readonly logId: string;
  readonly topicId?: string | undefined;
}

/** The next offset by partition; empty for a pipeline that has not begun in this log, or in this topic. */
export async function readPositions(
  sql: Sql,
  { pipelineId, logId, topicId }: PipelineInLog,
): Promise<Map<number, number>> {
  const { rows } = await sql.query<{ partition: number; next: string }>(
    'SELECT partition, next_offset AS next FROM stream.position WHERE pipeline_id = $1 AND log_id = $2 AND (topic_id IS NULL OR topic_id = coalesce($3, topic_id))',
    [pipelineId, logId, topicId],
    'stream_positions',
  );
  return new Map(rows.map(({ partition, next }) => [partition, Number(next)]));
}

/** The topic that a pipeline's positions are of; undefined where that was not known, or it has none. */
export async function readTopicId(
  sql: Sql,
  { pipelineId, logId }: PipelineInLog,
): Promise<string | undefined> {
  const { rows } = await sql.query<{ id: string | null }>(
    'SELECT max(topic_id) AS id FROM stream.position WHERE pipeline_id = $1 AND log_id = $2',
    [pipelineId, logId],
    'stream_topic',
  );
  return rows[0]?.id ?? undefined;
}

export async function readNextGroupId(sql: Sql, pipelineId: number): Promise<number> {
  const { rows } = await sql.query<{ next: number }>(
    'SELECT coalesce(max(group_id), 0) + 1 AS next FROM stream.window_group WHERE pipeline_id = $1',
    [pipelineId],
  );
  return rows[0]?.next ?? 1;
}

export async function readWorkspace(
  sql: Sql,
  pipelineId: number,
  workspaceId: string,
): Promise<StoredWorkspace> {
  const { rows: known } = await sql.query<StoredWatermark & Pick<StoredWorkspace, 'overflow'>>(
    `SELECT watermark_ms AS "valueMs", latest_ms AS latest, coalesce(logged_ms, '{}') AS logged, since_ms AS "sinceMs", overflow::float8 AS overflow
     FROM stream.workspace WHERE pipeline_id = $1 AND workspace_id = $2`,
    [pipelineId, workspaceId],
    'stream_workspace',
  );
  const { rows: groups } = await sql.query<StoredGroup>(
    `SELECT group_id AS id, grouping_no AS "grouping", key::text AS key FROM stream.window_group WHERE pipeline_id = $1 AND workspace_id = $2`,
    [pipelineId, workspaceId],
    'stream_groups',
  );
  const { overflow, ...watermark } = known[0] ?? { ...noWatermark, overflow: 0 };
  return { groups, watermark, overflow };
}

/** The groups of some workspaces that have no window left, neither open nor closed. Looked up group by group: windows are many times as many. */
export async function readEmptyGroups(
  sql: Sql,
  pipelineId: number,
  workspaceIds: readonly string[],
): Promise<readonly number[]> {
  const { rows } = await sql.query<{ id: number }>(
    `SELECT g.group_id AS id FROM stream.window_group g
     LEFT JOIN LATERAL (SELECT true AS is_there FROM stream.cell c WHERE c.pipeline_id = g.pipeline_id AND c.group_id = g.group_id LIMIT 1) kept ON true
     WHERE g.pipeline_id = $1 AND g.workspace_id = ANY($2::uuid[]) AND kept.is_there IS NULL`,
    [pipelineId, workspaceIds],
    'stream_empty_groups',
  );
  return rows.map(({ id }) => id);
}

/** The open windows of some groups. */
export async function readCells(
  sql: Sql,
  pipelineId: number,
  groupIds: readonly number[],
): Promise<readonly StoredCell[]> {
  const { rows } = await sql.query<{
    groupId: number;
    window: number;
    startMs: string;
    endMs: string;
    rows: string;
    state: string;
  }>(
    `SELECT group_id AS "groupId", window_no AS "window", start_ms AS "startMs", end_ms AS "endMs", row_count AS rows, state
     FROM stream.cell WHERE pipeline_id = $1 AND group_id = ANY($2::int[]) AND state IS NOT NULL`,
    [pipelineId, groupIds],
    'stream_cells',
  );
  return rows.map((row) => ({
    ...row,
    startMs: Number(row.startMs),
    endMs: Number(row.endMs),
    rows: Number(row.rows),
  }));
}
