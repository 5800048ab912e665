import type { FetchAnswer, SubgraphFetch } from '../execution/compiled/subgraph-fetch.ts';
import { failedFetch } from './failed-fetch.ts';

export interface BulkheadLimits {
  /** Fetches under way at most. */
  readonly inFlight: number;
  /** Those that wait for one of them to end; the next is refused. */
  readonly queue: number;
}

/** Bounds how much of the gateway one subgraph can hold. Who waits goes first come, first served. */
export function bulkhead(
  fetch: SubgraphFetch,
  subgraph: string,
  { inFlight, queue }: BulkheadLimits,
): SubgraphFetch {
  const waiting: (() => void)[] = [];
  let running = 0;
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };
  return async (request, scope): Promise<FetchAnswer> => {
    if (running < inFlight) running += 1;
    else if (waiting.length < queue) await new Promise<void>((resolve) => waiting.push(resolve));
    else {
      const message = `${subgraph} has as much to do as it is given at once.`;
      return failedFetch(
        request.query,
        { code: 'OVERLOADED', message, subgraph },
        { retryable: true, retryAfterSeconds: 1 },
      );
    }
    try {
      // Its caller left while it waited: the subgraph need not be asked.
      if (scope.signal?.aborted === true) return { data: null };
      return await fetch(request, scope);
    } finally {
      leave();
    }
  };
}
