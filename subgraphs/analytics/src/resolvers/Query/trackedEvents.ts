import type { QueryResolvers } from '../../generated/schema.ts';

export const trackedEvents: NonNullable<QueryResolvers['trackedEvents']> = (_parent, _args, { core }) =>
  [...core.eventTypes.values()]
    .sort((a, b) => (a.eventName < b.eventName ? -1 : 1))
    .map(({ eventName, description, fields }) => ({
      name: eventName,
      description: description ?? null,
      properties: fields.map((field) => ({ ...field, description: field.description ?? null })),
    }));
