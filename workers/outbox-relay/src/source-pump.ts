import type { EventLog } from '@tributary/engines/event-log';
import type { OutboxSource, PendingEvent } from '@tributary/engines/outbox';
import { type Clock, inSpan, type Logger } from '@tributary/runtime';
import { Backoff } from './backoff.ts';
import { Doorbell } from './doorbell.ts';
import type { RelayMetrics } from './relay-metrics.ts';

const batchSize = 500;
/** Events of failing topics are read past, so that others go on; beyond this many everything waits. */
const longestDetour = 5_000;
/** Wakes are hints; this look is the promise. */
const pollMs = 200;

export interface PumpDeps {
  readonly source: OutboxSource;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly metrics: RelayMetrics;
  readonly clock: Clock;
}

/**
 * Moves events of one source to the log: append, then forget. Killed in between, the next leader appends them again, and the log, or the
 * consumer, drops what it knows by id. Within a topic the order is the source's; the next batch waits for this one.
 */
export class SourcePump {
  readonly #deps: PumpDeps;
  readonly #bell = new Doorbell();
  /** Per topic, so that one the log refuses holds up nobody else. */
  readonly #resting = new Map<string, Backoff>();
  readonly #sourceAway = new Backoff();
  #detour = 0;

  constructor(deps: PumpDeps) {
    this.#deps = deps;
  }

  /** Pumps until `signal` aborts, and then to the end of the running batch. */
  async run(signal: AbortSignal): Promise<void> {
    const ring = (): void => this.#bell.ring();
    signal.addEventListener('abort', ring, { once: true });
    let waking: AsyncDisposable | undefined;
    try {
      while (!signal.aborted) {
        this.#bell.reset();
        try {
          waking ??= await this.#deps.source.onCommitted(ring);
          const moved = await this.#moveBatch(signal);
          this.#sourceAway.succeeded();
          if (moved > 0) continue;
        } catch (err) {
          const attempt = this.#sourceAway.failed(this.#deps.clock.monotonicMs());
          this.#deps.logger.warn({ err, attempt }, 'the outbox cannot be read; trying again');
        }
        if (!signal.aborted) await this.#bell.wait(this.#waitMs());
        // A look that comes too early after a failure would only knock on a closed door.
        await this.#sourceAway.pause(this.#deps.clock.monotonicMs(), signal);
      }
    } finally {
      signal.removeEventListener('abort', ring);
      await waking?.[Symbol.asyncDispose]();
    }
  }

  async #moveBatch(signal: AbortSignal): Promise<number> {
    const pending = await this.#deps.source.pending(batchSize + this.#detour);
    const byTopic = new Map<string, PendingEvent[]>();
    let resting = 0;
    const now = this.#deps.clock.monotonicMs();
    for (const event of pending) {
      const topicRests = this.#resting.get(event.topic)?.isResting(now) === true;
      const events = byTopic.get(event.topic);
      if (topicRests) resting += 1;
      else if (events === undefined) byTopic.set(event.topic, [event]);
      else events.push(event);
    }
    this.#detour = Math.min(longestDetour, resting);
    if (byTopic.size === 0 || signal.aborted) return 0;
    const results = await Promise.allSettled(
      [...byTopic].map(([topic, events]) => this.#moveTopic(topic, events)),
    );
    let moved = 0;
    for (const result of results) {
      if (result.status === 'rejected') throw result.reason;
      moved += result.value;
    }
    return moved;
  }

  /** Answers how many the log took; a refusal rests the topic and is no failure of the others. */
  async #moveTopic(topic: string, events: readonly PendingEvent[]): Promise<number> {
    const { log, source, metrics, clock, logger } = this.#deps;
    try {
      await inSpan('outbox.relay', { topic, count: events.length }, () =>
        log.append(
          topic,
          events.map(({ event }) => event),
        ),
      );
    } catch (err) {
      const backoff = this.#resting.get(topic) ?? new Backoff();
      this.#resting.set(topic, backoff);
      const attempt = backoff.failed(clock.monotonicMs());
      metrics.failures.inc({ topic });
      logger.warn(
        { err, topic, attempt, count: events.length },
        'the log did not take events; they stay in the outbox',
      );
      return 0;
    }
    this.#resting.delete(topic);
    await source.forget(events);
    metrics.relayed.inc({ topic }, events.length);
    for (const { event } of events) metrics.lagMs.observe(Math.max(0, clock.now() - Date.parse(event.time)));
    return events.length;
  }

  #waitMs(): number {
    const now = this.#deps.clock.monotonicMs();
    return Math.max(
      1,
      Math.min(pollMs, ...[...this.#resting.values()].map((backoff) => backoff.restMs(now) || pollMs)),
    );
  }
}
