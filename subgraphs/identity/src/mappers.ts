import type { Connection } from '@tributary/subgraph-kit';
import type { ApiKeyRecord } from './adapters/api-key-list.ts';
import type { AuditRecord } from './adapters/audit-log.ts';
import type { MemberRecord, UserRecord, WorkspaceRecord } from './adapters/directory.ts';
import type { InvitationRecord, ReceivedInvitationRecord } from './adapters/invitations.ts';

export type {
  ApiKeyRecord,
  AuditRecord,
  InvitationRecord,
  MemberRecord,
  ReceivedInvitationRecord,
  UserRecord,
  WorkspaceRecord,
};
export type ViewerRecord = object;
export type AuditActorRecord = Pick<AuditRecord, 'actorKind' | 'actorId'>;
export type MemberPage = Connection<MemberRecord>;
export type InvitationPage = Connection<InvitationRecord>;
export type ApiKeyPage = Connection<ApiKeyRecord>;
export type AuditPage = Connection<AuditRecord>;

/** The objects that types of the schema are resolved from, where they differ from the type's own shape. */
export type Mappers = {
  User: UserRecord;
  Workspace: WorkspaceRecord;
  Member: MemberRecord;
  Invitation: InvitationRecord;
  ReceivedInvitation: ReceivedInvitationRecord;
  ApiKey: ApiKeyRecord;
  AuditEntry: AuditRecord;
  AuditActor: AuditActorRecord;
  Viewer: ViewerRecord;
  MemberConnection: MemberPage;
  InvitationConnection: InvitationPage;
  ApiKeyConnection: ApiKeyPage;
  AuditConnection: AuditPage;
};
