import type { Connection, OrderedPage } from '@tributary/subgraph-kit';
import type { FileRecord, FolderRecord, LinkRecord, VersionRecord } from './domain/file.ts';

export type { FileRecord, FolderRecord, LinkRecord, VersionRecord };
export type FilePage = OrderedPage<FileRecord>;
export type FolderPage = Connection<FolderRecord>;
export type VersionPage = Connection<VersionRecord>;
export type LinkPage = Connection<LinkRecord>;
export type UsageRecord = object;
/** A run of jobs, of which nothing is known here but what it has made. */
export interface NamedRun {
  readonly id: string;
}

/** The objects that types of the schema are resolved from, where they differ from the type's own shape. */
export type Mappers = {
  File: FileRecord;
  FileVersion: VersionRecord;
  Folder: FolderRecord;
  DownloadLink: LinkRecord;
  FileConnection: FilePage;
  FolderConnection: FolderPage;
  FileVersionConnection: VersionPage;
  DownloadLinkConnection: LinkPage;
  Run: NamedRun;
  WorkspaceUsage: UsageRecord;
};
