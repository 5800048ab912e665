import type { FetchAnswer } from '../execution/compiled/subgraph-fetch.ts';

const ours = ['SUBGRAPH_UNAVAILABLE', 'DEADLINE_EXCEEDED', 'OVERLOADED'] as const;

/** How a fetch ended, in few words: labels of figures must not be what subgraphs choose. */
export type FetchOutcome = 'answered' | 'errors' | (typeof ours)[number];

export function fetchOutcome({ errors = [] }: FetchAnswer, subgraph: string): FetchOutcome {
  const [first] = errors;
  if (first === undefined) return 'answered';
  const { code, subgraph: failed } = first.extensions ?? {};
  return failed === subgraph ? (ours.find((known) => known === code) ?? 'errors') : 'errors';
}
