import { membershipsOf } from '../adapters/directory.ts';
import { invitationsOf } from '../adapters/invitations.ts';
import type { ViewerResolvers } from '../generated/schema.ts';
import { principalKind } from './principal-kind.ts';

/** Everything comes from the principal: there is nobody else to view. */
export const Viewer: ViewerResolvers = {
  id: (_viewer, _args, { principal }) => principal.id,
  kind: (_viewer, _args, { principal }) => principalKind(principal.kind),
  user: (_viewer, _args, { principal, loaders }) =>
    principal.kind === 'user' ? loaders.users.load(principal.id) : null,
  workspace: (_viewer, _args, { principal, loaders }) => loaders.workspaces.load(principal.workspaceId),
  isOperator: async (_viewer, _args, { principal, core, loaders }) =>
    (await loaders.workspaces.load(principal.workspaceId))?.slug === core.settings.operatorWorkspace,
  role: (_viewer, _args, { principal }) => principal.role,
  scopes: (_viewer, _args, { principal }) => (principal.scopes === null ? null : [...principal.scopes]),
  sessionId: (_viewer, _args, { principal }) => principal.sessionId ?? null,
  memberships: async (_viewer, _args, { principal, core }) =>
    principal.kind === 'user' ? [...(await membershipsOf(core.prisma, principal.id))] : [],
  invitations: async (_viewer, _args, { principal, core }) =>
    principal.kind === 'user' ? [...(await invitationsOf(core.relational, principal.id))] : [],
};
