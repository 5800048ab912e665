/** Codes that the gateway gives to fetches that failed. */
export const fetchFailures = ['SUBGRAPH_UNAVAILABLE', 'DEADLINE_EXCEEDED', 'OVERLOADED'] as const;

/** How a fetch ended, in few words: labels of figures must not be what subgraphs choose. */
export type FetchOutcome = 'answered' | 'errors' | (typeof fetchFailures)[number];

/** One fetch of an operation, as it turned out. */
export interface FetchTiming {
  readonly subgraph: string;
  /** Since the operation began. */
  readonly startedAfterMs: number;
  readonly durationMs: number;
  readonly outcome: FetchOutcome;
}

/** What an operation came to, filled in while it runs. */
export interface ObservedRun {
  readonly startedMs: number;
  readonly fetches: FetchTiming[];
  /** Begins what is traced of a fetch; answers the `traceparent` its subgraph gets and what ends it. Undefined when the operation is not traced. */
  readonly trace: ((subgraph: string) => FetchTrace) | undefined;
}

export interface FetchTrace {
  readonly traceparent: string | undefined;
  end(outcome: FetchOutcome): void;
}
