import type { ClaimedRun } from '@tributary/job-queue';
import type { GraphRequest } from './run-port.ts';

/**
 * Runs the one operation of a document in the graph on behalf of a run. Its errors are masked already.
 * @throws CodedError BAD_USER_INPUT for what is no such document
 */
export type RunGraph = (
  run: Pick<ClaimedRun, 'id' | 'job' | 'workspaceId' | 'principal'>,
  request: GraphRequest,
  signal: AbortSignal,
) => Promise<{
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[] | undefined;
}>;
