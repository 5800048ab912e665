import { monitorEventLoopDelay } from 'node:perf_hooks';
import { CodedError } from '@tributary/runtime';
import type { OperationTypeNode } from 'graphql';

/** How late the event loop turns. */
export interface Lateness extends Disposable {
  readonly lateMs: number;
}

const windowMs = 250;
const resolutionMs = 10;
/** Mutations go on while queries are refused already: a person waits for what they have just done. */
const mutationShare = 2;

/** Measures it, by the mean of a quarter of a second: one long turn is no overload. */
export function eventLoopLateness(): Lateness {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let lateMs = 0;
  const look = setInterval(() => {
    // From one wake-up of the histogram to the next, which are `resolutionMs` apart when nothing is late.
    lateMs = Math.max(0, delays.mean / 1e6 - resolutionMs);
    delays.reset();
  }, windowMs);
  look.unref();
  return {
    get lateMs() {
      return lateMs;
    },
    [Symbol.dispose]: () => {
      clearInterval(look);
      delays.disable();
    },
  };
}

/**
 * Refuses operations while the event loop turns late, queries first: every answer would be late then, and what is refused in a millisecond
 * makes room. Health is none of its business.
 * @throws CodedError OVERLOADED
 */
export function admitUnlessLate(kind: OperationTypeNode, lateMs: number, limitMs: number): void {
  if (lateMs <= (kind === 'mutation' ? mutationShare * limitMs : limitMs)) return;
  throw new CodedError('OVERLOADED', 'There is more to do than can be done in time.', {
    details: { retryAfterSeconds: 1 },
  });
}
