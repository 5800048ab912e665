import { CodedError } from '@tributary/runtime';
import { findWorkspaceBySlug } from '../adapters/workspaces.ts';
import type { Caller, IdentityCore } from '../core.ts';
import { requireRole } from './rights.ts';

/** Signing keys belong to the installation: only owners of its operator workspace rotate them. @throws CodedError FORBIDDEN, CONFLICT */
export async function rotateSigningKey(core: IdentityCore, { principal }: Caller) {
  await requireRole(core.relational, principal, 'OWNER');
  const operator = await findWorkspaceBySlug(core.relational, core.settings.operatorWorkspace);
  if (principal.kind !== 'service' && operator?.id !== principal.workspaceId)
    throw new CodedError(
      'FORBIDDEN',
      "Signing keys are rotated by owners of the installation's operator workspace.",
    );
  const { activeKid, retiredKid } = await core.keys.rotate({ kind: principal.kind, id: principal.id });
  return { activeKeyId: activeKid, retiredKeyId: retiredKid };
}
