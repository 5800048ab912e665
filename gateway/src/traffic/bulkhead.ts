import type { FetchAnswer, SubgraphFetch } from '../execution/compiled/subgraph-fetch.ts';
import type { Departure } from '../execution/departure.ts';
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
  const waiting = new Set<() => void>();
  let running = 0;
  const leave = (): void => {
    const [next] = waiting;
    if (next === undefined) running -= 1;
    else {
      waiting.delete(next);
      next();
    }
  };
  /** False when whoever asks left meanwhile. */
  const turn = (gone: Departure | undefined): Promise<boolean> =>
    new Promise((resolve) => {
      const come = (): void => {
        gone?.removeEventListener('abort', go);
        resolve(true);
      };
      const go = (): void => {
        waiting.delete(come);
        resolve(false);
      };
      waiting.add(come);
      gone?.addEventListener('abort', go, { once: true });
    });
  return async (request, scope): Promise<FetchAnswer> => {
    // Nobody is there any more to take what it would be answered.
    if (scope.signal?.aborted === true) return { data: null };
    if (running < inFlight) running += 1;
    else if (waiting.size < queue) {
      if (!(await turn(scope.signal))) return { data: null };
    } else {
      const message = `${subgraph} has as much to do as it is given at once.`;
      return failedFetch(
        request.query,
        { code: 'OVERLOADED', message, subgraph },
        { retryable: true, retryAfterSeconds: 1 },
      );
    }
    try {
      return await fetch(request, scope);
    } finally {
      leave();
    }
  };
}
