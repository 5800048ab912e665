import { CodedError } from '@tributary/runtime';
import type { SubgraphFetch } from '../execution/compiled/subgraph-fetch.ts';
import type { RequestScope } from '../execution/request-scope.ts';
import { failedFetch } from './failed-fetch.ts';

/** The scope of an operation that must be over at some moment. */
export interface TimedScope extends RequestScope {
  /** Of the clock that `performance.now()` reads. */
  readonly deadlineAtMs: number;
}

export interface DeadlineOptions {
  readonly subgraph: string;
  /** Milliseconds one fetch may take. */
  readonly timeoutMs: number;
  /** Milliseconds a whole operation may take. */
  readonly operationMs: number;
  /** The field that tells the subgraph how many milliseconds are left. */
  readonly header: string;
}

function isTimed(scope: RequestScope): scope is TimedScope {
  return 'deadlineAtMs' in scope;
}

/** Tells the subgraph how long its answer is of use, gives up when it is not any more, and does not ask when nothing is left. */
export function withDeadline(
  fetch: SubgraphFetch,
  { subgraph, timeoutMs, operationMs, header }: DeadlineOptions,
): SubgraphFetch {
  return async (request, scope) => {
    const leftMs = isTimed(scope) ? Math.floor(scope.deadlineAtMs - performance.now()) : timeoutMs;
    const message = `${subgraph} did not answer in time.`;
    if (leftMs <= 0) return failedFetch(request.query, { code: 'DEADLINE_EXCEEDED', message, subgraph });
    const forwarded = { ...scope.forwarded, [header]: String(Math.min(leftMs, timeoutMs)) };
    if (leftMs >= timeoutMs) return fetch(request, { ...scope, forwarded });
    const over = new AbortController();
    const leave = (): void => over.abort();
    if (scope.signal?.aborted === true) leave();
    else scope.signal?.addEventListener('abort', leave, { once: true });
    let isOver = false;
    // Who was asked at the end of an operation cannot help it; who had half of it could.
    const hadItsTime = leftMs * 2 >= Math.min(timeoutMs, operationMs);
    const timer = setTimeout(() => {
      isOver = true;
      over.abort(hadItsTime ? new CodedError('DEADLINE_EXCEEDED', message) : undefined);
    }, leftMs);
    try {
      const answer = await fetch(request, { ...scope, forwarded, signal: over.signal });
      if (!isOver || answer.passed !== undefined || answer.data !== null) return answer;
      return failedFetch(request.query, { code: 'DEADLINE_EXCEEDED', message, subgraph });
    } finally {
      clearTimeout(timer);
      scope.signal?.removeEventListener('abort', leave);
    }
  };
}
