import type { ApiKeyResolvers } from '../generated/schema.ts';

export const ApiKey: ApiKeyResolvers = {
  scopes: ({ scopes }) => [...scopes],
  createdBy: ({ createdBy }, _args, { loaders }) => loaders.users.load(createdBy),
};
