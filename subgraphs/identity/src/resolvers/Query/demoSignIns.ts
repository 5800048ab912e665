import type { QueryResolvers } from '../../generated/schema.ts';

export const demoSignIns: NonNullable<QueryResolvers['demoSignIns']> = (_parent, _args, { core }) => [
  ...core.settings.demoSignIns,
];
