import { apiKeyHash, apiKeyId, sameHash } from '../adapters/api-key-text.ts';
import { type ApiKeyRow, findApiKey } from '../adapters/api-keys.ts';
import type { IdentityCore } from '../core.ts';

/** The key that a text proves; undefined when it is wrong, revoked or expired (which of them is not said). */
export async function verifyApiKey(
  core: Pick<IdentityCore, 'relational' | 'clock'>,
  text: string,
): Promise<ApiKeyRow | undefined> {
  const id = apiKeyId(text);
  const key = id === undefined ? undefined : await findApiKey(core.relational, id);
  if (key === undefined || !sameHash(key.hash, apiKeyHash(text)) || key.revokedAt !== null) return undefined;
  return key.expiresAt !== null && key.expiresAt.getTime() <= core.clock.now() ? undefined : key;
}
