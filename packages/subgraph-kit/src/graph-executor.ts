import { CodedError, errorCodes, isErrorCode } from '@tributary/runtime';
import type { FormattedExecutionResult } from 'graphql';

/** An operation for the graph, on behalf of whoever the assertion names. */
export interface GraphCall {
  readonly query: string;
  readonly operationName: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly assertion: string;
  readonly requestId: string;
  readonly clientAddress?: string | undefined;
  /** Aborted at the caller's deadline. */
  readonly signal: AbortSignal;
}

/**
 * Runs an operation through the gateway. The result's errors are masked already.
 * @throws CodedError SUBGRAPH_UNAVAILABLE when the gateway cannot be reached, DEADLINE_EXCEEDED when `signal` aborts.
 */
export type GraphExecutor = (call: GraphCall) => Promise<FormattedExecutionResult>;

/** The graph's first error as a coded one. */
export function graphError(
  errors: readonly { readonly message: string; readonly extensions?: unknown }[],
): CodedError {
  const [first] = errors;
  const code = (first?.extensions as { readonly code?: unknown } | undefined)?.code;
  if (first === undefined) return new CodedError('INTERNAL', errorCodes.INTERNAL.advice);
  return new CodedError(isErrorCode(code) ? code : 'BAD_USER_INPUT', first.message);
}
