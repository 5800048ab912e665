import type { LogRecord } from '@tributary/engines/event-log';
import type { ExecutionResult } from 'graphql';
import { executeForEvent, type Outcome } from './event-execution.ts';
import { effortOf, effortOfLooking } from './execution-turns.ts';
import type { FeedSpec, FeedSurroundings } from './feed-surroundings.ts';
import type { Subscriber } from './subscriber.ts';

const payingOwners = 4;

export interface FeedExecutionOptions {
  readonly spec: FeedSpec;
  readonly registry: FeedSurroundings;
  /** Of the feed, as they come and go. */
  readonly subscribers: ReadonlyMap<Subscriber, unknown>;
  /** Aborted when the feed is closed. */
  readonly signal: AbortSignal;
}

interface ToExecute {
  readonly record: LogRecord;
  readonly cursor: string;
  /** Its filter does not surely exclude it. */
  readonly isJudged: boolean;
}

/** Executes the subscription of a feed, record by record, in turn and for whoever waits by then. */
export class FeedExecution {
  readonly #options: FeedExecutionOptions;
  /** Of the last payload. */
  payloadBytes: number | undefined;

  constructor(options: FeedExecutionOptions) {
    this.#options = options;
  }

  /** Where one subscriber alone waits, its socket has room before anything is made for it. */
  async outcome(key: string, what: ToExecute): Promise<Outcome> {
    const { registry, signal } = this.#options;
    for (;;) {
      await this.#only()?.drained();
      // Nobody is left: equal feeds, which share outcomes, must not get one that was made for nobody.
      if (signal.aborted) return { kind: 'behind' };
      const outcome = await registry.outcomes.once(key, () => this.#execute(what));
      if (outcome.kind !== 'behind') return outcome;
    }
  }

  async #execute({ record, cursor, isJudged }: ToExecute): Promise<Outcome> {
    const { spec, registry, subscribers } = this.#options;
    const [someone] = subscribers.keys();
    if (someone === undefined) return { kind: 'behind' };
    const { event, timestampMs } = record;
    // Other feeds may wait for the same outcome: it ends with the process only.
    const { signal } = registry;
    let concerns = isJudged ? true : undefined;
    const mayConcern = (): boolean => (concerns ??= spec.mayConcern(event));
    return executeForEvent({
      prepared: spec.prepared,
      principal: someone.principal,
      event,
      cursor,
      timestampMs,
      signal,
      mayConcern: () => {
        // Its turn may come after the process stopped serving.
        const isWanted = !signal.aborted && mayConcern();
        if (isWanted) registry.figures.executions.inc();
        return isWanted;
      },
      inTurn: (execute) => this.#inTurn(execute, mayConcern),
    });
  }

  async #inTurn(
    execute: () => Promise<ExecutionResult>,
    mayConcern: () => boolean,
  ): Promise<ExecutionResult | 'behind'> {
    const { spec, registry, signal } = this.#options;
    const executed = await registry.turns.run({
      owners: this.#owners(),
      effort: () => (mayConcern() ? effortOf(spec, this.payloadBytes ?? 0) : effortOfLooking(spec)),
      isReady: () => !signal.aborted && this.#only()?.isBehind !== true,
      execute,
    });
    return executed ?? 'behind';
  }

  #only(): Subscriber | undefined {
    const { subscribers } = this.#options;
    const [only] = subscribers.size === 1 ? subscribers.keys() : [];
    return only;
  }

  /** Of the first few subscribers: nobody's turns delay what many wait for. */
  #owners(): readonly string[] {
    const { spec, registry, subscribers } = this.#options;
    const owners = new Set<string>();
    for (const subscriber of subscribers.keys()) {
      owners.add(registry.ownerOf(subscriber));
      if (owners.size === payingOwners) break;
    }
    return owners.size === 0 ? [spec.owner] : [...owners];
  }
}
