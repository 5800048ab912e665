import { dateTimeScalar } from '@tributary/subgraph-kit';
import type { Resolvers } from '../generated/schema.ts';
import { ApiKey } from './ApiKey.ts';
import { AuditActor, AuditEntry } from './AuditEntry.ts';
import { Invitation } from './Invitation.ts';
import { Member } from './Member.ts';
import { addMember } from './Mutation/addMember.ts';
import { changeMemberRole } from './Mutation/changeMemberRole.ts';
import { changePassword } from './Mutation/changePassword.ts';
import { createApiKey } from './Mutation/createApiKey.ts';
import { createWorkspace } from './Mutation/createWorkspace.ts';
import { declineInvitation } from './Mutation/declineInvitation.ts';
import { recordRefusals } from './Mutation/recordRefusals.ts';
import { refreshSession } from './Mutation/refreshSession.ts';
import { removeMember } from './Mutation/removeMember.ts';
import { revokeApiKey } from './Mutation/revokeApiKey.ts';
import { rotateSigningKey } from './Mutation/rotateSigningKey.ts';
import { signIn } from './Mutation/signIn.ts';
import { signOut } from './Mutation/signOut.ts';
import { signOutEverywhere } from './Mutation/signOutEverywhere.ts';
import { signUp } from './Mutation/signUp.ts';
import { switchWorkspace } from './Mutation/switchWorkspace.ts';
import { withdrawInvitation } from './Mutation/withdrawInvitation.ts';
import { apiKeys } from './Query/apiKeys.ts';
import { auditChainIntact } from './Query/auditChainIntact.ts';
import { auditLog } from './Query/auditLog.ts';
import { demoSignIns } from './Query/demoSignIns.ts';
import { invitations } from './Query/invitations.ts';
import { members } from './Query/members.ts';
import { resolveWorkspace } from './Query/resolveWorkspace.ts';
import { signUpOpen } from './Query/signUpOpen.ts';
import { user } from './Query/user.ts';
import { verifyApiKey } from './Query/verifyApiKey.ts';
import { viewer } from './Query/viewer.ts';
import { waitingRevocations } from './Query/waitingRevocations.ts';
import { workspace } from './Query/workspace.ts';
import { events } from './Subscription/events.ts';
import { User } from './User.ts';
import { Viewer } from './Viewer.ts';
import { Workspace } from './Workspace.ts';

/** The map from the schema to its resolvers, complete by type. */
export const resolvers = {
  Query: {
    apiKeys,
    auditChainIntact,
    auditLog,
    demoSignIns,
    invitations,
    members,
    resolveWorkspace,
    signUpOpen,
    user,
    verifyApiKey,
    viewer,
    waitingRevocations,
    workspace,
  },
  Mutation: {
    addMember,
    changeMemberRole,
    changePassword,
    createApiKey,
    createWorkspace,
    declineInvitation,
    recordRefusals,
    refreshSession,
    removeMember,
    revokeApiKey,
    rotateSigningKey,
    signIn,
    signOut,
    signOutEverywhere,
    signUp,
    switchWorkspace,
    withdrawInvitation,
  },
  Subscription: { events },
  Viewer,
  User,
  Workspace,
  Member,
  Invitation,
  ApiKey,
  AuditEntry,
  AuditActor,
  DateTime: dateTimeScalar,
} satisfies Omit<Resolvers, 'Subscription'> & { Subscription: { events: unknown } };
