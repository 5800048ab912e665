import type { InvitationResolvers } from '../generated/schema.ts';

export const Invitation: InvitationResolvers = {
  invitedBy: ({ invitedBy }, _args, { loaders }) =>
    invitedBy === null ? null : loaders.users.load(invitedBy),
};
