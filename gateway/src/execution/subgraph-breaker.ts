import { setMaxListeners } from 'node:events';
import { CodedError } from '@tributary/runtime';
import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  isBrokenCircuitError,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { CallerGone, type Departure } from './departure.ts';

export interface SubgraphBreakerOptions {
  /** Milliseconds a call may take. */
  readonly timeoutMs: number;
  /** Calls in a row that must fail before callers stop waiting for this subgraph. */
  readonly failureThreshold: number;
  /** Milliseconds after which one call tries again. */
  readonly retryAfterMs: number;
  readonly onState: (state: 'closed' | 'open' | 'half-open') => void;
}

export interface SubgraphBreaker {
  /**
   * Runs one call. `signal` inside aborts at the deadline and when the caller went away (which is not held against the subgraph).
   * @throws CodedError DEADLINE_EXCEEDED, or SUBGRAPH_UNAVAILABLE at once while the circuit is open.
   */
  run<Result>(
    call: (signal: AbortSignal) => Promise<Result>,
    callerGone: Departure | undefined,
  ): Promise<Result>;
}

/** Keeps a subgraph that is away from costing every request its timeout. */
export function createSubgraphBreaker(options: SubgraphBreakerOptions): SubgraphBreaker {
  const breaker = circuitBreaker(
    handleWhen((error) => !(error instanceof CallerGone)),
    { halfOpenAfter: options.retryAfterMs, breaker: new ConsecutiveBreaker(options.failureThreshold) },
  );
  breaker.onStateChange((state) => options.onState(stateNames[state] ?? 'open'));
  // A call that ended well has nobody to tell: an abort of each would make an exception nobody sees.
  const deadline = { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false };
  const policy = wrap(breaker, timeout(options.timeoutMs, deadline));
  // Each running call listens to it and lets go at its end. Without one of ours, cockatiel takes one signal for the whole process, and
  // Node warns of a leak from the eleventh call at a time on.
  const neverAborted = new AbortController().signal;
  setMaxListeners(0, neverAborted);
  return {
    run: async (call, callerGone) => {
      try {
        return await policy.execute(({ signal }) => unlessGone(call, signal, callerGone), neverAborted);
      } catch (cause) {
        // Not cockatiel's isTaskCancelledError, which looks for another class's mark.
        if (cause instanceof TaskCancelledError)
          throw new CodedError('DEADLINE_EXCEEDED', 'The subgraph did not answer in time.', { cause });
        if (isBrokenCircuitError(cause))
          throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The subgraph is away.', { cause });
        throw cause;
      }
    },
  };
}

/** Runs the call, and stops waiting for it when the caller went away: a subgraph in this process may not look at its signal. */
async function unlessGone<Result>(
  call: (signal: AbortSignal) => Promise<Result>,
  deadline: AbortSignal,
  callerGone: Departure | undefined,
): Promise<Result> {
  if (callerGone === undefined) return call(deadline);
  let leave: () => void = () => undefined;
  const left = new AbortController();
  const gone = new Promise<never>((_resolve, reject) => {
    leave = () => {
      left.abort();
      reject(new CallerGone());
    };
    if (callerGone.aborted) leave();
    else callerGone.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([call(AbortSignal.any([deadline, left.signal])), gone]);
  } catch (error) {
    throw callerGone.aborted ? new CallerGone({ cause: error }) : error;
  } finally {
    callerGone.removeEventListener('abort', leave);
  }
}

const stateNames: Readonly<Partial<Record<CircuitState, 'closed' | 'open' | 'half-open'>>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};
