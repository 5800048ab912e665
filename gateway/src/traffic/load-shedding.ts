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

/** How far apart the turns of a while were, milliseconds. */
interface Turns {
  readonly count: number;
  readonly meanMs: number;
  readonly longestMs: number;
}

const noTurns: Turns = { count: 0, meanMs: 0, longestMs: 0 };

/** Measures it, by the mean of the last quarter of a second and the one before, without the longest turn. */
export function eventLoopLateness(): Lateness {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let lateMs = 0;
  let before = noTurns;
  const look = setInterval(() => {
    const { count, mean, max } = delays;
    const now = count === 0 ? noTurns : { count, meanMs: mean / 1e6, longestMs: max / 1e6 };
    delays.reset();
    // From one wake-up of the histogram to the next, which are `resolutionMs` apart when nothing is late.
    lateMs = Math.max(0, usualMs(before, now) - resolutionMs);
    before = now;
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

/** One long turn is no overload, though it may be all there was in its window: without the longest. */
export function usualMs(...windows: readonly Turns[]): number {
  const count = windows.reduce((sum, each) => sum + each.count, 0);
  const sumMs = windows.reduce((sum, each) => sum + each.count * each.meanMs, 0);
  return count < 2 ? 0 : (sumMs - Math.max(...windows.map(({ longestMs }) => longestMs))) / (count - 1);
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
