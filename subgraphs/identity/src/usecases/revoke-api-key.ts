import { writeOutbox } from '@tributary/engines/outbox/relational';
import { CodedError, isId } from '@tributary/runtime';
import { type ApiKeyRow, lockApiKey, setRevoked } from '../adapters/api-keys.ts';
import { apiKeyEvent } from '../adapters/events.ts';
import type { Caller, IdentityCore } from '../core.ts';
import { causeOf, requireCovers, requireRole } from './rights.ts';

/** @throws CodedError NOT_FOUND, or FORBIDDEN for a key above one's own role. */
export async function revokeApiKey(
  core: IdentityCore,
  { principal }: Caller,
  id: string,
): Promise<ApiKeyRow> {
  const now = new Date(core.clock.now());
  return core.relational.transaction(async (tx) => {
    const held = await requireRole(tx, principal, 'ADMIN');
    const key = isId(id) ? await lockApiKey(tx, principal.workspaceId, id) : undefined;
    if (key === undefined) throw new CodedError('NOT_FOUND', 'There is no such API key.');
    requireCovers(held, key.role);
    if (key.revokedAt !== null) return key;
    await setRevoked(tx, id, now);
    await writeOutbox(tx, [apiKeyEvent(causeOf(core, principal), 'revoked', key)]);
    return { ...key, revokedAt: now };
  });
}
