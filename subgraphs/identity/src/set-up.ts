import { createHash, timingSafeEqual } from 'node:crypto';
import type { Relational } from '@tributary/engines/relational';
import { deriveKeys } from './adapters/derived-keys.ts';
import { findWorkspaceBySlug } from './adapters/workspaces.ts';
import type { IdentityCore } from './core.ts';

export interface SetUpDeps {
  readonly relational: Relational;
  readonly sealingKey: string;
  readonly operatorWorkspace: string;
}

/**
 * What the first owner of an installation shows (decision 43), for whoever starts it; undefined once there is an operator workspace. It
 * follows from the sealing key, so every process and every start knows the same one and nothing is kept.
 */
export async function openSetUp(deps: SetUpDeps): Promise<string | undefined> {
  const { relational, sealingKey, operatorWorkspace } = deps;
  if ((await findWorkspaceBySlug(relational, operatorWorkspace)) !== undefined) return undefined;
  return tokenOf(deriveKeys(sealingKey).setUp);
}

/** Whether the token is right, in a time that does not depend on it, and the installation still without owner. */
export async function maySetUp(core: IdentityCore, token: string | null | undefined): Promise<boolean> {
  if (token === null || token === undefined) return false;
  const isRight = timingSafeEqual(digest(token), digest(tokenOf(core.derived.setUp)));
  const { operatorWorkspace } = core.settings;
  return isRight && (await findWorkspaceBySlug(core.relational, operatorWorkspace)) === undefined;
}

function tokenOf(key: Uint8Array): string {
  return `setup_${Buffer.from(key).toString('base64url')}`;
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
