import { CodedError } from '@tributary/runtime';
import type { DoorRequest, DoorResponse, GraphExecutor } from '@tributary/subgraph-kit';
import type { BoundRoute } from '../domain/bound-route.ts';
import { mergePatchMedia } from '../domain/merge-patch.ts';
import { inRequestWords } from '../domain/refused-place.ts';
import type { SavedOperation } from '../domain/saved-operation.ts';
import { isMedia } from '../http/negotiation.ts';
import { executeMerge, membersToMerge } from './execute-merge.ts';
import { executeRoute, type RouteExecution, type RouteResult } from './execute-route.ts';
import { successResponse } from './success-response.ts';

export interface AttemptDeps {
  readonly operations: readonly SavedOperation[];
  readonly execute: GraphExecutor;
}

export interface Attempt extends Pick<RouteExecution, 'onEffect' | 'onTurnedAway'> {
  readonly request: DoorRequest;
  readonly deps: AttemptDeps;
}

/** Executes a route and makes its answer. @throws CodedError in the words of the request */
export async function attemptRoute(
  bound: BoundRoute,
  variables: Readonly<Record<string, unknown>>,
  attempt: Attempt,
): Promise<DoorResponse> {
  const { operation } = bound;
  try {
    return successResponse(operation, await executed(bound, variables, attempt), attempt.request);
  } catch (error) {
    const conditional =
      operation.route.ifMatch !== undefined && Object.hasOwn(variables, operation.route.ifMatch);
    if (!(error instanceof CodedError)) throw error;
    if (error.code !== 'VERSION_CONFLICT' || !conditional) throw inRequestWords(error, bound, variables);
    throw new CodedError('PRECONDITION_FAILED', 'The resource is not at the version named in If-Match.', {
      cause: error,
    });
  }
}

function executed(
  bound: BoundRoute,
  variables: Readonly<Record<string, unknown>>,
  { deps: { execute, operations }, ...attempt }: Attempt,
): Promise<RouteResult> {
  const members = isMedia(attempt.request.headers, mergePatchMedia) ? membersToMerge(bound, variables) : [];
  return members.length === 0
    ? executeRoute(bound.operation, variables, { ...attempt, execute })
    : executeMerge(bound, variables, { ...attempt, execute, members, operations });
}
