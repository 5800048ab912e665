/** Fewer pairs than this say nothing of a distribution in ten parts. */
export const minDriftPairs = 100;

const parts = 10;
/** For a part that has nobody: a share of nought has no logarithm. */
const leastShare = 1e-4;

/**
 * The population stability index of `later` against `earlier`: Σ (qᵢ − pᵢ) · ln(qᵢ / pᵢ) over the deciles of `earlier` (N. Siddiqi, Credit Risk
 * Scorecards, 2006, ch. 10; it is Jeffreys' divergence of the binned distributions). Below 0.1 they count as alike, above 0.25 as different.
 * Null with fewer than 100 values on either side.
 */
export function populationStability(earlier: readonly number[], later: readonly number[]): number | null {
  if (earlier.length < minDriftPairs || later.length < minDriftPairs) return null;
  const sorted = earlier.toSorted((a, b) => a - b);
  const edges = Array.from(
    { length: parts - 1 },
    (_, at) => sorted[Math.floor(((at + 1) * sorted.length) / parts)] ?? 0,
  );
  const p = shares(earlier, edges);
  const q = shares(later, edges);
  return p.reduce((sum, each, at) => sum + ((q[at] ?? 0) - each) * Math.log((q[at] ?? 0) / each), 0);
}

/** Values equal to an edge lie above it, on both sides alike: a model that says few different numbers is compared fairly. */
function shares(values: readonly number[], edges: readonly number[]): readonly number[] {
  const counts: number[] = new Array(parts).fill(0);
  for (const value of values) {
    const at = edges.findIndex((edge) => value < edge);
    const part = at < 0 ? parts - 1 : at;
    counts[part] = (counts[part] ?? 0) + 1;
  }
  return counts.map((count) => Math.max(count / values.length, leastShare));
}

/** The mean of |later − earlier| over pairs; null without any. */
export function meanDifference(
  pairs: readonly { readonly live: number; readonly shadow: number }[],
): number | null {
  if (pairs.length === 0) return null;
  return pairs.reduce((sum, { live, shadow }) => sum + Math.abs(shadow - live), 0) / pairs.length;
}
