import type { Principal } from '@tributary/subgraph-kit';
import { noWorkspaceId } from '@tributary/subgraph-kit/principal';

/** Who asks where the subgraphs are anyone's: who it really is, their own headers tell them. */
export const anonymous: Principal = Object.freeze({
  kind: 'anonymous',
  id: 'nobody',
  workspaceId: noWorkspaceId,
  role: null,
  scopes: null,
});
