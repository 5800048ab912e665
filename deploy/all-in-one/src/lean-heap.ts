import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Keeps garbage below half of what lives while `work` runs. Where memory is plenty V8 lets a heap grow to four times what lives in it
 * before it looks at the old part, and then keeps that for as long as the process idles: a bulk load would leave 200 MB behind.
 * Afterwards the collector is as it was, because looking more often costs requests time.
 */
export async function withLeanHeap<Result>(work: () => Promise<Result>): Promise<Result> {
  setFlagsFromString('--heap-growing-percent=50');
  try {
    return await work();
  } finally {
    setFlagsFromString('--heap-growing-percent=0');
    collectGarbage();
    // What was written is still to be relayed, measured and audited: sooner here, later on a busy machine.
    for (const afterMs of settledMs) setTimeout(collectGarbage, afterMs).unref();
  }
}

/** By one of these moments what follows from a load has been worked off. */
const settledMs = [3_000, 10_000, 30_000, 90_000];

/** Left to itself V8 finds out minutes later, on a busy machine, that it can give memory back. Takes about 100 ms. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collect === 'function') collect();
}
