import { CodedError } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { AddressedWorkspace } from '../adapters/graph-workspace.ts';

export interface OperatorParts {
  readonly principal: Principal;
  /** Slug of the workspace whose owners run the installation. */
  readonly operatorWorkspace: string;
  readonly addressedWorkspace: AddressedWorkspace;
}

/** Pipelines serve all workspaces, so they are the operators'. @throws CodedError FORBIDDEN */
export async function requireOperator(parts: OperatorParts): Promise<void> {
  if (parts.principal.kind === 'service') return;
  if ((await parts.addressedWorkspace()) === parts.operatorWorkspace) return;
  throw new CodedError(
    'FORBIDDEN',
    "Pipelines are seen and steered by admins and owners of the installation's operator workspace.",
  );
}
