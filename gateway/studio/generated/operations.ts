/* Generated from the operations beside it by `npm run codegen`. Do not edit. */
import { gql, type TypedDocumentNode } from '@urql/core';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type AddMemberInput = {
  readonly email: string;
  readonly role: Role;
};

/** All conditions given must hold; `{}` as a whole is for all. A condition that is null, empty or lost with its variable is refused. */
export type AuditWhere = {
  /** The entity: `Airport/0192…`. */
  readonly subject?: string | null | undefined;
  /** User id or API key id. */
  readonly actorId?: string | null | undefined;
  /** The event's type: `data.record.updated`. */
  readonly action?: string | null | undefined;
  /** Not before this moment. */
  readonly from?: string | null | undefined;
  /** Before this moment. */
  readonly to?: string | null | undefined;
};

export type ChangeKind =
  | 'CREATED'
  | 'UPDATED'
  | 'DELETED';

export type ChangePasswordInput = {
  readonly currentPassword: string;
  readonly newPassword: string;
};

export type ColumnType =
  | 'TEXT'
  | 'INTEGER'
  | 'NUMBER'
  | 'BOOLEAN'
  | 'DATE'
  | 'DATETIME';

export type CreateApiKeyInput = {
  readonly name: string;
  /** Not above the maker's own. */
  readonly role: Role;
  /** Of analytics:read, analytics:write, data:read, data:write, events:read, files:read, files:write, identity:read, identity:write, jobs:read, jobs:write, rest:usage. */
  readonly scopes: ReadonlyArray<string>;
  /** In the future; without it the key works until it is revoked. */
  readonly expiresAt?: string | null | undefined;
};

export type CreateDownloadLinkInput = {
  readonly fileId: string;
  /** The current one when not said. */
  readonly versionNumber?: number | null | undefined;
  /** 60 to 86400; 3600 when not said. */
  readonly expiresInSeconds?: number | null | undefined;
  readonly inline?: boolean;
};

export type CreateFolderInput = {
  readonly name: string;
  /** Without it, at the top. */
  readonly parentId?: string | null | undefined;
};

export type CreateHookInput = {
  /** Unique in the workspace, 1 to 100 characters. */
  readonly name: string;
  readonly job: string;
  readonly queue?: string | null | undefined;
  readonly priority?: number | null | undefined;
  readonly enabled?: boolean;
};

export type CreateScheduleInput = {
  /** Unique in the workspace, 1 to 100 characters. */
  readonly name: string;
  readonly job: string;
  readonly cron: string;
  readonly timeZone?: string;
  readonly missed?: MissedRuns;
  readonly enabled?: boolean;
  readonly input?: unknown;
  readonly queue?: string | null | undefined;
  readonly priority?: number | null | undefined;
};

export type CreateTriggerInput = {
  /** Unique in the workspace, 1 to 100 characters. */
  readonly name: string;
  readonly job: string;
  /** One of `triggerTopics`. */
  readonly topic: string;
  /** Event types of the topic; all when absent. */
  readonly types?: ReadonlyArray<string> | null | undefined;
  /** One entity (`Airport/0192…`), or with a `*` at its end all that begin so. */
  readonly subject?: string | null | undefined;
  /** Ten at most; all must hold. */
  readonly conditions?: ReadonlyArray<TriggerConditionInput> | null | undefined;
  /** As in `Trigger.input`; `{}` when absent. */
  readonly input?: unknown;
  readonly queue?: string | null | undefined;
  readonly priority?: number | null | undefined;
  readonly enabled?: boolean;
  /** 1 to 10,000. */
  readonly runsPerMinute?: number;
};

export type CreateWorkspaceInput = {
  /** 2 to 48 lower-case letters, digits and single dashes. */
  readonly slug: string;
  readonly name: string;
  /** What the start of an installation without owner prints: its operator workspace is made with it only. */
  readonly setUpToken?: string | null | undefined;
};

export type DataModelStore =
  | 'RELATIONAL'
  | 'DOCUMENT';

export type DateTimeComparison = {
  readonly eq?: string | null | undefined;
  readonly ne?: string | null | undefined;
  readonly in?: ReadonlyArray<string> | null | undefined;
  readonly lt?: string | null | undefined;
  readonly lte?: string | null | undefined;
  readonly gt?: string | null | undefined;
  readonly gte?: string | null | undefined;
  readonly isNull?: boolean | null | undefined;
};

export type EnqueueJobInput = {
  readonly job: string;
  /** Up to 256 KB of JSON that fits the job's inputSchema; `{}` when absent. */
  readonly input?: unknown;
  /** The job's own when absent. 1 to 100 letters, digits and `. : _ -`. */
  readonly queue?: string | null | undefined;
  /** -100 to 100; higher goes first. */
  readonly priority?: number | null | undefined;
  /** Milliseconds from now, 24 days at most; or the moment, not both. */
  readonly delayMs?: number | null | undefined;
  readonly runAt?: string | null | undefined;
  /** What the queue's limits per key count by. */
  readonly key?: string | null | undefined;
  /**
   * While a run with this key is not finished (or for uniqueForMs from its enqueueing), it is answered instead of a new one. It does not begin with
   * `schedule:`, `hook:` or `graph:`.
   */
  readonly uniqueKey?: string | null | undefined;
  /** 24 days at most, as an Int can be no greater. */
  readonly uniqueForMs?: number | null | undefined;
  readonly dependsOn?: ReadonlyArray<RunDependencyInput> | null | undefined;
  /** Attempts in all, 1 to 100; the job's own when absent. */
  readonly maxAttempts?: number | null | undefined;
  /** Milliseconds, from one second to four hours; the job's own when absent. */
  readonly timeLimitMs?: number | null | undefined;
};

/** Exactly one field. */
export type FileOrder = {
  readonly name?: SortDirection | null | undefined;
  readonly sizeBytes?: SortDirection | null | undefined;
  readonly createdAt?: SortDirection | null | undefined;
  readonly updatedAt?: SortDirection | null | undefined;
};

export type FileState =
  /** It waits for its scan and is not served. */
  | 'PENDING'
  | 'AVAILABLE'
  /** Something was found in it; it is never served. */
  | 'QUARANTINED';

/** All conditions given must hold; `{}` as a whole is for all. A condition that is null, empty or lost with its variable is refused. */
export type FileWhere = {
  readonly and?: ReadonlyArray<FileWhere> | null | undefined;
  readonly or?: ReadonlyArray<FileWhere> | null | undefined;
  readonly not?: FileWhere | null | undefined;
  readonly id?: IdComparison | null | undefined;
  readonly name?: StringComparison | null | undefined;
  readonly contentType?: StringComparison | null | undefined;
  readonly folderId?: IdComparison | null | undefined;
  readonly sizeBytes?: FloatComparison | null | undefined;
  readonly sha256?: StringComparison | null | undefined;
  readonly createdBy?: StringComparison | null | undefined;
  readonly createdAt?: DateTimeComparison | null | undefined;
  readonly updatedAt?: DateTimeComparison | null | undefined;
  readonly metadata?: ReadonlyArray<MetadataComparison> | null | undefined;
};

export type FloatComparison = {
  readonly eq?: number | null | undefined;
  readonly ne?: number | null | undefined;
  readonly in?: ReadonlyArray<number> | null | undefined;
  readonly lt?: number | null | undefined;
  readonly lte?: number | null | undefined;
  readonly gt?: number | null | undefined;
  readonly gte?: number | null | undefined;
  readonly isNull?: boolean | null | undefined;
};

export type FunnelStep = {
  /** The kind of event: `page.viewed`. */
  readonly event: string;
  /** Only events with these properties: a value, or a list of values. */
  readonly where?: unknown;
};

export type IdComparison = {
  readonly eq?: string | null | undefined;
  readonly ne?: string | null | undefined;
  readonly in?: ReadonlyArray<string> | null | undefined;
  readonly isNull?: boolean | null | undefined;
};

export type InferenceTensorType =
  | 'FLOAT'
  | 'DOUBLE'
  | 'INT32'
  | 'INT64'
  | 'BOOL'
  | 'STRING';

/** Holds for files whose metadata has the key with this text, however its letters are put together (texts are kept in NFC), number or boolean. */
export type MetadataComparison = {
  readonly key: string;
  readonly eq: unknown;
};

/** The windows that metrics declare. */
export type MetricWindow =
  | 'HOUR'
  | 'DAY'
  | 'LAST_DAY';

export type MissedRuns =
  /** Ticks that nobody was there to run are passed over. */
  | 'SKIP'
  /** One run for all that were missed. */
  | 'ONCE'
  /** A run for each, the latest 100 at most. */
  | 'CATCH_UP';

export type PipelineChangeKind =
  /** Kept: the new declaration goes on with it, as it changes rules for rows to come alone. */
  | 'RESUMED'
  /** Computed anew, from the oldest event that the log keeps. */
  | 'RECOMPUTED';

export type PipelineState =
  | 'RUNNING'
  /** What it tried last failed; it is tried again until it works. */
  | 'FAILING'
  | 'STOPPING'
  | 'STOPPED';

export type PrincipalKind =
  | 'ANONYMOUS'
  | 'USER'
  | 'API_KEY'
  | 'SERVICE';

export type QueueLimitsInput = {
  readonly concurrency?: number | null | undefined;
  readonly keyConcurrency?: number | null | undefined;
  readonly rateLimit?: number | null | undefined;
  readonly keyRateLimit?: number | null | undefined;
  readonly ratePeriodMs?: number | null | undefined;
};

export type QueueState =
  | 'RUNNING'
  /** Starts nothing. */
  | 'PAUSED'
  /** Takes nothing, and works off what has not ended. */
  | 'DRAINING';

export type RegisterModelVersion = {
  /** Lower-case letters, digits and hyphens, up to 63: `flight-delay`. */
  readonly model: string;
  /** What the model tells, up to 500 characters; kept from before when left out. */
  readonly description?: string | null | undefined;
  /** What is new in this version, up to 500 characters. */
  readonly note?: string | null | undefined;
  /** The id of the file (`File.id`), 100 MB at most; its current version is registered. */
  readonly file: string;
};

export type RetentionPeriod =
  | 'DAY'
  | 'WEEK'
  | 'MONTH';

/** A right within a workspace. Each has the rights of those before it. */
export type Role =
  | 'VIEWER'
  | 'EDITOR'
  | 'ADMIN'
  | 'OWNER';

