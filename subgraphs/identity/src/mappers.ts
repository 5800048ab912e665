import type { Connection } from '@tributary/subgraph-kit';
import type { ApiKeyRecord } from './adapters/api-key-list.ts';
import type { AuditRecord } from './adapters/audit-log.ts';
import type { MemberRecord, UserRecord, WorkspaceRecord } from './adapters/directory.ts';

export type { ApiKeyRecord, AuditRecord, MemberRecord, UserRecord, WorkspaceRecord };
export type ViewerRecord = object;
export type AuditActorRecord = Pick<AuditRecord, 'actorKind' | 'actorId'>;
export type MemberPage = Connection<MemberRecord>;
export type ApiKeyPage = Connection<ApiKeyRecord>;
export type AuditPage = Connection<AuditRecord>;

/** The objects that types of the schema are resolved from, where they differ from the type's own shape. */
export type Mappers = {
  User: UserRecord;
  Workspace: WorkspaceRecord;
  Member: MemberRecord;
  ApiKey: ApiKeyRecord;
  AuditEntry: AuditRecord;
  AuditActor: AuditActorRecord;
  Viewer: ViewerRecord;
  MemberConnection: MemberPage;
  ApiKeyConnection: ApiKeyPage;
  AuditConnection: AuditPage;
};
