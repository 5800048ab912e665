import type { QueryResolvers } from '../../generated/schema.ts';

export const workspaceUsage: NonNullable<QueryResolvers['workspaceUsage']> = () => ({});
