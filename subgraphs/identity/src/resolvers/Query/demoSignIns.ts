import type { QueryResolvers } from '../../generated/schema.ts';

export const demoSignIns: NonNullable<QueryResolvers['demoSignIns']> = async (_parent, _args, { core }) => [
  ...(await core.demoSignIns()),
];
