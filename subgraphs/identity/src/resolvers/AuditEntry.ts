import type { AuditActorResolvers, AuditEntryResolvers } from '../generated/schema.ts';
import { principalKind } from './principal-kind.ts';

export const AuditEntry: AuditEntryResolvers = {
  actor: ({ actorKind, actorId }) => ({ actorKind, actorId }),
};

/** Names and addresses are looked up when the log is read, of who is or was a member (who left: the name alone); the log itself holds ids. */
export const AuditActor: AuditActorResolvers = {
  id: ({ actorId }) => actorId,
  kind: ({ actorKind }) => principalKind(actorKind),
  user: ({ actorKind, actorId }, _args, { loaders }) =>
    actorKind === 'user' ? loaders.auditedUsers.load(actorId) : null,
};
