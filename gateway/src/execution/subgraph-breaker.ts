import { CodedError } from '@tributary/runtime';
import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  isBrokenCircuitError,
  isTaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';

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
    callerGone: AbortSignal | undefined,
  ): Promise<Result>;
}

/** Keeps a subgraph that is away from costing every request its timeout. */
export function createSubgraphBreaker(options: SubgraphBreakerOptions): SubgraphBreaker {
  const breaker = circuitBreaker(
    handleWhen((error) => !(error instanceof CallerGone)),
    { halfOpenAfter: options.retryAfterMs, breaker: new ConsecutiveBreaker(options.failureThreshold) },
  );
  breaker.onStateChange((state) => options.onState(stateNames[state] ?? 'open'));
  const policy = wrap(breaker, timeout(options.timeoutMs, TimeoutStrategy.Aggressive));
  return {
    run: async (call, callerGone) => {
      try {
        return await policy.execute(async ({ signal }) => {
          const combined = callerGone === undefined ? signal : AbortSignal.any([signal, callerGone]);
          try {
            return await call(combined);
          } catch (error) {
            throw callerGone?.aborted === true
              ? new CallerGone('The caller went away.', { cause: error })
              : error;
          }
        });
      } catch (cause) {
        if (isTaskCancelledError(cause))
          throw new CodedError('DEADLINE_EXCEEDED', 'The subgraph did not answer in time.', { cause });
        if (isBrokenCircuitError(cause))
          throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The subgraph is away.', { cause });
        throw cause;
      }
    },
  };
}

class CallerGone extends Error {}

const stateNames: Readonly<Partial<Record<CircuitState, 'closed' | 'open' | 'half-open'>>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};
