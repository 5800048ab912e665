import type { KeyProvider } from '@tributary/engines/key-provider';
import type { Relational } from '@tributary/engines/relational';
import type { EnqueuedTogether, JobWake } from '@tributary/job-queue';
import type { Clock, Logger, Turns } from '@tributary/runtime';
import type { EventShapes } from './domain/event-paths.ts';
import type { NextTicks } from './usecases/next-ticks.ts';

/** What the use cases work with. */
export interface JobsCore {
  readonly relational: Relational;
  /** Wraps the secrets of hooks. */
  readonly keyProvider: KeyProvider;
  readonly clock: Clock;
  readonly log: Logger;
  /** Enqueues what calls ask for at the same time in one round trip. */
  readonly together: EnqueuedTogether;
  /** Tells runners, after a commit, that there is something to do. */
  readonly wake: JobWake;
  /** When schedules tick next. */
  readonly nextTicks: NextTicks;
  /** In which graphs of runs are read. */
  readonly graphTurns: Turns;
  /** Of the events that triggers may follow, and of others. */
  readonly eventShapes: EventShapes;
}
