import { CodedError } from '@tributary/runtime';
import type { MemberResolvers } from '../generated/schema.ts';

export const Member: MemberResolvers = {
  user: async ({ userId }, _args, { loaders }) => {
    const user = await loaders.users.load(userId);
    if (user === null) throw new CodedError('NOT_FOUND', 'The member left a moment ago.');
    return user;
  },
};
