import { compileFilter } from '@tributary/engines/filter/evaluate';
import type { Context } from '../../context.ts';
import type { FileRecord } from '../../domain/file.ts';
import { type FileWhere, fileFilter, filteredRow } from '../../queries/file-filter.ts';

interface FileChangeData {
  readonly id: string;
  readonly version: number;
  readonly before: FileRecord | null;
  readonly after: FileRecord | null;
  readonly changed: readonly string[];
}

/**
 * Executed once for each event, and once before the first (the opening call, which checks `where`). Null means "not for this
 * subscriber": another workspace, or outside `where`.
 */
export function fileChanged(
  _root: unknown,
  { where }: { readonly where?: FileWhere | null },
  { stream, principal }: Context,
): object | null {
  const filter = fileFilter(where);
  const holds = filter === undefined ? () => true : compileFilter(filter);
  if (stream === undefined) return null;
  const { event, cursor } = stream;
  if (event.workspaceid !== principal.workspaceId || !event.type.startsWith('files.file.')) return null;
  const { id, version, before, after, changed } = event.data as FileChangeData;
  const state = after ?? before;
  if (state === null || !holds(filteredRow(state))) return null;
  return {
    cursor,
    kind: before === null ? 'CREATED' : after === null ? 'DELETED' : 'UPDATED',
    id,
    version,
    file: after,
    previous: before,
    changedFields: changed,
    changedAt: event.time,
    changedBy: event.actorid,
  };
}
