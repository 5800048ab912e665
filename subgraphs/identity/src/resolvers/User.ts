import { roleCovers } from '@tributary/subgraph-kit';
import type { UserRecord } from '../adapters/directory.ts';
import type { UserResolvers } from '../generated/schema.ts';
import { byReference, type ResolvedByReference } from './reference.ts';

export const User: UserResolvers & ResolvedByReference<UserRecord> = {
  __resolveReference: (reference, { loaders }) => byReference(loaders.users, reference),
  email: ({ id, email }, _args, { principal }) => {
    const isSelf = principal.kind === 'user' && principal.id === id;
    const isAdmin =
      principal.kind === 'service' || (principal.role !== null && roleCovers(principal.role, 'ADMIN'));
    return isSelf || isAdmin ? email : null;
  },
};
