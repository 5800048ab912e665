/* Generated from schema.graphql by `npm run codegen`. Do not edit. */
/* eslint-disable */
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { FileRecord, VersionRecord, FolderRecord, LinkRecord, FilePage, FolderPage, VersionPage, LinkPage, NamedRun, UsageRecord } from '../mappers.ts';
import type { Context } from '../context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A position in the log or in a list: opaque, signed where it crosses the log. Use it exactly as it was given. */
  Cursor: { input: string; output: string; }
  /** A moment in RFC 3339, answered in UTC with milliseconds: `2001-01-01T00:47:00.000Z`. */
  DateTime: { input: string; output: string; }
  /** Any JSON value, up to 32 levels deep. Numbers are IEEE 754 doubles, and any finite one is kept. A whole number written with more digits than a double gives back (12345678901234567890) is refused: send it as text. */
  JSON: { input: unknown; output: unknown; }
  /** Bytes in Base64 (RFC 4648 §4, with padding). */
  Base64: { input: string; output: string; }
  link__Import: { input: unknown; output: unknown; }
  federation__FieldSet: { input: string; output: string; }
  federation__Scope: { input: unknown; output: unknown; }
  federation__Policy: { input: unknown; output: unknown; }
  federation__ContextFieldValue: { input: unknown; output: unknown; }
  _Any: { input: unknown; output: unknown; }
};

/** Where a page lies in its list (GraphQL Cursor Connections Specification). */
export type PageInfo = {
  __typename?: 'PageInfo';
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor?: Maybe<Scalars['Cursor']['output']>;
  endCursor?: Maybe<Scalars['Cursor']['output']>;
};

export type SortDirection =
  | 'ASC'
  | 'DESC';

export type Query = {
  __typename?: 'Query';
  _entities: Array<Maybe<_Entity>>;
  _service: _Service;
  /** A file of the workspace, trashed ones included; null when there is none with this id. */
  file?: Maybe<File>;
  /** Files of all folders; `trashed` answers those in the trash instead. */
  files: FileConnection;
  folder?: Maybe<Folder>;
  /** The folders in a folder, or at the top, by name. */
  folders: FolderConnection;
  /** What the workspace's files take, and may take. */
  workspaceUsage: WorkspaceUsage;
  /** Links that were made by `createDownloadLink` and still work, newest first. */
  downloadLinks: DownloadLinkConnection;
};


export type Query_EntitiesArgs = {
  representations: Array<Scalars['_Any']['input']>;
};


export type QueryFileArgs = {
  id: Scalars['ID']['input'];
};


export type QueryFilesArgs = {
  where?: InputMaybe<FileWhere>;
  orderBy?: InputMaybe<Array<FileOrder>>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  trashed?: Scalars['Boolean']['input'];
};


export type QueryFolderArgs = {
  id: Scalars['ID']['input'];
};


