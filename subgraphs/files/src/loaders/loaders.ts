import type { Relational } from '@tributary/engines/relational';
import DataLoader from 'dataloader';
import { filesById } from '../adapters/files-table.ts';
import { foldersById } from '../adapters/folders-table.ts';
import { currentVersions } from '../adapters/versions-table.ts';
import type { FileRecord, FolderRecord, VersionRecord } from '../domain/file.ts';

/** What one call reads: each kind in one statement a level, and only of the workspace addressed. */
export interface Loaders {
  readonly files: DataLoader<string, FileRecord | null>;
  readonly folders: DataLoader<string, FolderRecord | null>;
  /** By the file's id. */
  readonly currentVersions: DataLoader<string, VersionRecord | null>;
}

export function createLoaders(relational: Relational, workspaceId: string): Loaders {
  const loader = <Row>(
    load: (ids: readonly string[]) => Promise<readonly Row[]>,
    idOf: (row: Row) => string,
  ): DataLoader<string, Row | null> =>
    new DataLoader(async (ids) => {
      const rows = new Map((await load(ids)).map((row) => [idOf(row), row]));
      return ids.map((id) => rows.get(id) ?? null);
    });
  return {
    files: loader(
      (ids) => filesById(relational, workspaceId, ids),
      ({ id }) => id,
    ),
    folders: loader(
      (ids) => foldersById(relational, workspaceId, ids),
      ({ id }) => id,
    ),
    currentVersions: loader(
      (ids) => currentVersions(relational, workspaceId, ids),
      ({ fileId }) => fileId,
    ),
  };
}
