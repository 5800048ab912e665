import { apiKeyRecord } from '../../adapters/api-key-list.ts';
import type { QueryResolvers } from '../../generated/schema.ts';
import { verifyApiKey as verify } from '../../usecases/verify-api-key.ts';

export const verifyApiKey: NonNullable<QueryResolvers['verifyApiKey']> = async (
  _parent,
  { secret },
  { core },
) => {
  const key = await verify(core, secret);
  if (key === undefined) return null;
  const { id, role, scopes, expiresAt } = apiKeyRecord(key);
  return { id, workspaceId: key.workspaceId, role, scopes: [...scopes], expiresAt };
};