export type QueryFoldersArgs = {
  parentId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type QueryDownloadLinksArgs = {
  fileId: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

export type FileState =
  /** It waits for its scan and is not served. */
  | 'PENDING'
  | 'AVAILABLE'
  /** Something was found in it; it is never served. */
  | 'QUARANTINED';

export type ScanState =
  /** Nobody has looked yet, or this installation has no scanner. */
  | 'NOT_SCANNED'
  | 'CLEAN'
  | 'INFECTED';

/** Bytes with a name, in versions. What is said of them (type, size, hash) is of the current version. */
export type File = {
  __typename?: 'File';
  id: Scalars['ID']['output'];
  /** Starts at 1 and grows by 1 with each change of the file or its bytes. */
  version: Scalars['Int']['output'];
  name: Scalars['String']['output'];
  /** Null at the top. */
  folderId?: Maybe<Scalars['ID']['output']>;
  folder?: Maybe<Folder>;
  /** What the bytes are, by their own signs. */
  contentType: Scalars['String']['output'];
  /** What the uploader called them; nothing relies on it. */
  declaredType?: Maybe<Scalars['String']['output']>;
  /** A whole number of bytes. */
  sizeBytes: Scalars['Float']['output'];
  /** Hex. */
  sha256: Scalars['String']['output'];
  state: FileState;
  scan: ScanState;
  metadata: Scalars['JSON']['output'];
  /** The user or API key that uploaded it first. */
  createdBy: Scalars['String']['output'];
  createdAt: Scalars['DateTime']['output'];
  updatedAt: Scalars['DateTime']['output'];
  /** Since when it is in the trash. */
  trashedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The number of the current version. */
  versionNumber: Scalars['Int']['output'];
  /** Newest first. */
  versions: FileVersionConnection;
  /**
   * A signed link to the current version for 30 to 900 seconds, 300 when not said. Null while the file is not served. `inline` shows pictures,
   * plain text, sound and film in the browser; anything else is always saved.
   */
  downloadUrl?: Maybe<Scalars['String']['output']>;
  /** The picture in another size or format; null for what is no picture. Made when first fetched, then kept. */
  variant?: Maybe<FileVariant>;
  /** The beginning of a text or of a CSV table, also of one in UTF-16 or Latin-1, whose type is that of bytes; null for anything else, and while the file is not served. A request shows 20 of them. */
  preview?: Maybe<FilePreview>;
};


/** Bytes with a name, in versions. What is said of them (type, size, hash) is of the current version. */
export type FileVersionsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** Bytes with a name, in versions. What is said of them (type, size, hash) is of the current version. */
export type FileDownloadUrlArgs = {
  expiresInSeconds?: InputMaybe<Scalars['Int']['input']>;
  inline?: Scalars['Boolean']['input'];
};


/** Bytes with a name, in versions. What is said of them (type, size, hash) is of the current version. */
export type FileVariantArgs = {
  input: VariantInput;
};


/** Bytes with a name, in versions. What is said of them (type, size, hash) is of the current version. */
export type FilePreviewArgs = {
  rows?: Scalars['Int']['input'];
};

export type FileVersion = {
  __typename?: 'FileVersion';
  /** From 1. */
  number: Scalars['Int']['output'];
  contentType: Scalars['String']['output'];
  declaredType?: Maybe<Scalars['String']['output']>;
  sizeBytes: Scalars['Float']['output'];
  sha256: Scalars['String']['output'];
  state: FileState;
  scan: ScanState;
  createdBy: Scalars['String']['output'];
  createdAt: Scalars['DateTime']['output'];
  /** As `File.downloadUrl`. */
  downloadUrl?: Maybe<Scalars['String']['output']>;
};


export type FileVersionDownloadUrlArgs = {
  expiresInSeconds?: InputMaybe<Scalars['Int']['input']>;
  inline?: Scalars['Boolean']['input'];
};

export type Folder = {
  __typename?: 'Folder';
  id: Scalars['ID']['output'];
  version: Scalars['Int']['output'];
  name: Scalars['String']['output'];
  /** Null at the top. */
  parentId?: Maybe<Scalars['ID']['output']>;
  parent?: Maybe<Folder>;
  createdBy: Scalars['String']['output'];
  createdAt: Scalars['DateTime']['output'];
  updatedAt: Scalars['DateTime']['output'];
  folders: FolderConnection;
  files: FileConnection;
};


export type FolderFoldersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type FolderFilesArgs = {
  where?: InputMaybe<FileWhere>;
  orderBy?: InputMaybe<Array<FileOrder>>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

export type Run = {
  __typename?: 'Run';
  id: Scalars['ID']['output'];
  /**
   * Files that the run has made, or given a new version, the first first; those in the trash are left out. A file is told by what brought its bytes,
   * whatever the run's output says.
   */
  files?: Maybe<FileConnection>;
};


export type RunFilesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

export type VariantFit =
  /** Fills both sides; what is beyond is cut away. */
  | 'COVER'
  /** Fits within both sides. */
  | 'CONTAIN';

export type VariantFormat =
  | 'WEBP'
  | 'AVIF'
  | 'JPEG'
  | 'PNG';

/** At least one side, 16 to 4096 pixels; one that is not named is 4096 at most, with the proportions kept. A picture is never made larger than it is. */
export type VariantInput = {
  width?: InputMaybe<Scalars['Int']['input']>;
  height?: InputMaybe<Scalars['Int']['input']>;
  fit?: VariantFit;
  format?: VariantFormat;
  /** 1 to 100; no meaning for PNG. */
  quality?: Scalars['Int']['input'];
};

export type FileVariant = {
  __typename?: 'FileVariant';
  contentType: Scalars['String']['output'];
  /** A signed link for 300 seconds, shown inline. */
  url: Scalars['String']['output'];
};

export type FilePreview = TextPreview | TablePreview;

export type TextPreview = {
  __typename?: 'TextPreview';
  text: Scalars['String']['output'];
  /** As TablePreview has it. */
  encoding: Scalars['String']['output'];
  /** There is more than this. */
  truncated: Scalars['Boolean']['output'];
};

export type TablePreview = {
  __typename?: 'TablePreview';
  columns: Array<TableColumn>;
  /** Cells in the order of the columns; null where a cell is empty. */
  rows: Array<Array<Maybe<Scalars['String']['output']>>>;
  /**
   * What it is written in, as `import-dataset` wants it told: `utf-8`; of a file called .csv, .tsv, .txt, .md, .json, .jsonl or .ndjson also `utf-16le` with its mark, and
   * `latin1` (Windows-1252), as which all text is read that is neither.
   */
  encoding: Scalars['String']['output'];
  truncated: Scalars['Boolean']['output'];
};

export type ColumnType =
  | 'TEXT'
  | 'INTEGER'
  | 'NUMBER'
  | 'BOOLEAN'
  | 'DATE'
  | 'DATETIME';

export type TableColumn = {
  __typename?: 'TableColumn';
  name: Scalars['String']['output'];
  /** What all cells of the preview that are not empty can be read as. */
  type: ColumnType;
};

export type WorkspaceUsage = {
  __typename?: 'WorkspaceUsage';
  /** Bytes of all files and versions, those in the trash included. */
  usedBytes: Scalars['Float']['output'];
  /** Bytes that uploads under way have reserved. */
  reservedBytes: Scalars['Float']['output'];
  quotaBytes: Scalars['Float']['output'];
  files: Scalars['Int']['output'];
  /** Days after which what is in the trash is removed for good. */
  trashDays: Scalars['Int']['output'];
};

/** What the files of a workspace take, and may take together. */
export type WorkspaceQuota = {
  __typename?: 'WorkspaceQuota';
  workspaceId: Scalars['ID']['output'];
  usedBytes: Scalars['Float']['output'];
  quotaBytes: Scalars['Float']['output'];
  /** False where it is the installation's. */
  isOwn: Scalars['Boolean']['output'];
};

export type DownloadLink = {
  __typename?: 'DownloadLink';
  id: Scalars['ID']['output'];
  fileId: Scalars['ID']['output'];
  versionNumber: Scalars['Int']['output'];
  createdBy: Scalars['String']['output'];
  createdAt: Scalars['DateTime']['output'];
  expiresAt: Scalars['DateTime']['output'];
  revokedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Null when it no longer works. */
  url?: Maybe<Scalars['String']['output']>;
};

export type FileChange = {
  __typename?: 'FileChange';
  /** Continues right after this change. */
  cursor: Scalars['Cursor']['output'];
  kind: ChangeKind;
  id: Scalars['ID']['output'];
  version: Scalars['Int']['output'];
  /** The state after the change; null when it was removed for good. */
  file?: Maybe<File>;
  /** The state before the change; null when it was created. */
  previous?: Maybe<File>;
  changedFields: Array<Scalars['String']['output']>;
  changedAt: Scalars['DateTime']['output'];
  changedBy?: Maybe<Scalars['String']['output']>;
};

export type ChangeKind =
  | 'CREATED'
  | 'UPDATED'
  | 'DELETED';

export type FileDeleted = {
  __typename?: 'FileDeleted';
  id: Scalars['ID']['output'];
};

/** All conditions given must hold; `{}` as a whole is for all. A condition that is null, empty or lost with its variable is refused. */
export type FileWhere = {
  and?: InputMaybe<Array<FileWhere>>;
  or?: InputMaybe<Array<FileWhere>>;
  not?: InputMaybe<FileWhere>;
  id?: InputMaybe<IdComparison>;
  name?: InputMaybe<StringComparison>;
  contentType?: InputMaybe<StringComparison>;
  folderId?: InputMaybe<IdComparison>;
  sizeBytes?: InputMaybe<FloatComparison>;
  sha256?: InputMaybe<StringComparison>;
  createdBy?: InputMaybe<StringComparison>;
  createdAt?: InputMaybe<DateTimeComparison>;
  updatedAt?: InputMaybe<DateTimeComparison>;
  metadata?: InputMaybe<Array<MetadataComparison>>;
};

/** Holds for files whose metadata has the key with this text, however its letters are put together (texts are kept in NFC), number or boolean. */
export type MetadataComparison = {
  key: Scalars['String']['input'];
  eq: Scalars['JSON']['input'];
};

/** Exactly one field. */
export type FileOrder = {
  name?: InputMaybe<SortDirection>;
  sizeBytes?: InputMaybe<SortDirection>;
  createdAt?: InputMaybe<SortDirection>;
  updatedAt?: InputMaybe<SortDirection>;
};

export type StringComparison = {
  eq?: InputMaybe<Scalars['String']['input']>;
  ne?: InputMaybe<Scalars['String']['input']>;
  in?: InputMaybe<Array<Scalars['String']['input']>>;
  lt?: InputMaybe<Scalars['String']['input']>;
  lte?: InputMaybe<Scalars['String']['input']>;
  gt?: InputMaybe<Scalars['String']['input']>;
  gte?: InputMaybe<Scalars['String']['input']>;
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
  contains?: InputMaybe<Scalars['String']['input']>;
  startsWith?: InputMaybe<Scalars['String']['input']>;
  /** Lets A–Z stand for a–z in contains and startsWith, and folds no other letter: é does not find É. The same on every engine. Refused beside another comparison. */
  ignoreCase?: InputMaybe<Scalars['Boolean']['input']>;
};

export type FloatComparison = {
  eq?: InputMaybe<Scalars['Float']['input']>;
  ne?: InputMaybe<Scalars['Float']['input']>;
  in?: InputMaybe<Array<Scalars['Float']['input']>>;
  lt?: InputMaybe<Scalars['Float']['input']>;
  lte?: InputMaybe<Scalars['Float']['input']>;
  gt?: InputMaybe<Scalars['Float']['input']>;
  gte?: InputMaybe<Scalars['Float']['input']>;
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

export type DateTimeComparison = {
  eq?: InputMaybe<Scalars['DateTime']['input']>;
  ne?: InputMaybe<Scalars['DateTime']['input']>;
  in?: InputMaybe<Array<Scalars['DateTime']['input']>>;
  lt?: InputMaybe<Scalars['DateTime']['input']>;
  lte?: InputMaybe<Scalars['DateTime']['input']>;
  gt?: InputMaybe<Scalars['DateTime']['input']>;
  gte?: InputMaybe<Scalars['DateTime']['input']>;
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

export type IdComparison = {
  eq?: InputMaybe<Scalars['ID']['input']>;
  ne?: InputMaybe<Scalars['ID']['input']>;
  in?: InputMaybe<Array<Scalars['ID']['input']>>;
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
};

export type FileConnection = {
  __typename?: 'FileConnection';
  edges: Array<FileEdge>;
  nodes: Array<File>;
  pageInfo: PageInfo;
  /** All files that match, over all pages; counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

export type FileEdge = {
  __typename?: 'FileEdge';
  cursor: Scalars['Cursor']['output'];
  node: File;
};

export type FolderConnection = {
  __typename?: 'FolderConnection';
  edges: Array<FolderEdge>;
  nodes: Array<Folder>;
  pageInfo: PageInfo;
};

export type FolderEdge = {
  __typename?: 'FolderEdge';
  cursor: Scalars['Cursor']['output'];
  node: Folder;
};

export type FileVersionConnection = {
  __typename?: 'FileVersionConnection';
  edges: Array<FileVersionEdge>;
  nodes: Array<FileVersion>;
  pageInfo: PageInfo;
};

export type FileVersionEdge = {
  __typename?: 'FileVersionEdge';
  cursor: Scalars['Cursor']['output'];
  node: FileVersion;
};

export type DownloadLinkConnection = {
  __typename?: 'DownloadLinkConnection';
  edges: Array<DownloadLinkEdge>;
  nodes: Array<DownloadLink>;
  pageInfo: PageInfo;
};

export type DownloadLinkEdge = {
  __typename?: 'DownloadLinkEdge';
  cursor: Scalars['Cursor']['output'];
  node: DownloadLink;
};

/** What a person can put right. Everything else is a coded error. */
export type Failure = {
  message: Scalars['String']['output'];
};

/** Only the fields given are changed. */
export type FilePatch = {
  name?: InputMaybe<Scalars['String']['input']>;
  folderId?: InputMaybe<Scalars['ID']['input']>;
  /** Replaces all of it. */
  metadata?: InputMaybe<Scalars['JSON']['input']>;
};

export type CreateFolderInput = {
  name: Scalars['String']['input'];
  /** Without it, at the top. */
  parentId?: InputMaybe<Scalars['ID']['input']>;
};

/** Only the fields given are changed. */
export type FolderPatch = {
  name?: InputMaybe<Scalars['String']['input']>;
  parentId?: InputMaybe<Scalars['ID']['input']>;
};

export type UpdateFolderResult = FolderUpdated | FolderCycle;

export type FolderUpdated = {
  __typename?: 'FolderUpdated';
  folder: Folder;
};

export type MoveFolderResult = FolderMoved | FolderCycle;

export type FolderMoved = {
  __typename?: 'FolderMoved';
  folder: Folder;
};

/** A folder cannot lie in itself. */
export type FolderCycle = Failure & {
  __typename?: 'FolderCycle';
  message: Scalars['String']['output'];
};

export type DeleteFolderResult = FolderDeleted | FolderNotEmpty;

export type FolderDeleted = {
  __typename?: 'FolderDeleted';
  id: Scalars['ID']['output'];
};

export type FolderNotEmpty = Failure & {
  __typename?: 'FolderNotEmpty';
  message: Scalars['String']['output'];
};

export type CreateUploadInput = {
  name: Scalars['String']['input'];
  /** Exactly; 100 MiB at most. Larger files go by tus. */
  sizeBytes: Scalars['Float']['input'];
  contentType?: InputMaybe<Scalars['String']['input']>;
  /** Hex. Other bytes are refused. */
  sha256?: InputMaybe<Scalars['String']['input']>;
  folderId?: InputMaybe<Scalars['ID']['input']>;
  /** Makes the bytes a new version of this file, which keeps its name, its folder and its metadata: what is given of those is checked, and has no further meaning. */
  fileId?: InputMaybe<Scalars['ID']['input']>;
  metadata?: InputMaybe<Scalars['JSON']['input']>;
  /**
   * Makes an upload that is begun again after a lost answer harmless: with a key that a file of yours was made by already, completeUpload answers that file, and these
   * bytes are forgotten. It holds as long as that file is there.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

export type CreateUploadResult = UploadCreated | QuotaExceeded;

export type UploadCreated = {
  __typename?: 'UploadCreated';
  id: Scalars['ID']['output'];
  /** PUT */
  method: Scalars['String']['output'];
  url: Scalars['String']['output'];
  headers: Array<RequestHeader>;
  expiresAt: Scalars['DateTime']['output'];
};

export type UploadCancelled = {
  __typename?: 'UploadCancelled';
  id: Scalars['ID']['output'];
};

/** To be sent as it is. */
export type RequestHeader = {
  __typename?: 'RequestHeader';
  name: Scalars['String']['output'];
  value: Scalars['String']['output'];
};

/** The workspace has no room for it: remove files for good, or ask whoever runs the installation for more. */
export type QuotaExceeded = Failure & {
  __typename?: 'QuotaExceeded';
  message: Scalars['String']['output'];
  usedBytes: Scalars['Float']['output'];
  quotaBytes: Scalars['Float']['output'];
};

export type CompleteUploadResult = UploadCompleted | UploadIncomplete | QuotaExceeded;

export type UploadCompleted = {
  __typename?: 'UploadCompleted';
  file: File;
};

/** Nothing was put at the upload's URL yet, or its time is over. */
export type UploadIncomplete = Failure & {
  __typename?: 'UploadIncomplete';
  message: Scalars['String']['output'];
};

export type CreateDownloadLinkInput = {
  fileId: Scalars['ID']['input'];
  /** The current one when not said. */
  versionNumber?: InputMaybe<Scalars['Int']['input']>;
  /** 60 to 86400; 3600 when not said. */
  expiresInSeconds?: InputMaybe<Scalars['Int']['input']>;
  inline?: Scalars['Boolean']['input'];
};

export type Link__Purpose =
  /** `SECURITY` features provide metadata necessary to securely resolve fields. */
  | 'SECURITY'
  /** `EXECUTION` features provide metadata necessary for operation execution. */
  | 'EXECUTION';

export type _Service = {
  __typename?: '_Service';
  sdl?: Maybe<Scalars['String']['output']>;
};

export type _Entity = File | Folder | Run;

export type Mutation = {
  __typename?: 'Mutation';
  createFolder: Folder;
  renameFolder: Folder;
  /** Changes the fields given, together; `parentId: null` moves it to the top, with all in it. */
  updateFolder: UpdateFolderResult;
  /** Moves a folder with all in it; without `parentId` to the top. */
  moveFolder: MoveFolderResult;
  /** Removes an empty folder, into which nothing is being uploaded. Files in the trash go to the top when they are restored, and so does an upload by tus that was left and goes on later. */
  deleteFolder: DeleteFolderResult;
  renameFile: File;
  /** Changes the fields given; `folderId: null` moves it to the top. */
  updateFile: File;
  /** Without `folderId`, to the top. */
  moveFile: File;
  /** Replaces the file's metadata: up to 50 keys with texts, numbers or booleans. */
  setFileMetadata: File;
  /** Makes an older version the current one again, as a new version. */
  restoreVersion: File;
  /** Puts a file into the trash: it is served no more, and removed for good after the days of `workspaceUsage.trashDays`. */
  trashFile: File;
  /** Takes a file out of the trash. */
  restoreFile: File;
  /** Removes a file in the trash for good, with all its versions. It is done when this answers: bytes that the object store does not let go at once are removed within the hour. */
  deleteFile: FileDeleted;
  /** Gives a URL that takes exactly one PUT of exactly these bytes within five minutes, without credentials. Follow it with `completeUpload`. */
  createUpload: CreateUploadResult;
  /** Makes the bytes of an upload a file, or a version of one. Repeated, it answers the same. */
  completeUpload: CompleteUploadResult;
  /**
   * Ends an upload of yours before it is a file: its URL takes nothing more, what it brought is gone, and what it reserved is free at once. NOT_FOUND for one
   * that is over, STATE_CONFLICT for one that is a file already.
   */
  cancelUpload: UploadCancelled;
  /** A link for people without an account: bound to one version, revocable, a day at most. */
  createDownloadLink: DownloadLink;
  /** Doing it twice changes nothing. */
  revokeDownloadLink: DownloadLink;
  /**
   * Ends one URL before its time: a `downloadUrl`, a variant's, or that of a link. NOT_FOUND for what is no URL of this workspace's, or over already. Doing
   * it twice changes nothing.
   */
  revokeDownloadUrl: DownloadLink;
  /**
   * Gives a workspace a quota of its own, in whole bytes up to 2^50; null gives it the installation's again. What it holds already stays, also where that is more. For
   * owners of the installation's operator workspace.
   */
  setWorkspaceQuota: WorkspaceQuota;
};


export type MutationCreateFolderArgs = {
  input: CreateFolderInput;
};


export type MutationRenameFolderArgs = {
  id: Scalars['ID']['input'];
  name: Scalars['String']['input'];
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationUpdateFolderArgs = {
  id: Scalars['ID']['input'];
  input: FolderPatch;
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationMoveFolderArgs = {
  id: Scalars['ID']['input'];
  parentId?: InputMaybe<Scalars['ID']['input']>;
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationDeleteFolderArgs = {
  id: Scalars['ID']['input'];
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationRenameFileArgs = {
  id: Scalars['ID']['input'];
  name: Scalars['String']['input'];
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationUpdateFileArgs = {
  id: Scalars['ID']['input'];
  input: FilePatch;
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationMoveFileArgs = {
  id: Scalars['ID']['input'];
  folderId?: InputMaybe<Scalars['ID']['input']>;
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationSetFileMetadataArgs = {
  id: Scalars['ID']['input'];
  metadata: Scalars['JSON']['input'];
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationRestoreVersionArgs = {
  fileId: Scalars['ID']['input'];
  number: Scalars['Int']['input'];
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationTrashFileArgs = {
  id: Scalars['ID']['input'];
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationRestoreFileArgs = {
  id: Scalars['ID']['input'];
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationDeleteFileArgs = {
  id: Scalars['ID']['input'];
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationCreateUploadArgs = {
  input: CreateUploadInput;
};


export type MutationCompleteUploadArgs = {
  id: Scalars['ID']['input'];
};


export type MutationCancelUploadArgs = {
  id: Scalars['ID']['input'];
};


export type MutationCreateDownloadLinkArgs = {
  input: CreateDownloadLinkInput;
};


export type MutationRevokeDownloadLinkArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRevokeDownloadUrlArgs = {
  url: Scalars['String']['input'];
};


export type MutationSetWorkspaceQuotaArgs = {
  workspaceId: Scalars['ID']['input'];
  quotaBytes?: InputMaybe<Scalars['Float']['input']>;
};

export type Subscription = {
  __typename?: 'Subscription';
  /** Changes of files from now on, or from right after the cursor `after`; only those for which `where` holds. */
  fileChanged?: Maybe<FileChange>;
};


export type SubscriptionFileChangedArgs = {
  where?: InputMaybe<FileWhere>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;



/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  FilePreview:
    | ( TextPreview )
    | ( TablePreview )
  ;
  UpdateFolderResult:
    | ( Omit<FolderUpdated, 'folder'> & { folder: _RefType['Folder'] } )
    | ( FolderCycle )
  ;
  MoveFolderResult:
    | ( Omit<FolderMoved, 'folder'> & { folder: _RefType['Folder'] } )
    | ( FolderCycle )
  ;
  DeleteFolderResult:
    | ( FolderDeleted )
    | ( FolderNotEmpty )
  ;
  CreateUploadResult:
    | ( UploadCreated )
    | ( QuotaExceeded )
  ;
  CompleteUploadResult:
    | ( Omit<UploadCompleted, 'file'> & { file: _RefType['File'] } )
    | ( UploadIncomplete )
    | ( QuotaExceeded )
  ;
  _Entity:
    | ( FileRecord )
    | ( FolderRecord )
    | ( NamedRun )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Failure:
    | ( FolderCycle )
    | ( FolderNotEmpty )
    | ( QuotaExceeded )
    | ( UploadIncomplete )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Base64: ResolverTypeWrapper<Scalars['Base64']['output']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  SortDirection: SortDirection;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  FileState: FileState;
  ScanState: ScanState;
  File: ResolverTypeWrapper<FileRecord>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  FileVersion: ResolverTypeWrapper<VersionRecord>;
  Folder: ResolverTypeWrapper<FolderRecord>;
  Run: ResolverTypeWrapper<NamedRun>;
  VariantFit: VariantFit;
  VariantFormat: VariantFormat;
  VariantInput: VariantInput;
  FileVariant: ResolverTypeWrapper<FileVariant>;
  FilePreview: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['FilePreview']>;
  TextPreview: ResolverTypeWrapper<TextPreview>;
  TablePreview: ResolverTypeWrapper<TablePreview>;
  ColumnType: ColumnType;
  TableColumn: ResolverTypeWrapper<TableColumn>;
  WorkspaceUsage: ResolverTypeWrapper<UsageRecord>;
  WorkspaceQuota: ResolverTypeWrapper<WorkspaceQuota>;
  DownloadLink: ResolverTypeWrapper<LinkRecord>;
  FileChange: ResolverTypeWrapper<Omit<FileChange, 'file' | 'previous'> & { file?: Maybe<ResolversTypes['File']>, previous?: Maybe<ResolversTypes['File']> }>;
  ChangeKind: ChangeKind;
  FileDeleted: ResolverTypeWrapper<FileDeleted>;
  FileWhere: FileWhere;
  MetadataComparison: MetadataComparison;
  FileOrder: FileOrder;
  StringComparison: StringComparison;
  FloatComparison: FloatComparison;
  DateTimeComparison: DateTimeComparison;
  IDComparison: IdComparison;
  FileConnection: ResolverTypeWrapper<FilePage>;
  FileEdge: ResolverTypeWrapper<Omit<FileEdge, 'node'> & { node: ResolversTypes['File'] }>;
  FolderConnection: ResolverTypeWrapper<FolderPage>;
  FolderEdge: ResolverTypeWrapper<Omit<FolderEdge, 'node'> & { node: ResolversTypes['Folder'] }>;
  FileVersionConnection: ResolverTypeWrapper<VersionPage>;
  FileVersionEdge: ResolverTypeWrapper<Omit<FileVersionEdge, 'node'> & { node: ResolversTypes['FileVersion'] }>;
  DownloadLinkConnection: ResolverTypeWrapper<LinkPage>;
  DownloadLinkEdge: ResolverTypeWrapper<Omit<DownloadLinkEdge, 'node'> & { node: ResolversTypes['DownloadLink'] }>;
  Failure: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Failure']>;
  FilePatch: FilePatch;
  CreateFolderInput: CreateFolderInput;
  FolderPatch: FolderPatch;
  UpdateFolderResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['UpdateFolderResult']>;
  FolderUpdated: ResolverTypeWrapper<Omit<FolderUpdated, 'folder'> & { folder: ResolversTypes['Folder'] }>;
  MoveFolderResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['MoveFolderResult']>;
  FolderMoved: ResolverTypeWrapper<Omit<FolderMoved, 'folder'> & { folder: ResolversTypes['Folder'] }>;
  FolderCycle: ResolverTypeWrapper<FolderCycle>;
  DeleteFolderResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['DeleteFolderResult']>;
  FolderDeleted: ResolverTypeWrapper<FolderDeleted>;
  FolderNotEmpty: ResolverTypeWrapper<FolderNotEmpty>;
  CreateUploadInput: CreateUploadInput;
  CreateUploadResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CreateUploadResult']>;
  UploadCreated: ResolverTypeWrapper<UploadCreated>;
  UploadCancelled: ResolverTypeWrapper<UploadCancelled>;
  RequestHeader: ResolverTypeWrapper<RequestHeader>;
  QuotaExceeded: ResolverTypeWrapper<QuotaExceeded>;
  CompleteUploadResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CompleteUploadResult']>;
  UploadCompleted: ResolverTypeWrapper<Omit<UploadCompleted, 'file'> & { file: ResolversTypes['File'] }>;
  UploadIncomplete: ResolverTypeWrapper<UploadIncomplete>;
  CreateDownloadLinkInput: CreateDownloadLinkInput;
  link__Purpose: Link__Purpose;
  link__Import: ResolverTypeWrapper<Scalars['link__Import']['output']>;
  federation__FieldSet: ResolverTypeWrapper<Scalars['federation__FieldSet']['output']>;
  federation__Scope: ResolverTypeWrapper<Scalars['federation__Scope']['output']>;
  federation__Policy: ResolverTypeWrapper<Scalars['federation__Policy']['output']>;
  federation__ContextFieldValue: ResolverTypeWrapper<Scalars['federation__ContextFieldValue']['output']>;
  _Any: ResolverTypeWrapper<Scalars['_Any']['output']>;
  _Service: ResolverTypeWrapper<_Service>;
  _Entity: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['_Entity']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Cursor: Scalars['Cursor']['output'];
  DateTime: Scalars['DateTime']['output'];
  JSON: Scalars['JSON']['output'];
  Base64: Scalars['Base64']['output'];
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  ID: Scalars['ID']['output'];
  File: FileRecord;
  Float: Scalars['Float']['output'];
  FileVersion: VersionRecord;
  Folder: FolderRecord;
  Run: NamedRun;
  VariantInput: VariantInput;
  FileVariant: FileVariant;
  FilePreview: ResolversUnionTypes<ResolversParentTypes>['FilePreview'];
  TextPreview: TextPreview;
  TablePreview: TablePreview;
  TableColumn: TableColumn;
  WorkspaceUsage: UsageRecord;
  WorkspaceQuota: WorkspaceQuota;
  DownloadLink: LinkRecord;
  FileChange: Omit<FileChange, 'file' | 'previous'> & { file?: Maybe<ResolversParentTypes['File']>, previous?: Maybe<ResolversParentTypes['File']> };
  FileDeleted: FileDeleted;
  FileWhere: FileWhere;
  MetadataComparison: MetadataComparison;
  FileOrder: FileOrder;
  StringComparison: StringComparison;
  FloatComparison: FloatComparison;
  DateTimeComparison: DateTimeComparison;
  IDComparison: IdComparison;
  FileConnection: FilePage;
  FileEdge: Omit<FileEdge, 'node'> & { node: ResolversParentTypes['File'] };
  FolderConnection: FolderPage;
  FolderEdge: Omit<FolderEdge, 'node'> & { node: ResolversParentTypes['Folder'] };
  FileVersionConnection: VersionPage;
  FileVersionEdge: Omit<FileVersionEdge, 'node'> & { node: ResolversParentTypes['FileVersion'] };
  DownloadLinkConnection: LinkPage;
  DownloadLinkEdge: Omit<DownloadLinkEdge, 'node'> & { node: ResolversParentTypes['DownloadLink'] };
  Failure: ResolversInterfaceTypes<ResolversParentTypes>['Failure'];
  FilePatch: FilePatch;
  CreateFolderInput: CreateFolderInput;
  FolderPatch: FolderPatch;
  UpdateFolderResult: ResolversUnionTypes<ResolversParentTypes>['UpdateFolderResult'];
  FolderUpdated: Omit<FolderUpdated, 'folder'> & { folder: ResolversParentTypes['Folder'] };
  MoveFolderResult: ResolversUnionTypes<ResolversParentTypes>['MoveFolderResult'];
  FolderMoved: Omit<FolderMoved, 'folder'> & { folder: ResolversParentTypes['Folder'] };
  FolderCycle: FolderCycle;
  DeleteFolderResult: ResolversUnionTypes<ResolversParentTypes>['DeleteFolderResult'];
  FolderDeleted: FolderDeleted;
  FolderNotEmpty: FolderNotEmpty;
  CreateUploadInput: CreateUploadInput;
  CreateUploadResult: ResolversUnionTypes<ResolversParentTypes>['CreateUploadResult'];
  UploadCreated: UploadCreated;
  UploadCancelled: UploadCancelled;
  RequestHeader: RequestHeader;
  QuotaExceeded: QuotaExceeded;
  CompleteUploadResult: ResolversUnionTypes<ResolversParentTypes>['CompleteUploadResult'];
  UploadCompleted: Omit<UploadCompleted, 'file'> & { file: ResolversParentTypes['File'] };
  UploadIncomplete: UploadIncomplete;
  CreateDownloadLinkInput: CreateDownloadLinkInput;
  link__Import: Scalars['link__Import']['output'];
  federation__FieldSet: Scalars['federation__FieldSet']['output'];
  federation__Scope: Scalars['federation__Scope']['output'];
  federation__Policy: Scalars['federation__Policy']['output'];
  federation__ContextFieldValue: Scalars['federation__ContextFieldValue']['output'];
  _Any: Scalars['_Any']['output'];
  _Service: _Service;
  _Entity: ResolversUnionTypes<ResolversParentTypes>['_Entity'];
  Mutation: Record<PropertyKey, never>;
  Subscription: Record<PropertyKey, never>;
  String: Scalars['String']['output'];
  Boolean: Scalars['Boolean']['output'];
  Int: Scalars['Int']['output'];
};

export type AllowDirectiveArgs = {
  to: Array<Scalars['String']['input']>;
  scope?: Maybe<Scalars['String']['input']>;
};

export type AllowDirectiveResolver<Result, Parent, ContextType = Context, Args = AllowDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type LogStreamDirectiveArgs = {
  topic: Scalars['String']['input'];
  types: Array<Scalars['String']['input']>;
  subject: Scalars['String']['input'];
  filter?: Maybe<Scalars['String']['input']>;
};

export type LogStreamDirectiveResolver<Result, Parent, ContextType = Context, Args = LogStreamDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type EphemeralDirectiveArgs = {
  channel: Scalars['String']['input'];
};

export type EphemeralDirectiveResolver<Result, Parent, ContextType = Context, Args = EphemeralDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CheckedPerItemDirectiveArgs = { };

export type CheckedPerItemDirectiveResolver<Result, Parent, ContextType = Context, Args = CheckedPerItemDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type LinkDirectiveArgs = {
  url?: Maybe<Scalars['String']['input']>;
  as?: Maybe<Scalars['String']['input']>;
  for?: Maybe<Link__Purpose>;
  import?: Maybe<Array<Maybe<Scalars['link__Import']['input']>>>;
};

export type LinkDirectiveResolver<Result, Parent, ContextType = Context, Args = LinkDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type KeyDirectiveArgs = {
  fields: Scalars['federation__FieldSet']['input'];
  resolvable?: Maybe<Scalars['Boolean']['input']>;
};

export type KeyDirectiveResolver<Result, Parent, ContextType = Context, Args = KeyDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type RequiresDirectiveArgs = {
  fields: Scalars['federation__FieldSet']['input'];
};

export type RequiresDirectiveResolver<Result, Parent, ContextType = Context, Args = RequiresDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ProvidesDirectiveArgs = {
  fields: Scalars['federation__FieldSet']['input'];
};

export type ProvidesDirectiveResolver<Result, Parent, ContextType = Context, Args = ProvidesDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ExternalDirectiveArgs = {
  reason?: Maybe<Scalars['String']['input']>;
};

export type ExternalDirectiveResolver<Result, Parent, ContextType = Context, Args = ExternalDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type TagDirectiveArgs = {
  name: Scalars['String']['input'];
};

export type TagDirectiveResolver<Result, Parent, ContextType = Context, Args = TagDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__ExtendsDirectiveArgs = { };

export type Federation__ExtendsDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__ExtendsDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ShareableDirectiveArgs = { };

export type ShareableDirectiveResolver<Result, Parent, ContextType = Context, Args = ShareableDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type InaccessibleDirectiveArgs = { };

export type InaccessibleDirectiveResolver<Result, Parent, ContextType = Context, Args = InaccessibleDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type OverrideDirectiveArgs = {
  from: Scalars['String']['input'];
  label?: Maybe<Scalars['String']['input']>;
};

export type OverrideDirectiveResolver<Result, Parent, ContextType = Context, Args = OverrideDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ComposeDirectiveDirectiveArgs = {
  name?: Maybe<Scalars['String']['input']>;
};

export type ComposeDirectiveDirectiveResolver<Result, Parent, ContextType = Context, Args = ComposeDirectiveDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type InterfaceObjectDirectiveArgs = { };

export type InterfaceObjectDirectiveResolver<Result, Parent, ContextType = Context, Args = InterfaceObjectDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__AuthenticatedDirectiveArgs = { };

export type Federation__AuthenticatedDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__AuthenticatedDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__RequiresScopesDirectiveArgs = {
  scopes: Array<Array<Scalars['federation__Scope']['input']>>;
};

export type Federation__RequiresScopesDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__RequiresScopesDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__PolicyDirectiveArgs = {
  policies: Array<Array<Scalars['federation__Policy']['input']>>;
};

export type Federation__PolicyDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__PolicyDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__ContextDirectiveArgs = {
  name: Scalars['String']['input'];
};

export type Federation__ContextDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__ContextDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__FromContextDirectiveArgs = {
  field?: Maybe<Scalars['federation__ContextFieldValue']['input']>;
};

export type Federation__FromContextDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__FromContextDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CostDirectiveArgs = {
  weight: Scalars['Int']['input'];
};

export type CostDirectiveResolver<Result, Parent, ContextType = Context, Args = CostDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ListSizeDirectiveArgs = {
  assumedSize?: Maybe<Scalars['Int']['input']>;
  slicingArguments?: Maybe<Array<Scalars['String']['input']>>;
  sizedFields?: Maybe<Array<Scalars['String']['input']>>;
  requireOneSlicingArgument?: Maybe<Scalars['Boolean']['input']>;
};

export type ListSizeDirectiveResolver<Result, Parent, ContextType = Context, Args = ListSizeDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export interface CursorScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Cursor'], any> {
  name: 'Cursor';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export interface Base64ScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Base64'], any> {
  name: 'Base64';
}

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  _entities?: Resolver<Array<Maybe<ResolversTypes['_Entity']>>, ParentType, ContextType, RequireFields<Query_EntitiesArgs, 'representations'>>;
  _service?: Resolver<ResolversTypes['_Service'], ParentType, ContextType>;
  file?: Resolver<Maybe<ResolversTypes['File']>, ParentType, ContextType, RequireFields<QueryFileArgs, 'id'>>;
  files?: Resolver<ResolversTypes['FileConnection'], ParentType, ContextType, RequireFields<QueryFilesArgs, 'trashed'>>;
  folder?: Resolver<Maybe<ResolversTypes['Folder']>, ParentType, ContextType, RequireFields<QueryFolderArgs, 'id'>>;
  folders?: Resolver<ResolversTypes['FolderConnection'], ParentType, ContextType, Partial<QueryFoldersArgs>>;
  workspaceUsage?: Resolver<ResolversTypes['WorkspaceUsage'], ParentType, ContextType>;
  downloadLinks?: Resolver<ResolversTypes['DownloadLinkConnection'], ParentType, ContextType, RequireFields<QueryDownloadLinksArgs, 'fileId'>>;
};

export type FileResolvers<ContextType = Context, ParentType extends ResolversParentTypes['File'] = ResolversParentTypes['File']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  folderId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  folder?: Resolver<Maybe<ResolversTypes['Folder']>, ParentType, ContextType>;
  contentType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  declaredType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sizeBytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  sha256?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['FileState'], ParentType, ContextType>;
  scan?: Resolver<ResolversTypes['ScanState'], ParentType, ContextType>;
  metadata?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  trashedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  versionNumber?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  versions?: Resolver<ResolversTypes['FileVersionConnection'], ParentType, ContextType, Partial<FileVersionsArgs>>;
  downloadUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType, RequireFields<FileDownloadUrlArgs, 'inline'>>;
  variant?: Resolver<Maybe<ResolversTypes['FileVariant']>, ParentType, ContextType, RequireFields<FileVariantArgs, 'input'>>;
  preview?: Resolver<Maybe<ResolversTypes['FilePreview']>, ParentType, ContextType, RequireFields<FilePreviewArgs, 'rows'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FileVersionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FileVersion'] = ResolversParentTypes['FileVersion']> = {
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  contentType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  declaredType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sizeBytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  sha256?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['FileState'], ParentType, ContextType>;
  scan?: Resolver<ResolversTypes['ScanState'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  downloadUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType, RequireFields<FileVersionDownloadUrlArgs, 'inline'>>;
};

export type FolderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Folder'] = ResolversParentTypes['Folder']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  parentId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  parent?: Resolver<Maybe<ResolversTypes['Folder']>, ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  folders?: Resolver<ResolversTypes['FolderConnection'], ParentType, ContextType, Partial<FolderFoldersArgs>>;
  files?: Resolver<ResolversTypes['FileConnection'], ParentType, ContextType, Partial<FolderFilesArgs>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RunResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Run'] = ResolversParentTypes['Run']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  files?: Resolver<Maybe<ResolversTypes['FileConnection']>, ParentType, ContextType, Partial<RunFilesArgs>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FileVariantResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FileVariant'] = ResolversParentTypes['FileVariant']> = {
  contentType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type FilePreviewResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FilePreview'] = ResolversParentTypes['FilePreview']> = {
  __resolveType: TypeResolveFn<'TextPreview' | 'TablePreview', ParentType, ContextType>;
};

export type TextPreviewResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TextPreview'] = ResolversParentTypes['TextPreview']> = {
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  encoding?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  truncated?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TablePreviewResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TablePreview'] = ResolversParentTypes['TablePreview']> = {
  columns?: Resolver<Array<ResolversTypes['TableColumn']>, ParentType, ContextType>;
  rows?: Resolver<Array<Array<Maybe<ResolversTypes['String']>>>, ParentType, ContextType>;
  encoding?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  truncated?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TableColumnResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TableColumn'] = ResolversParentTypes['TableColumn']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['ColumnType'], ParentType, ContextType>;
};

export type WorkspaceUsageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WorkspaceUsage'] = ResolversParentTypes['WorkspaceUsage']> = {
  usedBytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  reservedBytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  quotaBytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  files?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  trashDays?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type WorkspaceQuotaResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WorkspaceQuota'] = ResolversParentTypes['WorkspaceQuota']> = {
  workspaceId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  usedBytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  quotaBytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  isOwn?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type DownloadLinkResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DownloadLink'] = ResolversParentTypes['DownloadLink']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  fileId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  versionNumber?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  revokedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  url?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type FileChangeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FileChange'] = ResolversParentTypes['FileChange']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ChangeKind'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  file?: Resolver<Maybe<ResolversTypes['File']>, ParentType, ContextType>;
  previous?: Resolver<Maybe<ResolversTypes['File']>, ParentType, ContextType>;
  changedFields?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  changedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  changedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type FileDeletedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FileDeleted'] = ResolversParentTypes['FileDeleted']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type FileConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FileConnection'] = ResolversParentTypes['FileConnection']> = {
  edges?: Resolver<Array<ResolversTypes['FileEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['File']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type FileEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FileEdge'] = ResolversParentTypes['FileEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['File'], ParentType, ContextType>;
};

export type FolderConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FolderConnection'] = ResolversParentTypes['FolderConnection']> = {
  edges?: Resolver<Array<ResolversTypes['FolderEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Folder']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type FolderEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FolderEdge'] = ResolversParentTypes['FolderEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Folder'], ParentType, ContextType>;
};

export type FileVersionConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FileVersionConnection'] = ResolversParentTypes['FileVersionConnection']> = {
  edges?: Resolver<Array<ResolversTypes['FileVersionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['FileVersion']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type FileVersionEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FileVersionEdge'] = ResolversParentTypes['FileVersionEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['FileVersion'], ParentType, ContextType>;
};

export type DownloadLinkConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DownloadLinkConnection'] = ResolversParentTypes['DownloadLinkConnection']> = {
  edges?: Resolver<Array<ResolversTypes['DownloadLinkEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['DownloadLink']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type DownloadLinkEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DownloadLinkEdge'] = ResolversParentTypes['DownloadLinkEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['DownloadLink'], ParentType, ContextType>;
};

export type FailureResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Failure'] = ResolversParentTypes['Failure']> = {
  __resolveType: TypeResolveFn<'FolderCycle' | 'FolderNotEmpty' | 'QuotaExceeded' | 'UploadIncomplete', ParentType, ContextType>;
};

export type UpdateFolderResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateFolderResult'] = ResolversParentTypes['UpdateFolderResult']> = {
  __resolveType: TypeResolveFn<'FolderUpdated' | 'FolderCycle', ParentType, ContextType>;
};

export type FolderUpdatedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FolderUpdated'] = ResolversParentTypes['FolderUpdated']> = {
  folder?: Resolver<ResolversTypes['Folder'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MoveFolderResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MoveFolderResult'] = ResolversParentTypes['MoveFolderResult']> = {
  __resolveType: TypeResolveFn<'FolderMoved' | 'FolderCycle', ParentType, ContextType>;
};

export type FolderMovedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FolderMoved'] = ResolversParentTypes['FolderMoved']> = {
  folder?: Resolver<ResolversTypes['Folder'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FolderCycleResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FolderCycle'] = ResolversParentTypes['FolderCycle']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DeleteFolderResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeleteFolderResult'] = ResolversParentTypes['DeleteFolderResult']> = {
  __resolveType: TypeResolveFn<'FolderDeleted' | 'FolderNotEmpty', ParentType, ContextType>;
};

export type FolderDeletedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FolderDeleted'] = ResolversParentTypes['FolderDeleted']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FolderNotEmptyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FolderNotEmpty'] = ResolversParentTypes['FolderNotEmpty']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CreateUploadResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateUploadResult'] = ResolversParentTypes['CreateUploadResult']> = {
  __resolveType: TypeResolveFn<'UploadCreated' | 'QuotaExceeded', ParentType, ContextType>;
};

export type UploadCreatedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UploadCreated'] = ResolversParentTypes['UploadCreated']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  method?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  headers?: Resolver<Array<ResolversTypes['RequestHeader']>, ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UploadCancelledResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UploadCancelled'] = ResolversParentTypes['UploadCancelled']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type RequestHeaderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RequestHeader'] = ResolversParentTypes['RequestHeader']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type QuotaExceededResolvers<ContextType = Context, ParentType extends ResolversParentTypes['QuotaExceeded'] = ResolversParentTypes['QuotaExceeded']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  usedBytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  quotaBytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CompleteUploadResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CompleteUploadResult'] = ResolversParentTypes['CompleteUploadResult']> = {
  __resolveType: TypeResolveFn<'UploadCompleted' | 'UploadIncomplete' | 'QuotaExceeded', ParentType, ContextType>;
};

export type UploadCompletedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UploadCompleted'] = ResolversParentTypes['UploadCompleted']> = {
  file?: Resolver<ResolversTypes['File'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UploadIncompleteResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UploadIncomplete'] = ResolversParentTypes['UploadIncomplete']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface Link__ImportScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['link__Import'], any> {
  name: 'link__Import';
}

export interface Federation__FieldSetScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['federation__FieldSet'], any> {
  name: 'federation__FieldSet';
}

export interface Federation__ScopeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['federation__Scope'], any> {
  name: 'federation__Scope';
}

export interface Federation__PolicyScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['federation__Policy'], any> {
  name: 'federation__Policy';
}

export interface Federation__ContextFieldValueScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['federation__ContextFieldValue'], any> {
  name: 'federation__ContextFieldValue';
}

export interface _AnyScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['_Any'], any> {
  name: '_Any';
}

export type _ServiceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['_Service'] = ResolversParentTypes['_Service']> = {
  sdl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type _EntityResolvers<ContextType = Context, ParentType extends ResolversParentTypes['_Entity'] = ResolversParentTypes['_Entity']> = {
  __resolveType: TypeResolveFn<'File' | 'Folder' | 'Run', ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  createFolder?: Resolver<ResolversTypes['Folder'], ParentType, ContextType, RequireFields<MutationCreateFolderArgs, 'input'>>;
  renameFolder?: Resolver<ResolversTypes['Folder'], ParentType, ContextType, RequireFields<MutationRenameFolderArgs, 'id' | 'name'>>;
  updateFolder?: Resolver<ResolversTypes['UpdateFolderResult'], ParentType, ContextType, RequireFields<MutationUpdateFolderArgs, 'id' | 'input'>>;
  moveFolder?: Resolver<ResolversTypes['MoveFolderResult'], ParentType, ContextType, RequireFields<MutationMoveFolderArgs, 'id'>>;
  deleteFolder?: Resolver<ResolversTypes['DeleteFolderResult'], ParentType, ContextType, RequireFields<MutationDeleteFolderArgs, 'id'>>;
  renameFile?: Resolver<ResolversTypes['File'], ParentType, ContextType, RequireFields<MutationRenameFileArgs, 'id' | 'name'>>;
  updateFile?: Resolver<ResolversTypes['File'], ParentType, ContextType, RequireFields<MutationUpdateFileArgs, 'id' | 'input'>>;
  moveFile?: Resolver<ResolversTypes['File'], ParentType, ContextType, RequireFields<MutationMoveFileArgs, 'id'>>;
  setFileMetadata?: Resolver<ResolversTypes['File'], ParentType, ContextType, RequireFields<MutationSetFileMetadataArgs, 'id' | 'metadata'>>;
  restoreVersion?: Resolver<ResolversTypes['File'], ParentType, ContextType, RequireFields<MutationRestoreVersionArgs, 'fileId' | 'number'>>;
  trashFile?: Resolver<ResolversTypes['File'], ParentType, ContextType, RequireFields<MutationTrashFileArgs, 'id'>>;
  restoreFile?: Resolver<ResolversTypes['File'], ParentType, ContextType, RequireFields<MutationRestoreFileArgs, 'id'>>;
  deleteFile?: Resolver<ResolversTypes['FileDeleted'], ParentType, ContextType, RequireFields<MutationDeleteFileArgs, 'id'>>;
  createUpload?: Resolver<ResolversTypes['CreateUploadResult'], ParentType, ContextType, RequireFields<MutationCreateUploadArgs, 'input'>>;
  completeUpload?: Resolver<ResolversTypes['CompleteUploadResult'], ParentType, ContextType, RequireFields<MutationCompleteUploadArgs, 'id'>>;
  cancelUpload?: Resolver<ResolversTypes['UploadCancelled'], ParentType, ContextType, RequireFields<MutationCancelUploadArgs, 'id'>>;
  createDownloadLink?: Resolver<ResolversTypes['DownloadLink'], ParentType, ContextType, RequireFields<MutationCreateDownloadLinkArgs, 'input'>>;
  revokeDownloadLink?: Resolver<ResolversTypes['DownloadLink'], ParentType, ContextType, RequireFields<MutationRevokeDownloadLinkArgs, 'id'>>;
  revokeDownloadUrl?: Resolver<ResolversTypes['DownloadLink'], ParentType, ContextType, RequireFields<MutationRevokeDownloadUrlArgs, 'url'>>;
  setWorkspaceQuota?: Resolver<ResolversTypes['WorkspaceQuota'], ParentType, ContextType, RequireFields<MutationSetWorkspaceQuotaArgs, 'workspaceId'>>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  fileChanged?: SubscriptionResolver<Maybe<ResolversTypes['FileChange']>, "fileChanged", ParentType, ContextType, Partial<SubscriptionFileChangedArgs>>;
};

export type Resolvers<ContextType = Context> = {
  Cursor?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Base64?: GraphQLScalarType;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  File?: FileResolvers<ContextType>;
  FileVersion?: FileVersionResolvers<ContextType>;
  Folder?: FolderResolvers<ContextType>;
  Run?: RunResolvers<ContextType>;
  FileVariant?: FileVariantResolvers<ContextType>;
  FilePreview?: FilePreviewResolvers<ContextType>;
  TextPreview?: TextPreviewResolvers<ContextType>;
  TablePreview?: TablePreviewResolvers<ContextType>;
  TableColumn?: TableColumnResolvers<ContextType>;
  WorkspaceUsage?: WorkspaceUsageResolvers<ContextType>;
  WorkspaceQuota?: WorkspaceQuotaResolvers<ContextType>;
  DownloadLink?: DownloadLinkResolvers<ContextType>;
  FileChange?: FileChangeResolvers<ContextType>;
  FileDeleted?: FileDeletedResolvers<ContextType>;
  FileConnection?: FileConnectionResolvers<ContextType>;
  FileEdge?: FileEdgeResolvers<ContextType>;
  FolderConnection?: FolderConnectionResolvers<ContextType>;
  FolderEdge?: FolderEdgeResolvers<ContextType>;
  FileVersionConnection?: FileVersionConnectionResolvers<ContextType>;
  FileVersionEdge?: FileVersionEdgeResolvers<ContextType>;
  DownloadLinkConnection?: DownloadLinkConnectionResolvers<ContextType>;
  DownloadLinkEdge?: DownloadLinkEdgeResolvers<ContextType>;
  Failure?: FailureResolvers<ContextType>;
  UpdateFolderResult?: UpdateFolderResultResolvers<ContextType>;
  FolderUpdated?: FolderUpdatedResolvers<ContextType>;
  MoveFolderResult?: MoveFolderResultResolvers<ContextType>;
  FolderMoved?: FolderMovedResolvers<ContextType>;
  FolderCycle?: FolderCycleResolvers<ContextType>;
  DeleteFolderResult?: DeleteFolderResultResolvers<ContextType>;
  FolderDeleted?: FolderDeletedResolvers<ContextType>;
  FolderNotEmpty?: FolderNotEmptyResolvers<ContextType>;
  CreateUploadResult?: CreateUploadResultResolvers<ContextType>;
  UploadCreated?: UploadCreatedResolvers<ContextType>;
  UploadCancelled?: UploadCancelledResolvers<ContextType>;
  RequestHeader?: RequestHeaderResolvers<ContextType>;
  QuotaExceeded?: QuotaExceededResolvers<ContextType>;
  CompleteUploadResult?: CompleteUploadResultResolvers<ContextType>;
  UploadCompleted?: UploadCompletedResolvers<ContextType>;
  UploadIncomplete?: UploadIncompleteResolvers<ContextType>;
  link__Import?: GraphQLScalarType;
  federation__FieldSet?: GraphQLScalarType;
  federation__Scope?: GraphQLScalarType;
  federation__Policy?: GraphQLScalarType;
  federation__ContextFieldValue?: GraphQLScalarType;
  _Any?: GraphQLScalarType;
  _Service?: _ServiceResolvers<ContextType>;
  _Entity?: _EntityResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  allow?: AllowDirectiveResolver<any, any, ContextType>;
  logStream?: LogStreamDirectiveResolver<any, any, ContextType>;
  ephemeral?: EphemeralDirectiveResolver<any, any, ContextType>;
  checkedPerItem?: CheckedPerItemDirectiveResolver<any, any, ContextType>;
  link?: LinkDirectiveResolver<any, any, ContextType>;
  key?: KeyDirectiveResolver<any, any, ContextType>;
  requires?: RequiresDirectiveResolver<any, any, ContextType>;
  provides?: ProvidesDirectiveResolver<any, any, ContextType>;
  external?: ExternalDirectiveResolver<any, any, ContextType>;
  tag?: TagDirectiveResolver<any, any, ContextType>;
  federation__extends?: Federation__ExtendsDirectiveResolver<any, any, ContextType>;
  shareable?: ShareableDirectiveResolver<any, any, ContextType>;
  inaccessible?: InaccessibleDirectiveResolver<any, any, ContextType>;
  override?: OverrideDirectiveResolver<any, any, ContextType>;
  composeDirective?: ComposeDirectiveDirectiveResolver<any, any, ContextType>;
  interfaceObject?: InterfaceObjectDirectiveResolver<any, any, ContextType>;
  federation__authenticated?: Federation__AuthenticatedDirectiveResolver<any, any, ContextType>;
  federation__requiresScopes?: Federation__RequiresScopesDirectiveResolver<any, any, ContextType>;
  federation__policy?: Federation__PolicyDirectiveResolver<any, any, ContextType>;
  federation__context?: Federation__ContextDirectiveResolver<any, any, ContextType>;
  federation__fromContext?: Federation__FromContextDirectiveResolver<any, any, ContextType>;
  cost?: CostDirectiveResolver<any, any, ContextType>;
  listSize?: ListSizeDirectiveResolver<any, any, ContextType>;
};

