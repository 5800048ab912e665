import { CodedError } from '@tributary/runtime';
import type { DoorRequest, GraphExecutor } from '@tributary/subgraph-kit';
import { expectedFailure } from '../domain/expected-failure.ts';
import type { SavedOperation } from '../domain/saved-operation.ts';
import { codedErrorFrom } from '../http/graph-failure.ts';

export interface RouteExecution {
  readonly request: DoorRequest;
  readonly execute: GraphExecutor;
  /** Called when the operation did something, whatever becomes of its answer; or when it may have, because a field below one of its roots was refused. */
  readonly onEffect?: ((isSure: boolean) => void) | undefined;
  /** Ends the work; `deadlineMs` from now where none is given. */
  readonly signal?: AbortSignal;
  /** Called when there was too much to do to execute any of it. */
  readonly onTurnedAway?: (() => void) | undefined;
}

/** Shorter than the lease of an idempotency key: no attempt is still running when the next may begin. */
export const deadlineMs = 25_000;

export interface RouteResult {
  readonly value: unknown;
  /** Nothing was made: it was there. */
  readonly wasThere: boolean;
}

/**
 * Executes a route's operation with the caller's own rights and answers what lies at its result path.
 * @throws CodedError the graph's error, and the failures it answers as data; also when only a part failed, because a partner cannot see which. NOT_FOUND when a read finds nothing, or a removal.
 */
export async function executeRoute(
  operation: SavedOperation,
  variables: Readonly<Record<string, unknown>>,
  { request, execute, onEffect, onTurnedAway, signal = AbortSignal.timeout(deadlineMs) }: RouteExecution,
): Promise<RouteResult> {
  const { assertion, requestId, clientAddress } = request;
  const result = await beforeDeadline(
    execute({
      query: operation.text,
      operationName: operation.name,
      variables,
      assertion,
      requestId,
      clientAddress,
      signal,
    }),
    signal,
  );
  const { data, errors = [] } = result;
  const { value, failure } = resultIn(data, operation);
  // An expected failure is data, but of something that was not done.
  const { route } = operation;
  const isDone = route.nullIsDone && errors.length === 0 && data !== undefined;
  const isSure = failure === undefined && (isDone || Object.values(data ?? {}).some((root) => root !== null));
  if (isSure || errors.some(({ path = [] }) => path.length > 1)) onEffect?.(isSure);
  const [error] = errors;
  if (error !== undefined) {
    const coded = codedErrorFrom(error);
    // GraphQL §7.1: an answer without data is of a request that was not executed.
    if (data === undefined && coded.code === 'OVERLOADED') onTurnedAway?.();
    throw coded;
  }
  if (failure !== undefined) throw failure;
  // What says whether there was something to remove is a boolean in the graph, and a status here.
  const isGone = route.method === 'DELETE' && value === false;
  if (((value === null || value === undefined) && !isDone) || isGone)
    throw new CodedError('NOT_FOUND', 'There is nothing here, or nothing that you may see.');
  return {
    value,
    wasThere: route.isNew !== undefined && at(data, route.isNew) === false,
  };
}

/** What lies at the result path, or the expected failure that lies on it. */
function resultIn(
  data: unknown,
  { route, failures }: SavedOperation,
): { readonly value: unknown; readonly failure?: CodedError } {
  let value = data;
  for (const step of route.result.split('.')) {
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<string, unknown>)[step]
        : undefined;
    const failure = expectedFailure(value, failures);
    if (failure !== undefined) return { value, failure };
  }
  return { value };
}

function at(data: unknown, path: string): unknown {
  return path.split('.').reduce((value: unknown, step) => Object(value)[step], data);
}

/** An executor in the same process may not watch the signal: the caller is answered in time all the same. */
async function beforeDeadline<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let stop = (): void => undefined;
  const overdue = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void =>
      reject(new CodedError('DEADLINE_EXCEEDED', 'The graph did not answer in time.'));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    stop = () => signal.removeEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work, overdue]);
  } finally {
    stop();
  }
}
