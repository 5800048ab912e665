import type { QueryResolvers } from '../../generated/schema.ts';

export const viewer: NonNullable<QueryResolvers['viewer']> = () => ({});