export type RunCondition =
  /** It succeeded. */
  | 'SUCCESS'
  /** It failed for good. */
  | 'FAILURE'
  /** It succeeded, failed or was skipped. */
  | 'FINISH';

export type RunDependencyInput = {
  readonly runId: string;
  readonly condition?: RunCondition;
};

export type RunIdComparison = {
  readonly eq?: string | null | undefined;
  readonly in?: ReadonlyArray<string> | null | undefined;
};

export type RunLogLevel =
  | 'DEBUG'
  | 'INFO'
  | 'WARN'
  | 'ERROR';

export type RunState =
  /** For runs it depends on. */
  | 'WAITING'
  /** Until its moment, or before another attempt. */
  | 'DELAYED'
  /** Its queue is paused. */
  | 'HELD'
  | 'QUEUED'
  | 'RUNNING'
  | 'SUCCEEDED'
  /** For good: a dead letter. */
  | 'FAILED'
  | 'CANCELLED'
  /** A condition on what it depends on cannot be met any more. */
  | 'SKIPPED';

export type RunStateComparison = {
  readonly eq?: RunState | null | undefined;
  readonly in?: ReadonlyArray<RunState> | null | undefined;
};

export type RunTextComparison = {
  readonly eq?: string | null | undefined;
  readonly in?: ReadonlyArray<string> | null | undefined;
};

/** All conditions given must hold; `{}` as a whole is for all. A condition that is null, empty or lost with its variable is refused. */
export type RunWhere = {
  readonly id?: RunIdComparison | null | undefined;
  readonly job?: RunTextComparison | null | undefined;
  readonly queue?: RunTextComparison | null | undefined;
  readonly state?: RunStateComparison | null | undefined;
  readonly parentId?: RunIdComparison | null | undefined;
  /** User id or API key id. */
  readonly startedBy?: RunTextComparison | null | undefined;
  readonly origin?: RunTextComparison | null | undefined;
};

export type ScanState =
  /** Nobody has looked yet, or this installation has no scanner. */
  | 'NOT_SCANNED'
  | 'CLEAN'
  | 'INFECTED';

export type SignUpInput = {
  readonly email: string;
  /** 12 to 256 characters. */
  readonly password: string;
  readonly name: string;
  /** What the start of an installation without owner prints: with it the first owner gets an account although sign-up is closed. */
  readonly setUpToken?: string | null | undefined;
};

export type SortDirection =
  | 'ASC'
  | 'DESC';

export type StreamEngine =
  /** In the processes of the product, one at a time. */
  | 'EMBEDDED'
  | 'FLINK';

export type StringComparison = {
  readonly eq?: string | null | undefined;
  readonly ne?: string | null | undefined;
  readonly in?: ReadonlyArray<string> | null | undefined;
  readonly lt?: string | null | undefined;
  readonly lte?: string | null | undefined;
  readonly gt?: string | null | undefined;
  readonly gte?: string | null | undefined;
  readonly isNull?: boolean | null | undefined;
  readonly contains?: string | null | undefined;
  readonly startsWith?: string | null | undefined;
  /** Lets A–Z stand for a–z in contains and startsWith, and folds no other letter: é does not find É. The same on every engine. Refused beside another comparison. */
  readonly ignoreCase?: boolean | null | undefined;
};

/** Give one of eq, in and contains; they compare with texts, numbers, booleans and null. */
export type TriggerConditionInput = {
  /** Names with dots between them: `data.model`, `data.after.folderId`. */
  readonly path: string;
  readonly eq?: unknown;
  readonly in?: ReadonlyArray<unknown> | null | undefined;
  /** The value is a list, and this is in it. */
  readonly contains?: unknown;
};

export type UpdateHookInput = {
  readonly queue?: string | null | undefined;
  readonly priority?: number | null | undefined;
  readonly enabled?: boolean | null | undefined;
};

export type UpdateScheduleInput = {
  readonly cron?: string | null | undefined;
  readonly timeZone?: string | null | undefined;
  readonly missed?: MissedRuns | null | undefined;
  readonly enabled?: boolean | null | undefined;
  readonly input?: unknown;
};

export type UpdateTriggerInput = {
  readonly types?: ReadonlyArray<string> | null | undefined;
  /** An empty text for every subject. */
  readonly subject?: string | null | undefined;
  readonly conditions?: ReadonlyArray<TriggerConditionInput> | null | undefined;
  readonly input?: unknown;
  readonly queue?: string | null | undefined;
  readonly priority?: number | null | undefined;
  readonly enabled?: boolean | null | undefined;
  readonly runsPerMinute?: number | null | undefined;
};

