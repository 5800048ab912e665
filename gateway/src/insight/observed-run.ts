/** Codes that the gateway gives to fetches that failed. */
export const fetchFailures = ['SUBGRAPH_UNAVAILABLE', 'DEADLINE_EXCEEDED', 'OVERLOADED'] as const;

/** How a fetch ended, in few words: labels of figures must not be what subgraphs choose. */
export type FetchOutcome = 'answered' | 'errors' | 'given up' | (typeof fetchFailures)[number];

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
  /** The plan it ran by, in one line; undefined before it runs, or where it goes along with the run of another. */
  plan: string | undefined;
  /** How long it waited for its plan, its place in the line included; undefined where the plan was there. */
  planningMs: number | undefined;
  /** Undefined when the operation is not traced. */
  readonly trace: RunTrace | undefined;
}

/** Waits for what has to be planned, and tells how long. */
export async function planned<Made>(made: Promise<Made>, observed: ObservedRun | undefined): Promise<Made> {
  if (observed === undefined) return made;
  const sinceMs = performance.now();
  try {
    return await made;
  } finally {
    observed.planningMs = (observed.planningMs ?? 0) + performance.now() - sinceMs;
  }
}

/** Takes what of an operation is traced. */
export interface RunTrace {
  /** To be called when a plan has to be made. */
  plan(): PlanTrace | undefined;
  fetch(subgraph: string): FetchTrace;
}

export interface PlanTrace {
  end(isFailed: boolean): void;
}

export interface FetchTrace {
  /** What the subgraph is told. */
  readonly traceparent: string;
  end(outcome: FetchOutcome): void;
}
