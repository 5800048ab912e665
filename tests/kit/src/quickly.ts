const tries = 10;

/**
 * Does something until one time it takes less than `limitMs`, and answers what that gave. What is slow by itself is so every time; what is
 * quick is so at one time or another, however busy the machine.
 * @throws Error with the shortest time when each try took longer
 */
export async function quickly<Value>(limitMs: number, work: () => Value | Promise<Value>): Promise<Value> {
  let shortestMs = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const startedMs = performance.now();
    const value = await work();
    const tookMs = performance.now() - startedMs;
    if (tookMs < limitMs) return value;
    shortestMs = Math.min(shortestMs, tookMs);
  }
  throw new Error(`it took ${Math.round(shortestMs)} ms at least, not less than ${limitMs}`);
}
