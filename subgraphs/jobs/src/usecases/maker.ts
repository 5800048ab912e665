import type { RunPrincipal } from '@tributary/job-queue';
import type { CodedError } from '@tributary/runtime';
import { isRole, type Principal, refusalOf } from '@tributary/subgraph-kit';

/** Whoever made a trigger or a hook, with the role and the scopes they have left. */
export function makerOf(workspaceId: string, { kind, id, role, scopes }: RunPrincipal): Principal {
  return {
    kind: kind === 'apiKey' ? 'apiKey' : 'user',
    id,
    workspaceId,
    role: isRole(role) ? role : null,
    scopes,
  };
}

/** Why they may start no job any more: they may have lost the role, or the key the scope, since. */
export function startRefusal(maker: Principal): CodedError | undefined {
  return refusalOf(maker, { to: ['EDITOR'], scope: 'jobs:write' });
}
