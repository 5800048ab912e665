import { byReference, type ResolvedByReference, roleCovers } from '@tributary/subgraph-kit';
import type { UserRecord } from '../adapters/directory.ts';
import type { Context } from '../context.ts';
import type { UserResolvers } from '../generated/schema.ts';

export const User: UserResolvers & ResolvedByReference<UserRecord, Context> = {
  __resolveReference: (reference, { loaders }) => byReference(loaders.users, reference),
  email: ({ id, email }, _args, { principal }) => {
    const isSelf = principal.kind === 'user' && principal.id === id;
    const isAdmin =
      principal.kind === 'service' || (principal.role !== null && roleCovers(principal.role, 'ADMIN'));
    return isSelf || isAdmin ? email : null;
  },
};
