import type { ClaimedRun } from '@tributary/job-queue';
import type { GraphRequest } from './run-port.ts';

/** Runs an operation in the graph on behalf of a run. Its errors are masked already. */
export type RunGraph = (
  run: Pick<ClaimedRun, 'id' | 'workspaceId' | 'principal'>,
  request: GraphRequest,
  signal: AbortSignal,
) => Promise<{
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[] | undefined;
}>;
