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
