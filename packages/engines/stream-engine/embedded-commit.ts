import { CodedError } from '@tributary/runtime';
import { arrayText } from '../relational/array-text.ts';
import type { Sql } from '../relational/port.ts';
import type { DeployedPipeline } from './embedded-pipelines.ts';
import type { PipelineInLog } from './embedded-state.ts';
import type { DimensionValue, PipelineResults, WindowResult } from './port.ts';
import { inParts } from './statement-parts.ts';
import type { CellChange, CellRemoval, Changes } from './window-changes.ts';

/**
 * Holds the row of the epoch until the transaction ends: whoever takes over waits for it, and a process that was taken over finds a
 * greater epoch. So two processes never both commit, whatever the lock's connection went through.
 * @throws CodedError CONFLICT when another process has taken over.
 */
export async function assertEpoch(tx: Sql, epoch: number): Promise<void> {
  const { rows } = await tx.query<{ epoch: string }>(
    'SELECT epoch FROM stream.leader FOR SHARE',
    [],
    'stream_epoch',
  );
  if (Number(rows[0]?.epoch) !== epoch)
    throw new CodedError('CONFLICT', 'Another process computes the pipelines now.');
}

const removeSql = `
DELETE FROM stream.cell AS c USING unnest($2::int[], $3::smallint[], $4::bigint[]) AS gone(group_id, window_no, start_ms)
WHERE c.pipeline_id = $1 AND c.group_id = gone.group_id AND c.window_no = gone.window_no AND c.start_ms = gone.start_ms`;

/** Columns rather than JSON: the server reads arrays several times faster, and a batch changes thousands of windows. */
const changeSql = `
INSERT INTO stream.cell (pipeline_id, group_id, window_no, start_ms, end_ms, row_count, measures, state)
SELECT $1, g, w, s, e, n, m::float8[], t
FROM unnest($2::int[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::text[]) AS c(g, w, s, e, n, m, t)
ON CONFLICT (pipeline_id, group_id, window_no, start_ms) DO UPDATE
SET end_ms = EXCLUDED.end_ms, row_count = EXCLUDED.row_count, measures = EXCLUDED.measures, state = EXCLUDED.state, is_open = true`;

const groupSql = `
INSERT INTO stream.window_group (pipeline_id, group_id, workspace_id, grouping_no, key)
SELECT $1, id, workspace, no, key::json FROM unnest($2::int[], $3::uuid[], $4::smallint[], $5::text[]) AS g(id, workspace, no, key)`;

const workspaceSql = `
INSERT INTO stream.workspace AS held (pipeline_id, workspace_id, watermark_ms, latest_ms, logged_ms, since_ms, late, ahead, invalid, overflow)
SELECT $1, id, watermark, latest, logged, since, late, ahead, invalid, overflow FROM json_to_recordset($2::json)
  AS w(id uuid, watermark float8, latest float8[], logged float8[], since float8, late bigint, ahead bigint, invalid bigint, overflow bigint)
ON CONFLICT (pipeline_id, workspace_id) DO UPDATE
SET watermark_ms = EXCLUDED.watermark_ms, latest_ms = EXCLUDED.latest_ms, logged_ms = EXCLUDED.logged_ms, since_ms = EXCLUDED.since_ms, late = held.late + EXCLUDED.late, ahead = held.ahead + EXCLUDED.ahead,
    invalid = held.invalid + EXCLUDED.invalid, overflow = held.overflow + EXCLUDED.overflow`;

const positionSql = `
INSERT INTO stream.position (pipeline_id, log_id, partition, next_offset, topic_id)
SELECT $1, $2, *, $5 FROM unnest($3::int[], $4::bigint[])
ON CONFLICT (pipeline_id, log_id, partition)
DO UPDATE SET next_offset = EXCLUDED.next_offset, topic_id = EXCLUDED.topic_id, stored_at = now()`;

