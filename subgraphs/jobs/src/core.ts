import type { Relational } from '@tributary/engines/relational';
import type { JobWake } from '@tributary/job-queue';
import type { Clock } from '@tributary/runtime';

/** What the use cases work with. */
export interface JobsCore {
  readonly relational: Relational;
  readonly clock: Clock;
  /** Tells runners, after a commit, that there is something to do. */
  readonly wake: JobWake;
}
