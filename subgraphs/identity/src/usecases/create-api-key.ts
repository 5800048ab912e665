import { randomBytes } from 'node:crypto';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import { CodedError, newId } from '@tributary/runtime';
import type { Role } from '@tributary/subgraph-kit';
import { apiKeyHash, apiKeyText } from '../adapters/api-key-text.ts';
import { type ApiKeyRow, insertApiKey, liveKeyCount } from '../adapters/api-keys.ts';
import { apiKeyEvent } from '../adapters/events.ts';
import { lockWorkspace } from '../adapters/members.ts';
import type { Caller, IdentityCore } from '../core.ts';
import { displayName } from '../domain/display-name.ts';
import { scopes, unknownScopes } from '../domain/scopes.ts';
import { causeOf, requireCovers, requireRole, requireUser } from './rights.ts';

export interface CreateApiKeyInput {
  readonly name: string;
  readonly role: Role;
  readonly scopes: readonly string[];
  readonly expiresAt?: string | null | undefined;
}

const maxLiveKeys = 100;

/**
 * Makes a key of the workspace. Only users make keys: a leaked key must not outlive its revocation by making others.
 * @throws CodedError BAD_USER_INPUT, FORBIDDEN, STATE_CONFLICT when the workspace has as many live keys as it may
 */
export async function createApiKey(
  core: IdentityCore,
  { principal }: Caller,
  input: CreateApiKeyInput,
): Promise<{ readonly key: ApiKeyRow; readonly secret: string }> {
  const { userId } = requireUser(principal);
  const now = new Date(core.clock.now());
  const expiresAt = expiry(input.expiresAt ?? null, now);
  const unknown = unknownScopes(input.scopes);
  if (unknown.length > 0 || input.scopes.length === 0)
    throw new CodedError('BAD_USER_INPUT', `scopes must name some of ${scopes.join(', ')}.`, {
      details: { argument: 'scopes' },
    });
  const id = newId();
  const secret = apiKeyText(id, randomBytes(32));
  const key: ApiKeyRow = {
    id,
    workspaceId: principal.workspaceId,
    name: displayName(input.name, 'name'),
    hash: apiKeyHash(secret),
    role: input.role,
    scopes: [...new Set(input.scopes)].sort(),
    createdBy: userId,
    createdAt: now,
    expiresAt,
    revokedAt: null,
  };
  await core.relational.transaction(async (tx) => {
    await lockWorkspace(tx, principal.workspaceId);
    requireCovers(await requireRole(tx, principal, 'ADMIN'), input.role);
    if ((await liveKeyCount(tx, principal.workspaceId, now)) >= maxLiveKeys)
      throw new CodedError(
        'STATE_CONFLICT',
        `A workspace has ${maxLiveKeys} live API keys at most; revoke some of them first.`,
        { details: { limit: maxLiveKeys } },
      );
    await insertApiKey(tx, key);
    await writeOutbox(tx, [apiKeyEvent(causeOf(core, principal), 'created', key)]);
  });
  return { key, secret };
}

function expiry(text: string | null, now: Date): Date | null {
  if (text === null) return null;
  const moment = new Date(text);
  if (moment <= now)
    throw new CodedError('BAD_USER_INPUT', 'expiresAt must lie in the future.', {
      details: { argument: 'expiresAt' },
    });
  return moment;
}
