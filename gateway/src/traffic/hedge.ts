import type { FetchAnswer, FetchRequest, SubgraphFetch } from '../execution/compiled/subgraph-fetch.ts';
import type { RequestScope } from '../execution/request-scope.ts';
import { Latencies } from './latencies.ts';

export interface HedgeOptions {
  /** Milliseconds after which a second one is sent; `p95`: as long as 95 of 100 took of late. */
  readonly afterMs: number | 'p95';
  /** Second ones for a hundred first ones, at most. */
  readonly budgetPercent: number;
}

/** As many may be sent in a burst. */
const savedAtMost = 10;

/**
 * Asks a second time when a query is not answered within the usual time, takes whichever answer comes first, and gives up the other: a stray slow
 * answer then costs little ("The Tail at Scale", Dean and Barroso 2013). An answer without data is not taken while the other may bring some: where it is one of
 * the subgraph's, for the usual time once more, and else to the end. Within a budget, so that a subgraph that is slow for all is not asked twice as much.
 * Mutations are asked once.
 */
export function hedged(fetch: SubgraphFetch, { afterMs, budgetPercent }: HedgeOptions): SubgraphFetch {
  const latencies = new Latencies();
  let saved = savedAtMost;
  return async (request, scope) => {
    // Nobody is there any more, and the signals made here would not know.
    if (scope.signal?.aborted === true) return { data: null };
    const waitMs = afterMs === 'p95' ? latencies.p95Ms : afterMs;
    if (request.query.startsWith('mutation')) return fetch(request, scope);
    saved = Math.min(savedAtMost, saved + budgetPercent / 100);
    const mayAsk = (): boolean => {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    };
    const startedMs = performance.now();
    const answer =
      waitMs === undefined
        ? await fetch(request, scope)
        : await firstOf(fetch, { request, scope }, { waitMs, mayAsk });
    latencies.add(performance.now() - startedMs);
    return answer;
  };
}

async function firstOf(
  fetch: SubgraphFetch,
  { request, scope }: { readonly request: FetchRequest; readonly scope: RequestScope },
  { waitMs, mayAsk }: { readonly waitMs: number; readonly mayAsk: () => boolean },
): Promise<FetchAnswer> {
  const controllers: AbortController[] = [];
  // Why it is over says whether the subgraph had its time.
  const leave = (): void => {
    for (const controller of controllers) controller.abort(scope.signal?.reason);
  };
  const ask = async (): Promise<FetchAnswer> => {
    const controller = new AbortController();
    controllers.push(controller);
    return fetch(request, { ...scope, signal: controller.signal });
  };
  scope.signal?.addEventListener('abort', leave, { once: true });
  try {
    const first = ask();
    const early = await within(first, waitMs);
    if (early !== undefined || !mayAsk()) return early ?? (await first);
    const second = ask();
    const [winner, other] = await Promise.race([
      first.then((answer) => [answer, second] as const),
      second.then((answer) => [answer, first] as const),
    ]);
    if (!isNothing(winner)) return winner;
    const later = isAway(winner) ? await other : await within(other, waitMs);
    return later === undefined || isNothing(later) ? winner : later;
  } finally {
    scope.signal?.removeEventListener('abort', leave);
    leave();
  }
}

/** Undefined when it has not come by then. */
async function within(answer: Promise<FetchAnswer>, waitMs: number): Promise<FetchAnswer | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), waitMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

const awayCodes: ReadonlySet<unknown> = new Set(['SUBGRAPH_UNAVAILABLE', 'DEADLINE_EXCEEDED', 'OVERLOADED']);

/** Nobody answered it; and not that the subgraph, or what stands before it, would not have it. */
function isAway({ exchange, errors = [] }: FetchAnswer): boolean {
  return exchange === undefined && errors.every(({ extensions }) => awayCodes.has(extensions?.['code']));
}

/** What passed as the client's answer is not read for it. */
function isNothing(answer: FetchAnswer): boolean {
  return answer.passed === undefined && answer.data === null;
}
