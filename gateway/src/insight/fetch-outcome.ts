import type { FetchAnswer } from '../execution/compiled/subgraph-fetch.ts';
import { type FetchOutcome, fetchFailures } from './observed-run.ts';

/** How a fetch of a subgraph ended. */
export function fetchOutcome({ errors = [] }: FetchAnswer, subgraph: string): FetchOutcome {
  const [first] = errors;
  if (first === undefined) return 'answered';
  const { code, subgraph: failed } = first.extensions ?? {};
  return failed === subgraph ? (fetchFailures.find((known) => known === code) ?? 'errors') : 'errors';
}
