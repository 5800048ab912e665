import type { OperationDefinitionNode } from 'graphql';
import type { RunTrace } from '../insight/observed-run.ts';
import type { SeenRequest } from '../insight/request-insight.ts';
import type { Waiting } from '../planning/waiting.ts';

/** Who asks for an operation. */
export interface Asking extends Waiting {
  /** Is told what it is before it is planned, and takes the planning. */
  readonly observed?: AskedFacts | undefined;
}

interface AskedFacts extends Pick<SeenRequest, 'kind' | 'name'> {
  readonly trace: RunTrace | undefined;
}

/** So that one is told of by its name, whether it can be planned or not. */
export function tellWhat(
  operation: OperationDefinitionNode | null | undefined,
  observed: AskedFacts | undefined,
): void {
  if (observed === undefined || operation === null || operation === undefined) return;
  observed.kind = operation.operation;
  observed.name = operation.name?.value;
}