export type AuditLogQueryVariables = Exact<{
  where?: AuditWhere | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AuditLogQuery = { readonly auditLog: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly time: string, readonly action: string, readonly subject: string, readonly details: unknown, readonly actor: { readonly kind: PrincipalKind, readonly id: string, readonly user: { readonly id: string, readonly name: string, readonly email: string | null } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type AuditChainQueryVariables = Exact<{ [key: string]: never; }>;


export type AuditChainQuery = { readonly auditChainIntact: { readonly intact: boolean, readonly entries: number } };

export type EventsSubscriptionVariables = Exact<{
  topic: string;
  types?: ReadonlyArray<string> | string | null | undefined;
  subject?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type EventsSubscription = { readonly events: { readonly id: string, readonly topic: string, readonly type: string, readonly time: string, readonly subject: string, readonly details: unknown, readonly actor: { readonly kind: PrincipalKind, readonly id: string, readonly user: { readonly id: string, readonly name: string } | null } } | null };

export type AddedFieldsQueryVariables = Exact<{ [key: string]: never; }>;


export type AddedFieldsQuery = { readonly metrics: ReadonlyArray<{ readonly name: string, readonly measures: ReadonlyArray<{ readonly name: string }>, readonly windows: ReadonlyArray<{ readonly name: MetricWindow }>, readonly fields: ReadonlyArray<{ readonly type: string, readonly field: string, readonly description: string | null }> }> | null, readonly inferenceModels: ReadonlyArray<{ readonly name: string, readonly fields: ReadonlyArray<{ readonly type: string, readonly field: string, readonly description: string | null }> }> | null };

export type ApiKeysQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ApiKeysQuery = { readonly apiKeys: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly role: Role, readonly scopes: ReadonlyArray<string>, readonly createdAt: string, readonly expiresAt: string | null, readonly revokedAt: string | null, readonly createdBy: { readonly id: string, readonly name: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type CreateApiKeyMutationVariables = Exact<{
  input: CreateApiKeyInput;
}>;


export type CreateApiKeyMutation = { readonly createApiKey: { readonly secret: string, readonly apiKey: { readonly id: string, readonly name: string } } };

export type RevokeApiKeyMutationVariables = Exact<{
  id: string;
}>;


export type RevokeApiKeyMutation = { readonly revokeApiKey: { readonly id: string, readonly revokedAt: string | null } };

export type DataModelsQueryVariables = Exact<{ [key: string]: never; }>;


export type DataModelsQuery = { readonly dataModels: ReadonlyArray<{ readonly name: string, readonly description: string | null, readonly store: DataModelStore, readonly singular: string, readonly plural: string, readonly writable: boolean, readonly ownItemsOnly: boolean, readonly room: boolean, readonly fields: ReadonlyArray<{ readonly name: string, readonly type: string, readonly required: boolean, readonly unique: boolean, readonly system: boolean, readonly filterable: boolean, readonly sortable: boolean, readonly target: string | null, readonly entity: string | null, readonly description: string | null }>, readonly lists: ReadonlyArray<{ readonly name: string, readonly target: string, readonly via: string, readonly description: string | null }> }> };

export type RestRoutesQueryVariables = Exact<{ [key: string]: never; }>;


export type RestRoutesQuery = { readonly restRoutes: ReadonlyArray<{ readonly operationId: string, readonly method: string, readonly path: string, readonly summary: string, readonly operation: string }> };

export type FileInFieldQueryVariables = Exact<{
  id: string;
}>;


export type FileInFieldQuery = { readonly file: { readonly id: string, readonly name: string, readonly contentType: string, readonly sizeBytes: number, readonly state: FileState, readonly thumb: { readonly url: string } | null, readonly picture: { readonly url: string } | null } | null };

export type FilesByNameQueryVariables = Exact<{
  where: FileWhere;
}>;


export type FilesByNameQuery = { readonly files: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly contentType: string, readonly thumb: { readonly url: string } | null }> } };

export type FolderContentsQueryVariables = Exact<{
  folderId?: string | null | undefined;
  where: FileWhere;
  orderBy?: ReadonlyArray<FileOrder> | FileOrder | null | undefined;
  after?: string | null | undefined;
  foldersAfter?: string | null | undefined;
}>;


export type FolderContentsQuery = { readonly folders: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly version: number, readonly updatedAt: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } }, readonly files: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly contentType: string, readonly sizeBytes: number, readonly state: FileState, readonly scan: ScanState, readonly version: number, readonly versionNumber: number, readonly updatedAt: string, readonly thumb: { readonly url: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type WorkspaceUsageQueryVariables = Exact<{ [key: string]: never; }>;


export type WorkspaceUsageQuery = { readonly workspaceUsage: { readonly usedBytes: number, readonly reservedBytes: number, readonly quotaBytes: number, readonly files: number, readonly trashDays: number } };

export type FolderPathQueryVariables = Exact<{
  id: string;
}>;


export type FolderPathQuery = { readonly folder: { readonly id: string, readonly name: string, readonly version: number, readonly parent: { readonly id: string, readonly name: string, readonly parent: { readonly id: string, readonly name: string, readonly parent: { readonly id: string, readonly name: string, readonly parentId: string | null } | null } | null } | null } | null };

export type TrashedFilesQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type TrashedFilesQuery = { readonly files: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly contentType: string, readonly sizeBytes: number, readonly version: number, readonly trashedAt: string | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type FileDetailsQueryVariables = Exact<{
  id: string;
}>;


export type FileDetailsQuery = { readonly file: { readonly id: string, readonly name: string, readonly contentType: string, readonly declaredType: string | null, readonly sizeBytes: number, readonly sha256: string, readonly state: FileState, readonly scan: ScanState, readonly version: number, readonly versionNumber: number, readonly createdAt: string, readonly updatedAt: string, readonly trashedAt: string | null, readonly downloadUrl: string | null, readonly played: string | null, readonly folder: { readonly id: string, readonly name: string } | null, readonly picture: { readonly url: string } | null, readonly preview:
      | { readonly __typename: 'TextPreview', readonly text: string, readonly encoding: string, readonly truncated: boolean }
      | { readonly __typename: 'TablePreview', readonly rows: ReadonlyArray<ReadonlyArray<string | null>>, readonly encoding: string, readonly truncated: boolean, readonly columns: ReadonlyArray<{ readonly name: string, readonly type: ColumnType }> }
     | null } | null };

export type FileVersionsQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type FileVersionsQuery = { readonly file: { readonly id: string, readonly versions: { readonly nodes: ReadonlyArray<{ readonly number: number, readonly sizeBytes: number, readonly createdAt: string, readonly downloadUrl: string | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type DownloadLinksQueryVariables = Exact<{
  fileId: string;
  after?: string | null | undefined;
}>;


export type DownloadLinksQuery = { readonly downloadLinks: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly versionNumber: number, readonly createdAt: string, readonly expiresAt: string, readonly url: string | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type CreateDownloadLinkMutationVariables = Exact<{
  input: CreateDownloadLinkInput;
}>;


export type CreateDownloadLinkMutation = { readonly createDownloadLink: { readonly id: string, readonly url: string | null } };

export type RevokeDownloadLinkMutationVariables = Exact<{
  id: string;
}>;


export type RevokeDownloadLinkMutation = { readonly revokeDownloadLink: { readonly id: string } };

export type CreateFolderMutationVariables = Exact<{
  input: CreateFolderInput;
}>;


export type CreateFolderMutation = { readonly createFolder: { readonly id: string, readonly name: string } };

export type RenameFolderMutationVariables = Exact<{
  id: string;
  name: string;
  expectedVersion?: number | null | undefined;
}>;


export type RenameFolderMutation = { readonly renameFolder: { readonly id: string, readonly name: string, readonly version: number } };

export type DeleteFolderMutationVariables = Exact<{
  id: string;
}>;


export type DeleteFolderMutation = { readonly deleteFolder:
    | { readonly __typename: 'FolderDeleted', readonly id: string }
    | { readonly __typename: 'FolderNotEmpty', readonly message: string }
   };

export type RenameFileMutationVariables = Exact<{
  id: string;
  name: string;
  expectedVersion?: number | null | undefined;
}>;


export type RenameFileMutation = { readonly renameFile: { readonly id: string, readonly name: string, readonly version: number } };

export type RestoreVersionMutationVariables = Exact<{
  fileId: string;
  number: number;
  expectedVersion?: number | null | undefined;
}>;


export type RestoreVersionMutation = { readonly restoreVersion: { readonly id: string, readonly version: number } };

export type TrashFileMutationVariables = Exact<{
  id: string;
}>;


export type TrashFileMutation = { readonly trashFile: { readonly id: string, readonly trashedAt: string | null } };

export type RestoreFileMutationVariables = Exact<{
  id: string;
}>;


export type RestoreFileMutation = { readonly restoreFile: { readonly id: string, readonly trashedAt: string | null } };

export type DeleteFileMutationVariables = Exact<{
  id: string;
}>;


export type DeleteFileMutation = { readonly deleteFile: { readonly id: string } };

export type FileChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type FileChangedSubscription = { readonly fileChanged: { readonly kind: ChangeKind, readonly id: string, readonly version: number } | null };

export type MembersQueryVariables = Exact<{
  after?: string | null | undefined;
  invitedAfter?: string | null | undefined;
}>;


export type MembersQuery = { readonly members: { readonly nodes: ReadonlyArray<{ readonly role: Role, readonly createdAt: string, readonly user: { readonly id: string, readonly name: string, readonly email: string | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } }, readonly invitations: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly email: string, readonly role: Role, readonly createdAt: string, readonly invitedBy: { readonly name: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type AddMemberMutationVariables = Exact<{
  input: AddMemberInput;
}>;


export type AddMemberMutation = { readonly addMember:
    | { readonly __typename: 'MemberInvited', readonly invitation: { readonly email: string } }
    | { readonly __typename: 'AccountNotFound', readonly message: string }
    | { readonly __typename: 'AlreadyMember', readonly message: string }
    | { readonly __typename: 'AlreadyInvited', readonly message: string }
   };

export type WithdrawInvitationMutationVariables = Exact<{
  id: string;
}>;


export type WithdrawInvitationMutation = { readonly withdrawInvitation: { readonly id: string } };

export type ChangeMemberRoleMutationVariables = Exact<{
  userId: string;
  role: Role;
}>;


export type ChangeMemberRoleMutation = { readonly changeMemberRole:
    | { readonly __typename: 'MemberRoleChanged', readonly member: { readonly role: Role } }
    | { readonly __typename: 'LastOwner', readonly message: string }
   };

export type RemoveMemberMutationVariables = Exact<{
  userId: string;
}>;


export type RemoveMemberMutation = { readonly removeMember:
    | { readonly __typename: 'MemberRemoved', readonly userId: string }
    | { readonly __typename: 'LastOwner', readonly message: string }
   };

export type MetricsQueryVariables = Exact<{ [key: string]: never; }>;


export type MetricsQuery = { readonly metrics: ReadonlyArray<{ readonly name: string, readonly description: string | null, readonly over: string, readonly groupings: ReadonlyArray<ReadonlyArray<string>>, readonly measures: ReadonlyArray<{ readonly name: string, readonly function: string, readonly field: string | null }>, readonly windows: ReadonlyArray<{ readonly name: MetricWindow, readonly slideSeconds: number | null }> }> | null };

export type MetricOverTimeQueryVariables = Exact<{
  name: string;
  window: MetricWindow;
  dimensions?: ReadonlyArray<string> | string | null | undefined;
}>;


export type MetricOverTimeQuery = { readonly metric: { readonly freshness: { readonly watermark: string | null, readonly latest: string | null, readonly lagMs: number, readonly late: number, readonly overflow: number, readonly invalid: number }, readonly series: ReadonlyArray<{ readonly dimensions: unknown, readonly points: ReadonlyArray<{ readonly start: string, readonly rows: number, readonly values: ReadonlyArray<{ readonly measure: string, readonly value: number | null }> }> }> } | null };

export type MetricUpdatedSubscriptionVariables = Exact<{
  name: string;
  window?: MetricWindow | null | undefined;
  dimensions?: ReadonlyArray<string> | string | null | undefined;
  after?: string | null | undefined;
}>;


export type MetricUpdatedSubscription = { readonly metricUpdated: { readonly window: MetricWindow, readonly series: ReadonlyArray<{ readonly dimensions: unknown, readonly points: ReadonlyArray<{ readonly start: string, readonly rows: number, readonly values: ReadonlyArray<{ readonly measure: string, readonly value: number | null }> }> }> } | null };

export type PipelinesQueryVariables = Exact<{ [key: string]: never; }>;


export type PipelinesQuery = { readonly pipelines: ReadonlyArray<{ readonly name: string, readonly version: number, readonly engine: StreamEngine, readonly state: PipelineState, readonly since: string, readonly topic: string, readonly eventsBehind: number, readonly lagMs: number, readonly failure: { readonly code: string, readonly message: string } | null, readonly savepointFailure: { readonly code: string, readonly message: string } | null, readonly savepoint: { readonly at: string, readonly place: string | null, readonly restoredAt: string | null } | null, readonly checkpoint: { readonly at: string, readonly offsets: ReadonlyArray<number | null> } | null, readonly change: { readonly at: string, readonly kind: PipelineChangeKind } | null }> | null };

export type StopPipelineMutationVariables = Exact<{
  name: string;
  withoutSavepoint?: boolean;
}>;


export type StopPipelineMutation = { readonly stopPipeline: { readonly name: string, readonly state: PipelineState } | null };

export type StartPipelineMutationVariables = Exact<{
  name: string;
}>;


export type StartPipelineMutation = { readonly startPipeline: { readonly name: string, readonly state: PipelineState } | null };

export type RecomputePipelineMutationVariables = Exact<{
  name: string;
}>;


export type RecomputePipelineMutation = { readonly recomputePipeline: { readonly name: string, readonly state: PipelineState } | null };

export type InferenceModelsQueryVariables = Exact<{ [key: string]: never; }>;


export type InferenceModelsQuery = { readonly inferenceModels: ReadonlyArray<{ readonly name: string, readonly description: string | null, readonly liveVersion: { readonly version: number } | null, readonly shadow: { readonly version: number } | null, readonly versions: ReadonlyArray<{ readonly version: number, readonly sha256: string, readonly sizeBytes: number, readonly note: string | null, readonly createdAt: string, readonly inputs: ReadonlyArray<{ readonly name: string, readonly type: InferenceTensorType, readonly shape: ReadonlyArray<number | null> }>, readonly outputs: ReadonlyArray<{ readonly name: string, readonly type: InferenceTensorType, readonly shape: ReadonlyArray<number | null> }> }> }> | null };

export type PredictQueryVariables = Exact<{
  model: string;
  inputs: ReadonlyArray<unknown> | unknown;
  version?: number | null | undefined;
}>;


export type PredictQuery = { readonly predict: { readonly version: number, readonly predictions: ReadonlyArray<{ readonly outputs: unknown, readonly error: { readonly code: string, readonly message: string, readonly input: string | null } | null }> } | null };

export type RegisterModelVersionMutationVariables = Exact<{
  input: RegisterModelVersion;
}>;


export type RegisterModelVersionMutation = { readonly registerModelVersion: { readonly model: string, readonly version: number } | null };

export type PromoteModelVersionMutationVariables = Exact<{
  model: string;
  version: number;
}>;


export type PromoteModelVersionMutation = { readonly promoteModelVersion: { readonly name: string, readonly liveVersion: { readonly version: number } | null } | null };

export type RetireModelMutationVariables = Exact<{
  model: string;
}>;


export type RetireModelMutation = { readonly retireModel: { readonly name: string, readonly liveVersion: { readonly version: number } | null } | null };

export type DeleteModelVersionMutationVariables = Exact<{
  model: string;
  version: number;
}>;


export type DeleteModelVersionMutation = { readonly deleteModelVersion: { readonly name: string } | null };

export type RollbackModelMutationVariables = Exact<{
  model: string;
}>;


export type RollbackModelMutation = { readonly rollbackModel: { readonly name: string, readonly liveVersion: { readonly version: number } | null } | null };

export type FunnelsQueryVariables = Exact<{
  steps: ReadonlyArray<FunnelStep> | FunnelStep;
  from: string;
  to: string;
  within: string;
  by?: string | null | undefined;
}>;


export type FunnelsQuery = { readonly funnel: ReadonlyArray<{ readonly key: unknown, readonly steps: ReadonlyArray<{ readonly event: string, readonly subjects: number, readonly conversion: number }> }> | null };

export type CohortsQueryVariables = Exact<{
  cohort: string;
  activity: string;
  period: RetentionPeriod;
  from: string;
  to: string;
  periods?: number | null | undefined;
}>;


export type CohortsQuery = { readonly retention: ReadonlyArray<{ readonly start: string, readonly subjects: number, readonly active: ReadonlyArray<number> }> | null };

export type RankingQueryVariables = Exact<{
  metric: string;
  dimension: string;
  window: MetricWindow;
  measure?: string | null | undefined;
  k?: number | null | undefined;
}>;


export type RankingQuery = { readonly topK: ReadonlyArray<{ readonly key: unknown, readonly value: number, readonly point: { readonly start: string, readonly end: string, readonly rows: number } }> | null };

export type RoomUpdatesSubscriptionVariables = Exact<{
  noteId: string;
  after?: string | null | undefined;
}>;


export type RoomUpdatesSubscription = { readonly docUpdates: { readonly snapshot: boolean, readonly update: string } | null };

export type SendRoomUpdateMutationVariables = Exact<{
  noteId: string;
  update: string;
}>;


export type SendRoomUpdateMutation = { readonly applyDocUpdate: { readonly seq: number } | null };

export type RunsQueryVariables = Exact<{
  where?: RunWhere | null | undefined;
  after?: string | null | undefined;
}>;


export type RunsQuery = { readonly runs: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly jobName: string, readonly queue: string, readonly state: RunState, readonly attempt: number, readonly maxAttempts: number, readonly cancelRequested: boolean, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly progress: { readonly done: number, readonly total: number | null, readonly message: string | null }, readonly error: { readonly code: string, readonly message: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type RunDetailsQueryVariables = Exact<{
  id: string;
}>;


export type RunDetailsQuery = { readonly run: { readonly id: string, readonly jobName: string, readonly queue: string, readonly state: RunState, readonly priority: number, readonly input: unknown, readonly output: unknown, readonly attempt: number, readonly maxAttempts: number, readonly timeLimitMs: number, readonly cancelRequested: boolean, readonly origin: string, readonly createdAt: string, readonly runAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly progress: { readonly done: number, readonly total: number | null, readonly message: string | null }, readonly error: { readonly code: string, readonly message: string } | null, readonly startedBy: { readonly kind: string, readonly id: string, readonly user: { readonly id: string, readonly name: string } | null }, readonly replayOf: { readonly id: string, readonly jobName: string } | null, readonly files: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly pageInfo: { readonly hasNextPage: boolean } } | null, readonly logs: { readonly nodes: ReadonlyArray<{ readonly seq: number, readonly at: string, readonly level: RunLogLevel, readonly message: string, readonly fields: unknown }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type EarlierLogQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type EarlierLogQuery = { readonly run: { readonly id: string, readonly logs: { readonly nodes: ReadonlyArray<{ readonly seq: number, readonly at: string, readonly level: RunLogLevel, readonly message: string, readonly fields: unknown }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type RunGraphQueryVariables = Exact<{
  id: string;
}>;


export type RunGraphQuery = { readonly run: { readonly id: string, readonly graph: { readonly truncated: boolean, readonly runs: ReadonlyArray<{ readonly id: string, readonly jobName: string, readonly queue: string, readonly state: RunState, readonly attempt: number, readonly cancelRequested: boolean, readonly startedAt: string | null, readonly finishedAt: string | null, readonly progress: { readonly done: number, readonly total: number | null } }>, readonly links: ReadonlyArray<{ readonly from: string, readonly to: string, readonly condition: RunCondition | null }> } } | null };

export type JobsQueryVariables = Exact<{ [key: string]: never; }>;


export type JobsQuery = { readonly jobs: ReadonlyArray<{ readonly name: string, readonly description: string, readonly queue: string, readonly inputSchema: unknown, readonly maxAttempts: number, readonly timeLimitMs: number }> };

export type QueuesQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type QueuesQuery = { readonly queues: { readonly nodes: ReadonlyArray<{ readonly name: string, readonly version: number, readonly state: QueueState, readonly concurrency: number | null, readonly keyConcurrency: number | null, readonly rateLimit: number | null, readonly keyRateLimit: number | null, readonly ratePeriodMs: number, readonly depth: ReadonlyArray<{ readonly state: RunState, readonly runs: number }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type EnqueueJobMutationVariables = Exact<{
  input: EnqueueJobInput;
}>;


export type EnqueueJobMutation = { readonly enqueueJob: { readonly isNew: boolean, readonly run: { readonly id: string } } };

export type CancelRunMutationVariables = Exact<{
  id: string;
}>;


export type CancelRunMutation = { readonly cancelRun: { readonly id: string, readonly state: RunState, readonly cancelRequested: boolean } };

export type RetryRunMutationVariables = Exact<{
  id: string;
}>;


export type RetryRunMutation = { readonly retryRun: { readonly id: string, readonly state: RunState } };

export type ReplayRunMutationVariables = Exact<{
  id: string;
}>;


export type ReplayRunMutation = { readonly replayRun: { readonly id: string } };

export type PauseQueueMutationVariables = Exact<{
  name: string;
  expectedVersion?: number | null | undefined;
}>;


export type PauseQueueMutation = { readonly pauseQueue: { readonly name: string, readonly version: number, readonly state: QueueState } };

export type ResumeQueueMutationVariables = Exact<{
  name: string;
  expectedVersion?: number | null | undefined;
}>;


export type ResumeQueueMutation = { readonly resumeQueue: { readonly name: string, readonly version: number, readonly state: QueueState } };

export type DrainQueueMutationVariables = Exact<{
  name: string;
  expectedVersion?: number | null | undefined;
}>;


export type DrainQueueMutation = { readonly drainQueue: { readonly name: string, readonly version: number, readonly state: QueueState } };

export type LimitQueueMutationVariables = Exact<{
  name: string;
  limits: QueueLimitsInput;
  expectedVersion?: number | null | undefined;
}>;


export type LimitQueueMutation = { readonly limitQueue: { readonly name: string, readonly version: number, readonly state: QueueState } };

export type RunChangedSubscriptionVariables = Exact<{
  where?: RunWhere | null | undefined;
  after?: string | null | undefined;
}>;


export type RunChangedSubscription = { readonly runChanged: { readonly state: RunState, readonly attempt: number, readonly progress: { readonly done: number, readonly total: number | null, readonly message: string | null }, readonly run: { readonly id: string, readonly jobName: string, readonly cancelRequested: boolean, readonly startedAt: string | null, readonly finishedAt: string | null } } | null };

export type RunLogSubscriptionVariables = Exact<{
  runId: string;
  after?: string | null | undefined;
}>;


export type RunLogSubscription = { readonly runLog: { readonly lines: ReadonlyArray<{ readonly seq: number, readonly at: string, readonly level: RunLogLevel, readonly message: string, readonly fields: unknown }> } | null };

export type SchedulesQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type SchedulesQuery = { readonly schedules: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly version: number, readonly name: string, readonly jobName: string, readonly cron: string, readonly timeZone: string, readonly missed: MissedRuns, readonly enabled: boolean, readonly input: unknown, readonly lastAt: string | null, readonly nextTimes: ReadonlyArray<string>, readonly lastRun: { readonly id: string, readonly state: RunState, readonly finishedAt: string | null } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type CreateScheduleMutationVariables = Exact<{
  input: CreateScheduleInput;
}>;


export type CreateScheduleMutation = { readonly createSchedule: { readonly id: string, readonly name: string } };

export type UpdateScheduleMutationVariables = Exact<{
  id: string;
  input: UpdateScheduleInput;
  expectedVersion?: number | null | undefined;
}>;


export type UpdateScheduleMutation = { readonly updateSchedule: { readonly id: string, readonly version: number, readonly enabled: boolean } };

export type DeleteScheduleMutationVariables = Exact<{
  id: string;
  expectedVersion?: number | null | undefined;
}>;


export type DeleteScheduleMutation = { readonly deleteSchedule: boolean };

export type StartQueryVariables = Exact<{ [key: string]: never; }>;


export type StartQuery = { readonly signUpOpen: boolean, readonly demoSignIns: ReadonlyArray<{ readonly email: string, readonly password: string, readonly role: Role }> };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { readonly viewer: { readonly id: string, readonly role: Role | null, readonly isOperator: boolean, readonly user: { readonly id: string, readonly name: string, readonly email: string | null } | null, readonly workspace: { readonly id: string, readonly slug: string, readonly name: string } | null, readonly memberships: ReadonlyArray<{ readonly role: Role, readonly workspace: { readonly id: string, readonly slug: string, readonly name: string } }>, readonly invitations: ReadonlyArray<{ readonly role: Role, readonly workspace: { readonly id: string, readonly slug: string, readonly name: string } }> } };

export type SignUpMutationVariables = Exact<{
  input: SignUpInput;
}>;


export type SignUpMutation = { readonly signUp:
    | { readonly __typename: 'SignUpAccepted', readonly message: string }
    | { readonly __typename: 'SignUpClosed', readonly message: string }
    | { readonly __typename: 'InvalidEmail', readonly message: string }
    | { readonly __typename: 'WeakPassword', readonly message: string }
   };

export type SwitchWorkspaceMutationVariables = Exact<{
  slug: string;
}>;


export type SwitchWorkspaceMutation = { readonly switchWorkspace: { readonly accessToken: string, readonly accessTokenExpiresAt: string } };

export type DeclineInvitationMutationVariables = Exact<{
  slug: string;
}>;


export type DeclineInvitationMutation = { readonly declineInvitation: boolean };

export type CreateWorkspaceMutationVariables = Exact<{
  input: CreateWorkspaceInput;
}>;


export type CreateWorkspaceMutation = { readonly createWorkspace:
    | { readonly __typename: 'WorkspaceCreated', readonly workspace: { readonly id: string, readonly slug: string } }
    | { readonly __typename: 'SlugTaken', readonly message: string }
    | { readonly __typename: 'InvalidSlug', readonly message: string }
    | { readonly __typename: 'SetUpNeeded', readonly message: string }
   };

export type ChangePasswordMutationVariables = Exact<{
  input: ChangePasswordInput;
}>;


export type ChangePasswordMutation = { readonly changePassword:
    | { readonly __typename: 'PasswordChanged', readonly endedSessions: number }
    | { readonly __typename: 'SignInFailed', readonly message: string }
    | { readonly __typename: 'WeakPassword', readonly message: string }
   };

export type SignOutEverywhereMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutEverywhereMutation = { readonly signOutEverywhere: number };

export type UserNameQueryVariables = Exact<{
  id: string;
}>;


export type UserNameQuery = { readonly user: { readonly id: string, readonly name: string } | null };

export type AskSqlQueryVariables = Exact<{
  sql: string;
  from?: string | null | undefined;
  to?: string | null | undefined;
}>;


export type AskSqlQuery = { readonly analyticsQuery: { readonly rows: ReadonlyArray<ReadonlyArray<unknown>>, readonly truncated: boolean, readonly columns: ReadonlyArray<{ readonly name: string, readonly type: string }> } | null };

export type SqlTablesQueryVariables = Exact<{ [key: string]: never; }>;


export type SqlTablesQuery = { readonly analyticsTables: ReadonlyArray<{ readonly name: string, readonly description: string | null, readonly columns: ReadonlyArray<{ readonly name: string, readonly type: string }> }> | null };

export type TrackedEventsQueryVariables = Exact<{ [key: string]: never; }>;


export type TrackedEventsQuery = { readonly trackedEvents: ReadonlyArray<{ readonly name: string, readonly description: string | null, readonly properties: ReadonlyArray<{ readonly name: string, readonly description: string | null, readonly type: string, readonly required: boolean }> }> | null };

export type TourStateQueryVariables = Exact<{
  managesKeys: boolean;
}>;


export type TourStateQuery = { readonly files: { readonly totalCount: number }, readonly imports: { readonly nodes: ReadonlyArray<{ readonly id: string }> }, readonly reports: { readonly nodes: ReadonlyArray<{ readonly id: string }> }, readonly jobs: ReadonlyArray<{ readonly name: string }>, readonly schedules: { readonly nodes: ReadonlyArray<{ readonly id: string }> }, readonly apiKeys?: { readonly nodes: ReadonlyArray<{ readonly id: string }> }, readonly metrics: ReadonlyArray<{ readonly name: string }> | null, readonly inferenceModels: ReadonlyArray<{ readonly name: string, readonly liveVersion: { readonly version: number } | null }> | null };

export type TriggersQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type TriggersQuery = { readonly triggers: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly version: number, readonly name: string, readonly jobName: string, readonly topic: string, readonly types: ReadonlyArray<string>, readonly subject: string | null, readonly input: unknown, readonly enabled: boolean, readonly runsPerMinute: number, readonly fired: number, readonly passedOver: number, readonly lastFiredAt: string | null, readonly lastErrorAt: string | null, readonly conditions: ReadonlyArray<{ readonly path: string, readonly eq: unknown, readonly in: ReadonlyArray<unknown> | null, readonly contains: unknown }>, readonly lastError: { readonly code: string, readonly message: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type TriggerTopicsQueryVariables = Exact<{ [key: string]: never; }>;


export type TriggerTopicsQuery = { readonly triggerTopics: ReadonlyArray<{ readonly name: string, readonly types: ReadonlyArray<string>, readonly fields: ReadonlyArray<string> }> };

export type CreateTriggerMutationVariables = Exact<{
  input: CreateTriggerInput;
}>;


export type CreateTriggerMutation = { readonly createTrigger: { readonly id: string, readonly name: string } };

export type UpdateTriggerMutationVariables = Exact<{
  id: string;
  input: UpdateTriggerInput;
  expectedVersion?: number | null | undefined;
}>;


export type UpdateTriggerMutation = { readonly updateTrigger: { readonly id: string, readonly version: number, readonly enabled: boolean } };

export type DeleteTriggerMutationVariables = Exact<{
  id: string;
  expectedVersion?: number | null | undefined;
}>;


export type DeleteTriggerMutation = { readonly deleteTrigger: boolean };

export type HooksQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type HooksQuery = { readonly hooks: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly version: number, readonly name: string, readonly jobName: string, readonly path: string, readonly enabled: boolean, readonly lastCalledAt: string | null, readonly secrets: ReadonlyArray<{ readonly id: string, readonly createdAt: string, readonly expiresAt: string | null }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type CreateHookMutationVariables = Exact<{
  input: CreateHookInput;
}>;


export type CreateHookMutation = { readonly createHook: { readonly secret: string, readonly hook: { readonly id: string, readonly path: string } } };

export type UpdateHookMutationVariables = Exact<{
  id: string;
  input: UpdateHookInput;
  expectedVersion?: number | null | undefined;
}>;


export type UpdateHookMutation = { readonly updateHook: { readonly id: string, readonly version: number, readonly enabled: boolean } };

export type RotateHookSecretMutationVariables = Exact<{
  id: string;
  expectedVersion?: number | null | undefined;
}>;


export type RotateHookSecretMutation = { readonly rotateHookSecret: { readonly secret: string, readonly hook: { readonly id: string, readonly version: number, readonly path: string } } };

export type DeleteHookMutationVariables = Exact<{
  id: string;
  expectedVersion?: number | null | undefined;
}>;


export type DeleteHookMutation = { readonly deleteHook: boolean };

export const auditLogQuery: TypedDocumentNode<AuditLogQuery, AuditLogQueryVariables> = gql("query AuditLog($where:AuditWhere$first:Int$after:Cursor){auditLog(where:$where first:$first after:$after){nodes{id time action subject details actor{kind id user{id name email}}}pageInfo{hasNextPage endCursor}}}");
export const auditChainQuery: TypedDocumentNode<AuditChainQuery, AuditChainQueryVariables> = gql("query AuditChain{auditChainIntact{intact entries}}");
export const eventsSubscription: TypedDocumentNode<EventsSubscription, EventsSubscriptionVariables> = gql("subscription Events($topic:String!$types:[String!]$subject:String$after:Cursor){events(topic:$topic types:$types subject:$subject after:$after){id topic type time subject details actor{kind id user{id name}}}}");
export const addedFieldsQuery: TypedDocumentNode<AddedFieldsQuery, AddedFieldsQueryVariables> = gql("query AddedFields{metrics{name measures{name}windows{name}fields{type field description}}inferenceModels{name fields{type field description}}}");
export const apiKeysQuery: TypedDocumentNode<ApiKeysQuery, ApiKeysQueryVariables> = gql("query ApiKeys($after:Cursor){apiKeys(first:50 after:$after){nodes{id name role scopes createdAt expiresAt revokedAt createdBy{id name}}pageInfo{hasNextPage endCursor}}}");
export const createApiKeyMutation: TypedDocumentNode<CreateApiKeyMutation, CreateApiKeyMutationVariables> = gql("mutation CreateApiKey($input:CreateApiKeyInput!){createApiKey(input:$input){secret apiKey{id name}}}");
export const revokeApiKeyMutation: TypedDocumentNode<RevokeApiKeyMutation, RevokeApiKeyMutationVariables> = gql("mutation RevokeApiKey($id:ID!){revokeApiKey(id:$id){id revokedAt}}");
export const dataModelsQuery: TypedDocumentNode<DataModelsQuery, DataModelsQueryVariables> = gql("query DataModels{dataModels{name description store singular plural writable ownItemsOnly room fields{name type required unique system filterable sortable target entity description}lists{name target via description}}}");
export const restRoutesQuery: TypedDocumentNode<RestRoutesQuery, RestRoutesQueryVariables> = gql("query RestRoutes{restRoutes{operationId method path summary operation}}");
export const fileInFieldQuery: TypedDocumentNode<FileInFieldQuery, FileInFieldQueryVariables> = gql("query FileInField($id:ID!){file(id:$id){id name contentType sizeBytes state thumb:variant(input:{width:64 height:64 fit:COVER}){url}picture:variant(input:{width:640}){url}}}");
export const filesByNameQuery: TypedDocumentNode<FilesByNameQuery, FilesByNameQueryVariables> = gql("query FilesByName($where:FileWhere!){files(where:$where first:8){nodes{id name contentType thumb:variant(input:{width:64 height:64 fit:COVER}){url}}}}");
export const folderContentsQuery: TypedDocumentNode<FolderContentsQuery, FolderContentsQueryVariables> = gql("query FolderContents($folderId:ID$where:FileWhere!$orderBy:[FileOrder!]$after:Cursor$foldersAfter:Cursor){folders(parentId:$folderId first:100 after:$foldersAfter){nodes{id name version updatedAt}pageInfo{hasNextPage endCursor}}files(where:$where orderBy:$orderBy first:50 after:$after){totalCount nodes{id name contentType sizeBytes state scan version versionNumber updatedAt thumb:variant(input:{width:64 height:64 fit:COVER}){url}}pageInfo{hasNextPage endCursor}}}");
export const workspaceUsageQuery: TypedDocumentNode<WorkspaceUsageQuery, WorkspaceUsageQueryVariables> = gql("query WorkspaceUsage{workspaceUsage{usedBytes reservedBytes quotaBytes files trashDays}}");
export const folderPathQuery: TypedDocumentNode<FolderPathQuery, FolderPathQueryVariables> = gql("query FolderPath($id:ID!){folder(id:$id){id name version parent{id name parent{id name parent{id name parentId}}}}}");
export const trashedFilesQuery: TypedDocumentNode<TrashedFilesQuery, TrashedFilesQueryVariables> = gql("query TrashedFiles($after:Cursor){files(trashed:true first:50 after:$after){totalCount nodes{id name contentType sizeBytes version trashedAt}pageInfo{hasNextPage endCursor}}}");
export const fileDetailsQuery: TypedDocumentNode<FileDetailsQuery, FileDetailsQueryVariables> = gql("query FileDetails($id:ID!){file(id:$id){id name contentType declaredType sizeBytes sha256 state scan version versionNumber createdAt updatedAt trashedAt folder{id name}downloadUrl played:downloadUrl(inline:true)picture:variant(input:{width:1200 height:900}){url}preview(rows:20){__typename ...on TextPreview{text encoding truncated}...on TablePreview{columns{name type}rows encoding truncated}}}}");
export const fileVersionsQuery: TypedDocumentNode<FileVersionsQuery, FileVersionsQueryVariables> = gql("query FileVersions($id:ID!$after:Cursor){file(id:$id){id versions(first:20 after:$after){nodes{number sizeBytes createdAt downloadUrl}pageInfo{hasNextPage endCursor}}}}");
export const downloadLinksQuery: TypedDocumentNode<DownloadLinksQuery, DownloadLinksQueryVariables> = gql("query DownloadLinks($fileId:ID!$after:Cursor){downloadLinks(fileId:$fileId first:20 after:$after){nodes{id versionNumber createdAt expiresAt url}pageInfo{hasNextPage endCursor}}}");
export const createDownloadLinkMutation: TypedDocumentNode<CreateDownloadLinkMutation, CreateDownloadLinkMutationVariables> = gql("mutation CreateDownloadLink($input:CreateDownloadLinkInput!){createDownloadLink(input:$input){id url}}");
export const revokeDownloadLinkMutation: TypedDocumentNode<RevokeDownloadLinkMutation, RevokeDownloadLinkMutationVariables> = gql("mutation RevokeDownloadLink($id:ID!){revokeDownloadLink(id:$id){id}}");
export const createFolderMutation: TypedDocumentNode<CreateFolderMutation, CreateFolderMutationVariables> = gql("mutation CreateFolder($input:CreateFolderInput!){createFolder(input:$input){id name}}");
export const renameFolderMutation: TypedDocumentNode<RenameFolderMutation, RenameFolderMutationVariables> = gql("mutation RenameFolder($id:ID!$name:String!$expectedVersion:Int){renameFolder(id:$id name:$name expectedVersion:$expectedVersion){id name version}}");
export const deleteFolderMutation: TypedDocumentNode<DeleteFolderMutation, DeleteFolderMutationVariables> = gql("mutation DeleteFolder($id:ID!){deleteFolder(id:$id){__typename ...on FolderDeleted{id}...on Failure{message}}}");
export const renameFileMutation: TypedDocumentNode<RenameFileMutation, RenameFileMutationVariables> = gql("mutation RenameFile($id:ID!$name:String!$expectedVersion:Int){renameFile(id:$id name:$name expectedVersion:$expectedVersion){id name version}}");
export const restoreVersionMutation: TypedDocumentNode<RestoreVersionMutation, RestoreVersionMutationVariables> = gql("mutation RestoreVersion($fileId:ID!$number:Int!$expectedVersion:Int){restoreVersion(fileId:$fileId number:$number expectedVersion:$expectedVersion){id version}}");
export const trashFileMutation: TypedDocumentNode<TrashFileMutation, TrashFileMutationVariables> = gql("mutation TrashFile($id:ID!){trashFile(id:$id){id trashedAt}}");
export const restoreFileMutation: TypedDocumentNode<RestoreFileMutation, RestoreFileMutationVariables> = gql("mutation RestoreFile($id:ID!){restoreFile(id:$id){id trashedAt}}");
export const deleteFileMutation: TypedDocumentNode<DeleteFileMutation, DeleteFileMutationVariables> = gql("mutation DeleteFile($id:ID!){deleteFile(id:$id){id}}");
export const fileChangedSubscription: TypedDocumentNode<FileChangedSubscription, FileChangedSubscriptionVariables> = gql("subscription FileChanged($after:Cursor){fileChanged(after:$after){kind id version}}");
export const membersQuery: TypedDocumentNode<MembersQuery, MembersQueryVariables> = gql("query Members($after:Cursor$invitedAfter:Cursor){members(first:50 after:$after){nodes{role createdAt user{id name email}}pageInfo{hasNextPage endCursor}}invitations(first:50 after:$invitedAfter){nodes{id email role invitedBy{name}createdAt}pageInfo{hasNextPage endCursor}}}");
export const addMemberMutation: TypedDocumentNode<AddMemberMutation, AddMemberMutationVariables> = gql("mutation AddMember($input:AddMemberInput!){addMember(input:$input){__typename ...on MemberInvited{invitation{email}}...on Failure{message}}}");
export const withdrawInvitationMutation: TypedDocumentNode<WithdrawInvitationMutation, WithdrawInvitationMutationVariables> = gql("mutation WithdrawInvitation($id:ID!){withdrawInvitation(id:$id){id}}");
export const changeMemberRoleMutation: TypedDocumentNode<ChangeMemberRoleMutation, ChangeMemberRoleMutationVariables> = gql("mutation ChangeMemberRole($userId:ID!$role:Role!){changeMemberRole(userId:$userId role:$role){__typename ...on MemberRoleChanged{member{role}}...on Failure{message}}}");
export const removeMemberMutation: TypedDocumentNode<RemoveMemberMutation, RemoveMemberMutationVariables> = gql("mutation RemoveMember($userId:ID!){removeMember(userId:$userId){__typename ...on MemberRemoved{userId}...on Failure{message}}}");
export const metricsQuery: TypedDocumentNode<MetricsQuery, MetricsQueryVariables> = gql("query Metrics{metrics{name description over measures{name function field}windows{name slideSeconds}groupings}}");
export const metricOverTimeQuery: TypedDocumentNode<MetricOverTimeQuery, MetricOverTimeQueryVariables> = gql("query MetricOverTime($name:String!$window:MetricWindow!$dimensions:[String!]){metric(name:$name window:$window dimensions:$dimensions first:8){freshness{watermark latest lagMs late overflow invalid}series{dimensions points{start rows values{measure value}}}}}");
export const metricUpdatedSubscription: TypedDocumentNode<MetricUpdatedSubscription, MetricUpdatedSubscriptionVariables> = gql("subscription MetricUpdated($name:String!$window:MetricWindow$dimensions:[String!]$after:Cursor){metricUpdated(name:$name window:$window dimensions:$dimensions after:$after){window series{dimensions points{start rows values{measure value}}}}}");
export const pipelinesQuery: TypedDocumentNode<PipelinesQuery, PipelinesQueryVariables> = gql("query Pipelines{pipelines{name version engine state since failure{code message}savepointFailure{code message}savepoint{at place restoredAt}topic eventsBehind lagMs checkpoint{at offsets}change{at kind}}}");
export const stopPipelineMutation: TypedDocumentNode<StopPipelineMutation, StopPipelineMutationVariables> = gql("mutation StopPipeline($name:String!$withoutSavepoint:Boolean!=false){stopPipeline(name:$name withoutSavepoint:$withoutSavepoint){name state}}");
export const startPipelineMutation: TypedDocumentNode<StartPipelineMutation, StartPipelineMutationVariables> = gql("mutation StartPipeline($name:String!){startPipeline(name:$name){name state}}");
export const recomputePipelineMutation: TypedDocumentNode<RecomputePipelineMutation, RecomputePipelineMutationVariables> = gql("mutation RecomputePipeline($name:String!){recomputePipeline(name:$name){name state}}");
export const inferenceModelsQuery: TypedDocumentNode<InferenceModelsQuery, InferenceModelsQueryVariables> = gql("query InferenceModels{inferenceModels{name description liveVersion{version}shadow{version}versions{version sha256 sizeBytes note createdAt inputs{name type shape}outputs{name type shape}}}}");
export const predictQuery: TypedDocumentNode<PredictQuery, PredictQueryVariables> = gql("query Predict($model:String!$inputs:[JSON!]!$version:Int){predict(model:$model inputs:$inputs version:$version){version predictions{outputs error{code message input}}}}");
export const registerModelVersionMutation: TypedDocumentNode<RegisterModelVersionMutation, RegisterModelVersionMutationVariables> = gql("mutation RegisterModelVersion($input:RegisterModelVersion!){registerModelVersion(input:$input){model version}}");
export const promoteModelVersionMutation: TypedDocumentNode<PromoteModelVersionMutation, PromoteModelVersionMutationVariables> = gql("mutation PromoteModelVersion($model:String!$version:Int!){promoteModelVersion(model:$model version:$version){name liveVersion{version}}}");
export const retireModelMutation: TypedDocumentNode<RetireModelMutation, RetireModelMutationVariables> = gql("mutation RetireModel($model:String!){retireModel(model:$model){name liveVersion{version}}}");
export const deleteModelVersionMutation: TypedDocumentNode<DeleteModelVersionMutation, DeleteModelVersionMutationVariables> = gql("mutation DeleteModelVersion($model:String!$version:Int!){deleteModelVersion(model:$model version:$version){name}}");
export const rollbackModelMutation: TypedDocumentNode<RollbackModelMutation, RollbackModelMutationVariables> = gql("mutation RollbackModel($model:String!){rollbackModel(model:$model){name liveVersion{version}}}");
export const funnelsQuery: TypedDocumentNode<FunnelsQuery, FunnelsQueryVariables> = gql("query Funnels($steps:[FunnelStep!]!$from:DateTime!$to:DateTime!$within:String!$by:String){funnel(steps:$steps from:$from to:$to within:$within by:$by){key steps{event subjects conversion}}}");
export const cohortsQuery: TypedDocumentNode<CohortsQuery, CohortsQueryVariables> = gql("query Cohorts($cohort:String!$activity:String!$period:RetentionPeriod!$from:DateTime!$to:DateTime!$periods:Int){retention(cohort:$cohort activity:$activity period:$period from:$from to:$to periods:$periods){start subjects active}}");
export const rankingQuery: TypedDocumentNode<RankingQuery, RankingQueryVariables> = gql("query Ranking($metric:String!$dimension:String!$window:MetricWindow!$measure:String$k:Int){topK(metric:$metric dimension:$dimension window:$window measure:$measure k:$k){key value point{start end rows}}}");
export const roomUpdatesSubscription: TypedDocumentNode<RoomUpdatesSubscription, RoomUpdatesSubscriptionVariables> = gql("subscription RoomUpdates($noteId:ID!$after:Cursor){docUpdates(noteId:$noteId after:$after){snapshot update}}");
export const sendRoomUpdateMutation: TypedDocumentNode<SendRoomUpdateMutation, SendRoomUpdateMutationVariables> = gql("mutation SendRoomUpdate($noteId:ID!$update:Base64!){applyDocUpdate(noteId:$noteId update:$update){seq}}");
export const runsQuery: TypedDocumentNode<RunsQuery, RunsQueryVariables> = gql("query Runs($where:RunWhere$after:Cursor){runs(where:$where first:50 after:$after){nodes{id jobName queue state attempt maxAttempts cancelRequested createdAt startedAt finishedAt progress{done total message}error{code message}}pageInfo{hasNextPage endCursor}}}");
export const runDetailsQuery: TypedDocumentNode<RunDetailsQuery, RunDetailsQueryVariables> = gql("query RunDetails($id:ID!){run(id:$id){id jobName queue state priority input output attempt maxAttempts timeLimitMs cancelRequested origin createdAt runAt startedAt finishedAt progress{done total message}error{code message}startedBy{kind id user{id name}}replayOf{id jobName}files(first:20){nodes{id name}pageInfo{hasNextPage}}logs(first:100 newestFirst:true){nodes{seq at level message fields}pageInfo{hasNextPage endCursor}}}}");
export const earlierLogQuery: TypedDocumentNode<EarlierLogQuery, EarlierLogQueryVariables> = gql("query EarlierLog($id:ID!$after:Cursor){run(id:$id){id logs(first:100 after:$after newestFirst:true){nodes{seq at level message fields}pageInfo{hasNextPage endCursor}}}}");
export const runGraphQuery: TypedDocumentNode<RunGraphQuery, RunGraphQueryVariables> = gql("query RunGraph($id:ID!){run(id:$id){id graph{truncated runs{id jobName queue state attempt cancelRequested startedAt finishedAt progress{done total}}links{from to condition}}}}");
export const jobsQuery: TypedDocumentNode<JobsQuery, JobsQueryVariables> = gql("query Jobs{jobs{name description queue inputSchema maxAttempts timeLimitMs}}");
export const queuesQuery: TypedDocumentNode<QueuesQuery, QueuesQueryVariables> = gql("query Queues($after:Cursor){queues(first:100 after:$after){nodes{name version state concurrency keyConcurrency rateLimit keyRateLimit ratePeriodMs depth{state runs}}pageInfo{hasNextPage endCursor}}}");
export const enqueueJobMutation: TypedDocumentNode<EnqueueJobMutation, EnqueueJobMutationVariables> = gql("mutation EnqueueJob($input:EnqueueJobInput!){enqueueJob(input:$input){isNew run{id}}}");
export const cancelRunMutation: TypedDocumentNode<CancelRunMutation, CancelRunMutationVariables> = gql("mutation CancelRun($id:ID!){cancelRun(id:$id){id state cancelRequested}}");
export const retryRunMutation: TypedDocumentNode<RetryRunMutation, RetryRunMutationVariables> = gql("mutation RetryRun($id:ID!){retryRun(id:$id){id state}}");
export const replayRunMutation: TypedDocumentNode<ReplayRunMutation, ReplayRunMutationVariables> = gql("mutation ReplayRun($id:ID!){replayRun(id:$id){id}}");
export const pauseQueueMutation: TypedDocumentNode<PauseQueueMutation, PauseQueueMutationVariables> = gql("mutation PauseQueue($name:String!$expectedVersion:Int){pauseQueue(name:$name expectedVersion:$expectedVersion){name version state}}");
export const resumeQueueMutation: TypedDocumentNode<ResumeQueueMutation, ResumeQueueMutationVariables> = gql("mutation ResumeQueue($name:String!$expectedVersion:Int){resumeQueue(name:$name expectedVersion:$expectedVersion){name version state}}");
export const drainQueueMutation: TypedDocumentNode<DrainQueueMutation, DrainQueueMutationVariables> = gql("mutation DrainQueue($name:String!$expectedVersion:Int){drainQueue(name:$name expectedVersion:$expectedVersion){name version state}}");
export const limitQueueMutation: TypedDocumentNode<LimitQueueMutation, LimitQueueMutationVariables> = gql("mutation LimitQueue($name:String!$limits:QueueLimitsInput!$expectedVersion:Int){limitQueue(name:$name limits:$limits expectedVersion:$expectedVersion){name version state}}");
export const runChangedSubscription: TypedDocumentNode<RunChangedSubscription, RunChangedSubscriptionVariables> = gql("subscription RunChanged($where:RunWhere$after:Cursor){runChanged(where:$where after:$after){state attempt progress{done total message}run{id jobName cancelRequested startedAt finishedAt}}}");
export const runLogSubscription: TypedDocumentNode<RunLogSubscription, RunLogSubscriptionVariables> = gql("subscription RunLog($runId:ID!$after:Cursor){runLog(runId:$runId after:$after){lines{seq at level message fields}}}");
export const schedulesQuery: TypedDocumentNode<SchedulesQuery, SchedulesQueryVariables> = gql("query Schedules($after:Cursor){schedules(first:50 after:$after){nodes{id version name jobName cron timeZone missed enabled input lastAt nextTimes(first:3)lastRun{id state finishedAt}}pageInfo{hasNextPage endCursor}}}");
export const createScheduleMutation: TypedDocumentNode<CreateScheduleMutation, CreateScheduleMutationVariables> = gql("mutation CreateSchedule($input:CreateScheduleInput!){createSchedule(input:$input){id name}}");
export const updateScheduleMutation: TypedDocumentNode<UpdateScheduleMutation, UpdateScheduleMutationVariables> = gql("mutation UpdateSchedule($id:ID!$input:UpdateScheduleInput!$expectedVersion:Int){updateSchedule(id:$id input:$input expectedVersion:$expectedVersion){id version enabled}}");
export const deleteScheduleMutation: TypedDocumentNode<DeleteScheduleMutation, DeleteScheduleMutationVariables> = gql("mutation DeleteSchedule($id:ID!$expectedVersion:Int){deleteSchedule(id:$id expectedVersion:$expectedVersion)}");
export const startQuery: TypedDocumentNode<StartQuery, StartQueryVariables> = gql("query Start{signUpOpen demoSignIns{email password role}}");
export const viewerQuery: TypedDocumentNode<ViewerQuery, ViewerQueryVariables> = gql("query Viewer{viewer{id role isOperator user{id name email}workspace{id slug name}memberships{role workspace{id slug name}}invitations{role workspace{id slug name}}}}");
export const signUpMutation: TypedDocumentNode<SignUpMutation, SignUpMutationVariables> = gql("mutation SignUp($input:SignUpInput!){signUp(input:$input){__typename ...on SignUpAccepted{message}...on Failure{message}}}");
export const switchWorkspaceMutation: TypedDocumentNode<SwitchWorkspaceMutation, SwitchWorkspaceMutationVariables> = gql("mutation SwitchWorkspace($slug:String!){switchWorkspace(slug:$slug){accessToken accessTokenExpiresAt}}");
export const declineInvitationMutation: TypedDocumentNode<DeclineInvitationMutation, DeclineInvitationMutationVariables> = gql("mutation DeclineInvitation($slug:String!){declineInvitation(slug:$slug)}");
export const createWorkspaceMutation: TypedDocumentNode<CreateWorkspaceMutation, CreateWorkspaceMutationVariables> = gql("mutation CreateWorkspace($input:CreateWorkspaceInput!){createWorkspace(input:$input){__typename ...on WorkspaceCreated{workspace{id slug}}...on Failure{message}}}");
export const changePasswordMutation: TypedDocumentNode<ChangePasswordMutation, ChangePasswordMutationVariables> = gql("mutation ChangePassword($input:ChangePasswordInput!){changePassword(input:$input){__typename ...on PasswordChanged{endedSessions}...on Failure{message}}}");
export const signOutEverywhereMutation: TypedDocumentNode<SignOutEverywhereMutation, SignOutEverywhereMutationVariables> = gql("mutation SignOutEverywhere{signOutEverywhere}");
export const userNameQuery: TypedDocumentNode<UserNameQuery, UserNameQueryVariables> = gql("query UserName($id:ID!){user(id:$id){id name}}");
export const askSqlQuery: TypedDocumentNode<AskSqlQuery, AskSqlQueryVariables> = gql("query AskSql($sql:String!$from:DateTime$to:DateTime){analyticsQuery(sql:$sql from:$from to:$to){columns{name type}rows truncated}}");
export const sqlTablesQuery: TypedDocumentNode<SqlTablesQuery, SqlTablesQueryVariables> = gql("query SqlTables{analyticsTables{name description columns{name type}}}");
export const trackedEventsQuery: TypedDocumentNode<TrackedEventsQuery, TrackedEventsQueryVariables> = gql("query TrackedEvents{trackedEvents{name description properties{name description type required}}}");
export const tourStateQuery: TypedDocumentNode<TourStateQuery, TourStateQueryVariables> = gql("query TourState($managesKeys:Boolean!){files(first:1){totalCount}imports:runs(where:{job:{eq:\"import-dataset\"}state:{eq:SUCCEEDED}}first:1){nodes{id}}reports:runs(where:{job:{in:[\"monthly-delay-report\" \"export-query\"]}state:{eq:SUCCEEDED}}first:1){nodes{id}}jobs{name}schedules(first:1){nodes{id}}apiKeys(first:1)@include(if:$managesKeys){nodes{id}}metrics{name}inferenceModels{name liveVersion{version}}}");
export const triggersQuery: TypedDocumentNode<TriggersQuery, TriggersQueryVariables> = gql("query Triggers($after:Cursor){triggers(first:50 after:$after){nodes{id version name jobName topic types subject conditions{path eq in contains}input enabled runsPerMinute fired passedOver lastFiredAt lastErrorAt lastError{code message}}pageInfo{hasNextPage endCursor}}}");
export const triggerTopicsQuery: TypedDocumentNode<TriggerTopicsQuery, TriggerTopicsQueryVariables> = gql("query TriggerTopics{triggerTopics{name types fields}}");
export const createTriggerMutation: TypedDocumentNode<CreateTriggerMutation, CreateTriggerMutationVariables> = gql("mutation CreateTrigger($input:CreateTriggerInput!){createTrigger(input:$input){id name}}");
export const updateTriggerMutation: TypedDocumentNode<UpdateTriggerMutation, UpdateTriggerMutationVariables> = gql("mutation UpdateTrigger($id:ID!$input:UpdateTriggerInput!$expectedVersion:Int){updateTrigger(id:$id input:$input expectedVersion:$expectedVersion){id version enabled}}");
export const deleteTriggerMutation: TypedDocumentNode<DeleteTriggerMutation, DeleteTriggerMutationVariables> = gql("mutation DeleteTrigger($id:ID!$expectedVersion:Int){deleteTrigger(id:$id expectedVersion:$expectedVersion)}");
export const hooksQuery: TypedDocumentNode<HooksQuery, HooksQueryVariables> = gql("query Hooks($after:Cursor){hooks(first:50 after:$after){nodes{id version name jobName path enabled lastCalledAt secrets{id createdAt expiresAt}}pageInfo{hasNextPage endCursor}}}");
export const createHookMutation: TypedDocumentNode<CreateHookMutation, CreateHookMutationVariables> = gql("mutation CreateHook($input:CreateHookInput!){createHook(input:$input){secret hook{id path}}}");
export const updateHookMutation: TypedDocumentNode<UpdateHookMutation, UpdateHookMutationVariables> = gql("mutation UpdateHook($id:ID!$input:UpdateHookInput!$expectedVersion:Int){updateHook(id:$id input:$input expectedVersion:$expectedVersion){id version enabled}}");
export const rotateHookSecretMutation: TypedDocumentNode<RotateHookSecretMutation, RotateHookSecretMutationVariables> = gql("mutation RotateHookSecret($id:ID!$expectedVersion:Int){rotateHookSecret(id:$id expectedVersion:$expectedVersion){secret hook{id version path}}}");
export const deleteHookMutation: TypedDocumentNode<DeleteHookMutation, DeleteHookMutationVariables> = gql("mutation DeleteHook($id:ID!$expectedVersion:Int){deleteHook(id:$id expectedVersion:$expectedVersion)}");

export const grants = {
  "registerModelVersion": [
    "EDITOR"
  ],
  "promoteModelVersion": [
    "EDITOR"
  ],
  "rollbackModel": [
    "EDITOR"
  ],
  "retireModel": [
    "EDITOR"
  ],
  "deleteModelVersion": [
    "EDITOR"
  ],
  "stopPipeline": [
    "OWNER"
  ],
  "startPipeline": [
    "OWNER"
  ],
  "recomputePipeline": [
    "OWNER"
  ],
  "applyDocUpdate": [
    "OWNER_OF_ROW",
    "EDITOR"
  ],
  "createFolder": [
    "EDITOR"
  ],
  "renameFolder": [
    "EDITOR"
  ],
  "deleteFolder": [
    "EDITOR"
  ],
  "renameFile": [
    "EDITOR"
  ],
  "restoreVersion": [
    "EDITOR"
  ],
  "trashFile": [
    "EDITOR"
  ],
  "restoreFile": [
    "EDITOR"
  ],
  "deleteFile": [
    "EDITOR"
  ],
  "createDownloadLink": [
    "EDITOR"
  ],
  "revokeDownloadLink": [
    "EDITOR"
  ],
  "signUp": [
    "PUBLIC"
  ],
  "signOutEverywhere": [
    "SIGNED_IN"
  ],
  "changePassword": [
    "SIGNED_IN"
  ],
  "createWorkspace": [
    "SIGNED_IN"
  ],
  "switchWorkspace": [
    "SIGNED_IN"
  ],
  "addMember": [
    "ADMIN"
  ],
  "withdrawInvitation": [
    "ADMIN"
  ],
  "declineInvitation": [
    "SIGNED_IN"
  ],
  "changeMemberRole": [
    "ADMIN"
  ],
  "removeMember": [
    "MEMBER"
  ],
  "createApiKey": [
    "ADMIN"
  ],
  "revokeApiKey": [
    "ADMIN"
  ],
  "enqueueJob": [
    "EDITOR"
  ],
  "cancelRun": [
    "EDITOR"
  ],
  "retryRun": [
    "EDITOR"
  ],
  "replayRun": [
    "EDITOR"
  ],
  "pauseQueue": [
    "ADMIN"
  ],
  "resumeQueue": [
    "ADMIN"
  ],
  "drainQueue": [
    "ADMIN"
  ],
  "limitQueue": [
    "ADMIN"
  ],
  "createSchedule": [
    "ADMIN"
  ],
  "updateSchedule": [
    "ADMIN"
  ],
  "deleteSchedule": [
    "ADMIN"
  ],
  "createTrigger": [
    "ADMIN"
  ],
  "updateTrigger": [
    "ADMIN"
  ],
  "deleteTrigger": [
    "ADMIN"
  ],
  "createHook": [
    "ADMIN"
  ],
  "updateHook": [
    "ADMIN"
  ],
  "rotateHookSecret": [
    "ADMIN"
  ],
  "deleteHook": [
    "ADMIN"
  ],
  "trackedEvents": [
    "MEMBER"
  ],
  "metrics": [
    "PUBLIC"
  ],
  "metric": [
    "PUBLIC"
  ],
  "topK": [
    "PUBLIC"
  ],
  "funnel": [
    "MEMBER"
  ],
  "retention": [
    "MEMBER"
  ],
  "inferenceModels": [
    "MEMBER"
  ],
  "predict": [
    "MEMBER"
  ],
  "analyticsQuery": [
    "EDITOR"
  ],
  "analyticsTables": [
    "EDITOR"
  ],
  "pipelines": [
    "ADMIN"
  ],
  "dataModels": [
    "PUBLIC"
  ],
  "file": [
    "MEMBER"
  ],
  "files": [
    "MEMBER"
  ],
  "folder": [
    "MEMBER"
  ],
  "folders": [
    "MEMBER"
  ],
  "workspaceUsage": [
    "MEMBER"
  ],
  "downloadLinks": [
    "EDITOR"
  ],
  "viewer": [
    "SIGNED_IN"
  ],
  "user": [
    "MEMBER"
  ],
  "members": [
    "ADMIN"
  ],
  "invitations": [
    "ADMIN"
  ],
  "apiKeys": [
    "ADMIN"
  ],
  "auditLog": [
    "ADMIN"
  ],
  "auditChainIntact": [
    "OWNER"
  ],
  "signUpOpen": [
    "PUBLIC"
  ],
  "demoSignIns": [
    "PUBLIC"
  ],
  "jobs": [
    "VIEWER"
  ],
  "runs": [
    "VIEWER"
  ],
  "run": [
    "VIEWER"
  ],
  "queues": [
    "VIEWER"
  ],
  "schedules": [
    "VIEWER"
  ],
  "triggers": [
    "VIEWER"
  ],
  "triggerTopics": [
    "VIEWER"
  ],
  "hooks": [
    "ADMIN"
  ],
  "restRoutes": [
    "PUBLIC"
  ],
  "metricUpdated": [
    "PUBLIC"
  ],
  "docUpdates": [
    "MEMBER"
  ],
  "fileChanged": [
    "MEMBER"
  ],
  "events": [
    "ADMIN"
  ],
  "runChanged": [
    "VIEWER"
  ],
  "runLog": [
    "VIEWER"
  ]
} as const;
export const scopes: readonly string[] = ["analytics:read","analytics:write","data:read","data:write","events:read","files:read","files:write","identity:read","identity:write","jobs:read","jobs:write","rest:usage"];
export const topics: Readonly<Record<string, { readonly audited: boolean; readonly types: readonly string[] }>> = {
  "analytics.event": {
    "audited": false,
    "types": [
      "analytics.event.tracked"
    ]
  },
  "analytics.metric": {
    "audited": false,
    "types": [
      "analytics.metric.updated"
    ]
  },
  "analytics.model": {
    "audited": true,
    "types": [
      "analytics.model.registered",
      "analytics.model.promoted",
      "analytics.model.rolled_back",
      "analytics.model.retired",
      "analytics.model.shadowed",
      "analytics.model.version_deleted"
    ]
  },
  "analytics.pipeline": {
    "audited": true,
    "types": [
      "analytics.pipeline.stopped",
      "analytics.pipeline.started",
      "analytics.pipeline.recomputed"
    ]
  },
  "data.document": {
    "audited": true,
    "types": [
      "data.document.created",
      "data.document.updated",
      "data.document.deleted"
    ]
  },
  "data.record": {
    "audited": true,
    "types": [
      "data.record.created",
      "data.record.updated",
      "data.record.deleted"
    ]
  },
  "data.room": {
    "audited": true,
    "types": [
      "data.room.updated",
      "data.room.closed"
    ]
  },
  "files.file": {
    "audited": true,
    "types": [
      "files.file.created",
      "files.file.updated",
      "files.file.deleted"
    ]
  },
  "files.folder": {
    "audited": true,
    "types": [
      "files.folder.created",
      "files.folder.updated",
      "files.folder.deleted"
    ]
  },
  "files.link": {
    "audited": true,
    "types": [
      "files.link.created",
      "files.link.revoked"
    ]
  },
  "files.quota": {
    "audited": true,
    "types": [
      "files.quota.changed"
    ]
  },
  "identity.api_key": {
    "audited": true,
    "types": [
      "identity.api_key.created",
      "identity.api_key.revoked"
    ]
  },
  "identity.member": {
    "audited": true,
    "types": [
      "identity.member.added",
      "identity.member.role_changed",
      "identity.member.removed",
      "identity.member.invited",
      "identity.member.invitation_ended"
    ]
  },
  "identity.refusal": {
    "audited": true,
    "types": [
      "identity.refusal.recorded"
    ]
  },
  "identity.session": {
    "audited": true,
    "types": [
      "identity.session.started",
      "identity.session.refused",
      "identity.session.ended"
    ]
  },
  "identity.signing_key": {
    "audited": true,
    "types": [
      "identity.signing_key.rotated",
      "identity.signing_key.retired"
    ]
  },
  "identity.user": {
    "audited": true,
    "types": [
      "identity.user.created",
      "identity.user.password_changed"
    ]
  },
  "identity.workspace": {
    "audited": true,
    "types": [
      "identity.workspace.created"
    ]
  },
  "jobs.queue": {
    "audited": true,
    "types": [
      "jobs.queue.changed"
    ]
  },
  "jobs.run": {
    "audited": false,
    "types": [
      "jobs.run.waiting",
      "jobs.run.delayed",
      "jobs.run.held",
      "jobs.run.queued",
      "jobs.run.started",
      "jobs.run.progressed",
      "jobs.run.cancel_requested",
      "jobs.run.succeeded",
      "jobs.run.failed",
      "jobs.run.cancelled",
      "jobs.run.skipped"
    ]
  },
  "jobs.run_log": {
    "audited": false,
    "types": [
      "jobs.run_log.written"
    ]
  },
  "jobs.start": {
    "audited": true,
    "types": [
      "jobs.start.schedule_created",
      "jobs.start.schedule_updated",
      "jobs.start.schedule_deleted",
      "jobs.start.trigger_created",
      "jobs.start.trigger_updated",
      "jobs.start.trigger_deleted",
      "jobs.start.hook_created",
      "jobs.start.hook_updated",
      "jobs.start.hook_deleted",
      "jobs.start.hook_secret_rotated"
    ]
  },
  "jobs.steering": {
    "audited": true,
    "types": [
      "jobs.steering.run_cancelled",
      "jobs.steering.run_driven_again",
      "jobs.steering.run_replayed"
    ]
  },
  "log.dead_letter": {
    "audited": false,
    "types": [
      "log.dead_letter.added",
      "log.dead_letter.redriven"
    ]
  },
  "log.redelivery": {
    "audited": false,
    "types": [
      "log.redelivery.asked"
    ]
  }
};