/** Stores what a batch changed, and how far the pipeline has read. */
export async function storeChanges(
  tx: Sql,
  { pipelineId, logId, topicId }: PipelineInLog,
  { changes, positions }: { readonly changes: Changes; readonly positions: ReadonlyMap<number, number> },
): Promise<void> {
  const { forgotten, groups, removed, changed, workspaces } = changes;
  if (forgotten.length > 0)
    await tx.query(
      'DELETE FROM stream.window_group WHERE pipeline_id = $1 AND group_id = ANY($2::int[])',
      [pipelineId, forgotten],
      'stream_forget_groups',
    );
  for (const part of inParts(groups, ({ group }) => group.key))
    await tx.query(
      groupSql,
      [
        pipelineId,
        part.map(({ value: { group } }) => group.id),
        part.map(({ value: { workspaceId } }) => workspaceId),
        part.map(({ value: { group } }) => group.grouping),
        part.map(({ text }) => text),
      ],
      'stream_store_groups',
    );
  if (removed.length > 0)
    await tx.query(
      removeSql,
      [
        pipelineId,
        removed.map(({ group }) => group.id),
        removed.map(({ window }) => window),
        removed.map(({ startMs }) => startMs),
      ],
      'stream_remove',
    );
  for (const part of inParts(changed, ({ cell }) => cell.state()))
    await tx.query(
      changeSql,
      [
        pipelineId,
        arrayText(part.map(({ value: { group } }) => group.id)),
        arrayText(part.map(({ value: { window } }) => window)),
        arrayText(part.map(({ value: { cell } }) => cell.startMs)),
        arrayText(part.map(({ value: { cell } }) => cell.endMs)),
        arrayText(part.map(({ value: { cell } }) => cell.rows)),
        arrayText(part.map(({ value: { values } }) => measuresText(values))),
        arrayText(part.map(({ text }) => text)),
      ],
      'stream_store_cells',
    );
  if (workspaces.length > 0) {
    const rows = workspaces.map(({ workspaceId, tallies, watermark }) => ({
      id: workspaceId,
      watermark: watermark.valueMs,
      latest: watermark.latest,
      logged: watermark.logged,
      since: watermark.sinceMs,
      ...tallies,
    }));
    await tx.query(workspaceSql, [pipelineId, JSON.stringify(rows)], 'stream_store_workspaces');
  }
  await tx.query(
    positionSql,
    [pipelineId, logId, [...positions.keys()], [...positions.values()], topicId],
    'stream_store_positions',
  );
}

/** Numbers as PostgreSQL writes an array of them; what is no finite number is null, as in JSON. */
function measuresText(values: readonly (number | null)[]): string {
  return `{${values.map((value) => (Number.isFinite(value) ? value : 'NULL')).join(',')}}`;
}

/**
 * Forgets what closed windows were computed from, and windows that are kept no longer, in the workspaces a batch touched. Answers in which of them windows
 * went.
 */
export async function storeClosing(
  tx: Sql,
  { id, pipeline }: DeployedPipeline,
  { workspaces }: Changes,
): Promise<readonly string[]> {
  const { allowedLatenessMs, keepMs } = pipeline;
  const expired: string[] = [];
  const of = `FROM stream.window_group g WHERE c.pipeline_id = $1 AND g.pipeline_id = $1 AND g.group_id = c.group_id AND g.workspace_id = $2`;
  for (const { workspaceId, watermark, hasClosed } of workspaces) {
    const watermarkMs = watermark.valueMs;
    if (watermarkMs === null || !hasClosed) continue;
    if (allowedLatenessMs !== null)
      await tx.query(
        `UPDATE stream.cell c SET state = NULL, is_open = false ${of} AND c.end_ms <= $3 AND c.is_open`,
        [id, workspaceId, Math.floor(watermarkMs - allowedLatenessMs)],
        'stream_close',
      );
    if (keepMs === null) continue;
    const { rowCount } = await tx.query(
      `DELETE ${of.replace('FROM', 'FROM stream.cell c USING')} AND c.end_ms <= $3`,
      [id, workspaceId, Math.floor(watermarkMs - keepMs)],
      'stream_expire',
    );
    if (rowCount > 0) expired.push(workspaceId);
  }
  return expired;
}

/** The results a batch changed, by workspace; windows that are gone have no rows. */
export function resultsOf(
  { pipeline }: DeployedPipeline,
  { removed, changed }: Changes,
): readonly PipelineResults[] {
  const byWorkspace = new Map<string, WindowResult[]>();
  const keys = new Map<number, readonly DimensionValue[]>();
  const keyOf = ({ id, key }: CellChange['group']): readonly DimensionValue[] => {
    const known = keys.get(id) ?? (JSON.parse(key) as readonly DimensionValue[]);
    keys.set(id, known);
    return known;
  };
  const add = (
    { workspaceId, group, window }: Omit<CellChange, 'cell' | 'values'>,
    { startMs, endMs }: Pick<CellRemoval, 'startMs' | 'endMs'>,
    { rows, values }: Pick<WindowResult, 'rows' | 'values'>,
  ): void => {
    const results = byWorkspace.get(workspaceId) ?? [];
    byWorkspace.set(workspaceId, results);
    results.push({
      window: pipeline.windows[window]?.name ?? '',
      grouping: pipeline.groupings[group.grouping] ?? [],
      group: keyOf(group),
      startMs,
      endMs,
      rows,
      values,
    });
  };
  const none = pipeline.measures.map(() => null);
  for (const removal of removed) add(removal, removal, { rows: 0, values: none });
  for (const change of changed) add(change, change.cell, { rows: change.cell.rows, values: change.values });
  return [...byWorkspace].map(([workspaceId, results]) => ({
    pipeline: pipeline.name,
    workspaceId,
    results,
  }));
}
