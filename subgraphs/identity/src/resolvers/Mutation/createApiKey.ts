import { apiKeyRecord } from '../../adapters/api-key-list.ts';
import type { MutationResolvers } from '../../generated/schema.ts';
import { createApiKey as make } from '../../usecases/create-api-key.ts';

export const createApiKey: NonNullable<MutationResolvers['createApiKey']> = async (
  _parent,
  { input },
  context,
) => {
  const { key, secret } = await make(context.core, context, input);
  return { apiKey: apiKeyRecord(key), secret };
};
