import { CodedError } from '@tributary/runtime';
import type { IsOperator, Principal } from '@tributary/subgraph-kit';

export interface OperatorParts {
  readonly principal: Principal;
  readonly isOperator: IsOperator;
}

/** Pipelines serve all workspaces, so they are the operators'. @throws CodedError FORBIDDEN */
export async function requireOperator({ principal, isOperator }: OperatorParts): Promise<void> {
  if (principal.kind === 'service' || (await isOperator())) return;
  throw new CodedError(
    'FORBIDDEN',
    "Pipelines are seen and steered by admins and owners of the installation's operator workspace.",
  );
}
