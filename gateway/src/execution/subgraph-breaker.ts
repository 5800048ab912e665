import { CodedError } from '@tributary/runtime';
import { CallerGone, type Departure } from './departure.ts';
import { SubgraphCircuit, type SubgraphCircuitOptions } from './subgraph-circuit.ts';

export interface SubgraphBreakerOptions extends Omit<SubgraphCircuitOptions, 'nowMs'> {
  /** Milliseconds a call may take. */
  readonly timeoutMs: number;
}

export interface SubgraphBreaker {
  readonly state: SubgraphCircuit['state'];
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
export function createSubgraphBreaker({ timeoutMs, ...options }: SubgraphBreakerOptions): SubgraphBreaker {
  const circuit = new SubgraphCircuit({ ...options, nowMs: () => performance.now() });
  return {
    get state() {
      return circuit.state;
    },
    run: async (call, callerGone) => {
      const entered = circuit.enter();
      try {
        const result = await inTime(call, timeoutMs, callerGone);
        circuit.succeeded();
        return result;
      } catch (cause) {
        if (cause instanceof CallerGone) circuit.abandoned(entered);
        else circuit.failed(entered);
        throw cause;
      }
    },
  };
}

/** Runs the call, and stops waiting for it at its limit and when the caller went away: a subgraph in this process may not look at its signal. */
function inTime<Result>(
  call: (signal: AbortSignal) => Promise<Result>,
  timeoutMs: number,
  callerGone: Departure | undefined,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const settle = (): void => {
      clearTimeout(timer);
      callerGone?.removeEventListener('abort', leave);
    };
    const end = (reason: Error): void => {
      settle();
      reject(reason);
      over.abort();
    };
    const leave = (): void => end(new CallerGone());
    const timer = setTimeout(() => {
      end(new CodedError('DEADLINE_EXCEEDED', 'The subgraph did not answer in time.'));
    }, timeoutMs);
    if (callerGone?.aborted === true) {
      leave();
      return;
    }
    callerGone?.addEventListener('abort', leave, { once: true });
    call(over.signal).then(
      (result) => {
        settle();
        resolve(result);
      },
      (cause: unknown) => {
        settle();
        reject(cause);
      },
    );
  });
}
