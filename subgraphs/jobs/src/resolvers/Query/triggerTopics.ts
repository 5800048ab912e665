import { triggerTopics as topics } from '../../domain/trigger-topics.ts';
import type { QueryResolvers } from '../../generated/schema.ts';

export const triggerTopics: NonNullable<QueryResolvers['triggerTopics']> = () =>
  [...topics.values()].map(({ name, types, shown: fields }) => ({
    name,
    types: [...types],
    fields: [...fields],
  }));
