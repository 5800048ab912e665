import { apiKeyRecord } from '../../adapters/api-key-list.ts';
import type { MutationResolvers } from '../../generated/schema.ts';
import { revokeApiKey as revoke } from '../../usecases/revoke-api-key.ts';

export const revokeApiKey: NonNullable<MutationResolvers['revokeApiKey']> = async (
  _parent,
  { id },
  context,
) => apiKeyRecord(await revoke(context.core, context, id));
