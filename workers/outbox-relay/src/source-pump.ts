import { setTimeout as delay } from 'node:timers/promises';
import { type EventLog, largestEventBytes } from '@tributary/engines/event-log';
import { PartitionsAway } from '@tributary/engines/event-log/partitions-away';
import type { OutboxSource, PendingEvent } from '@tributary/engines/outbox';
import { type Clock, CodedError, inSpan, type Logger, recordForEach, tellTrouble } from '@tributary/runtime';
import { Backoff } from './backoff.ts';
import { Doorbell } from './doorbell.ts';
import { giveUp } from './given-up.ts';
import { MovedRows } from './moved-rows.ts';
import type { RelayMetrics } from './relay-metrics.ts';
import { TopicTrouble } from './topic-trouble.ts';

/** As many as the embedded log takes with one statement. */
const batchSize = 1_000;
/** Events of failing topics are read past, so that others go on; beyond this many everything waits. */
const longestDetour = 5_000;
/** What a look brings into memory, as JSON; several times that as objects. One event may have more. */
const lookBytes = 16_000_000;
/** The same for what is read past. */
const longestDetourBytes = 64_000_000;
/** Wakes are hints; this look is the promise. */
const pollMs = 200;
/**
 * After a look that moved some events, but not a batch of them, the pump rests as long as that look took, and no longer than this: what comes meanwhile costs the next look
 * little more, where a look of its own would cost two statements and a commit. While little happens a look takes a few milliseconds; the more comes, the fuller batches are,
 * and those that are full follow each other without a rest.
 */
const longestRestMs = 25;

export interface PumpDeps {
  readonly source: OutboxSource;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly metrics: RelayMetrics;
  readonly clock: Clock;
}

/** What one look at the outbox came to. */
interface Look {
  /** Something moved, or there is more to see: look again at once. */
  readonly goOn: boolean;
  /** Some events wait for a topic the log refused. */
  readonly troubled: boolean;
  /** All there was to see was moved, and less than a batch: what comes next may gather for a while. */
  readonly isSmall: boolean;
}

/**
 * Moves events of one source to the log: in one transaction where both lie in one database, else append, then forget. Killed in between, the next leader
 * appends them again, and the log, or the consumer, drops what it knows by id. Within a topic the order is the source's; the next batch waits for this one.
 */
export class SourcePump {
  readonly #deps: PumpDeps;
  readonly #bell = new Doorbell();
  /** Per topic, so that one the log refuses holds up nobody else. */
  readonly #troubles = new Map<string, TopicTrouble>();
  readonly #sourceAway = new Backoff();
  readonly #mark: MovedRows;
  #detour = 0;
  #detourBytes = 0;

  readonly #tellOfTopic = new Map<string, (err: unknown) => void>();
  readonly #tellOfSource: (err: unknown) => void;

  constructor(deps: PumpDeps) {
    this.#deps = deps;
    const { logger: log, clock } = deps;
    this.#mark = new MovedRows(deps);
    this.#tellOfSource = tellTrouble({
      log,
      clock,
      message: 'the outbox cannot be read, or what the log has cannot be taken out of it; trying again',
      over: 'the outbox can be read and emptied again',
    });
  }

  /** Pumps until `signal` aborts, and then to the end of the running batch. */
  async run(signal: AbortSignal): Promise<void> {
    const ring = (): void => this.#bell.ring();
    signal.addEventListener('abort', ring, { once: true });
    let waking: AsyncDisposable | undefined;
    try {
      while (!signal.aborted) {
        this.#bell.reset();
        const begunMs = performance.now();
        let look: Look = { goOn: false, troubled: false, isSmall: false };
        try {
          waking ??= await this.#deps.source.onCommitted(ring);
          look = await this.#look(signal);
          this.#sourceAway.succeeded();
          await this.#mark.note();
        } catch (err) {
          this.#sourceAway.failed(this.#deps.clock.monotonicMs());
          this.#tellOfSource(err);
          await this.#sourceAway.pause(this.#deps.clock.monotonicMs(), signal);
          continue;
        }
        if (look.isSmall && !signal.aborted) await this.#pause(performance.now() - begunMs, signal);
        if (look.goOn || signal.aborted) continue;
        // Rings tell of new events, and the old ones that wait would be read again with each of them.
        if (look.troubled) await delay(pollMs, undefined, { signal }).catch(() => undefined);
        else await this.#bell.wait(pollMs);
      }
    } finally {
      signal.removeEventListener('abort', ring);
      await waking?.[Symbol.asyncDispose]();
    }
  }

  async #look(signal: AbortSignal): Promise<Look> {
    const limit = batchSize + this.#detour;
    const limitBytes = lookBytes + this.#detourBytes;
    const pending = await this.#deps.source.pending(limit, limitBytes);
    if (signal.aborted) return { goOn: false, troubled: false, isSmall: false };
    const results = await Promise.allSettled(
      [...this.#ready(pending)].map(([topic, events]) => this.#moveTopic(topic, events)),
    );
    let moved = 0;
    for (const result of results) {
      if (result.status === 'rejected') throw result.reason;
      moved += result.value;
    }
    const troubled = pending.filter((each) => this.#troubles.get(each.topic)?.concerns(each) === true);
    const [detourBefore, detourBytesBefore] = [this.#detour, this.#detourBytes];
    this.#detour = Math.min(longestDetour, troubled.length);
    this.#detourBytes = Math.min(longestDetourBytes, bytesOf(troubled));
    // The next one might not have fitted in.
    const wasFull = pending.length === limit || bytesOf(pending) + largestEventBytes > limitBytes;
    const seesFurther = wasFull && (this.#detour > detourBefore || this.#detourBytes > detourBytesBefore);
    const isSmall = moved > 0 && moved === pending.length && moved < batchSize;
    return { goOn: moved > 0 || seesFurther, troubled: troubled.length > 0, isSmall };
  }

  async #pause(tookMs: number, signal: AbortSignal): Promise<void> {
    await delay(Math.min(longestRestMs, tookMs), undefined, { signal }).catch(() => undefined);
  }

  /** What may be tried now, by topic, a batch of each at most. */
  #ready(pending: readonly PendingEvent[]): Map<string, PendingEvent[]> {
    const now = this.#deps.clock.monotonicMs();
    const byTopic = new Map<string, PendingEvent[]>();
    for (const event of pending) {
      const trouble = this.#troubles.get(event.topic);
      if (trouble?.isResting(now) === true && trouble.concerns(event)) continue;
      const events = byTopic.get(event.topic);
      if (events === undefined) byTopic.set(event.topic, [event]);
      else if (events.length < batchSize) events.push(event);
    }
    return byTopic;
  }

  /** Answers how many the log took; a refusal rests the topic and is no failure of the others. */
  async #moveTopic(topic: string, events: readonly PendingEvent[]): Promise<number> {
    const { log, source, clock } = this.#deps;
    const isOwn = log.move !== undefined && log.ownOutbox === source.place;
    let taken = events.length;
    try {
      await inSpan('outbox.relay', { topic, count: events.length }, async () => {
        const startedAtMs = clock.now();
        // Fewer where another relay, which led meanwhile, has moved some.
        if (isOwn) taken = (await log.move?.(topic, events)) ?? 0;
        else
          await log.append(
            topic,
            events.map(({ event }) => event),
          );
        const traceparents = events.map(({ event }) => event.traceparent);
        recordForEach('outbox.relayed', { attributes: { topic }, startedAtMs, traceparents });
      });
    } catch (err) {
      if (err instanceof CodedError && err.code === 'PAYLOAD_TOO_LARGE')
        return this.#moveParts(topic, events);
      this.#rest(topic, err);
      return err instanceof PartitionsAway
        ? this.#moved(
            topic,
            events.filter(({ event }) => !err.concerns(event)),
          )
        : 0;
    }
    const trouble = this.#troubles.get(topic);
    // Where those that it concerns rest, nobody has tried them.
    if (trouble !== undefined && events.some((each) => trouble.concerns(each))) this.#troubles.delete(topic);
    if (isOwn) this.#figure(topic, events, taken);
    else await this.#moved(topic, events);
    return events.length;
  }

  /** What the log has is forgotten. Answers how many those are. */
  async #moved(topic: string, events: readonly PendingEvent[]): Promise<number> {
    if (events.length > 0) await this.#deps.source.forget(events);
    this.#figure(topic, events, events.length);
    return events.length;
  }

  #figure(topic: string, events: readonly PendingEvent[], taken: number): void {
    const { metrics, clock } = this.#deps;
    this.#mark.saw(events);
    metrics.relayed.inc({ topic }, taken);
    for (const { event } of events)
      metrics.lagSeconds.observe(Math.max(0, clock.now() - Date.parse(event.time)) / 1000);
  }

  /** The log takes one of them never: halved until it is found, which is given up, so that those behind it need not wait for ever. */
  async #moveParts(topic: string, events: readonly PendingEvent[]): Promise<number> {
    const [first, ...others] = events;
    if (first === undefined) return 0;
    if (others.length === 0) {
      try {
        await giveUp(first, this.#deps);
      } catch (err) {
        return this.#rest(topic, err);
      }
      this.#troubles.delete(topic);
      await this.#deps.source.forget(events);
      return 1;
    }
    const middle = Math.ceil(events.length / 2);
    const moved = await this.#moveTopic(topic, events.slice(0, middle));
    if (moved < middle) return moved;
    return moved + (await this.#moveTopic(topic, events.slice(middle)));
  }

  #rest(topic: string, err: unknown): 0 {
    const { metrics, clock } = this.#deps;
    const trouble = this.#troubles.get(topic) ?? new TopicTrouble();
    this.#troubles.set(topic, trouble);
    trouble.failed(clock.monotonicMs(), err);
    metrics.failures.inc({ topic });
    this.#tellOf(topic)(err);
    return 0;
  }

  #tellOf(topic: string): (err: unknown) => void {
    const { logger: log, clock } = this.#deps;
    const known = this.#tellOfTopic.get(topic);
    if (known !== undefined) return known;
    const tell = tellTrouble({
      log,
      clock,
      message: 'the log did not take events; they stay in the outbox',
      over: 'the log takes the events again',
      fields: { topic },
    });
    this.#tellOfTopic.set(topic, tell);
    return tell;
  }
}

function bytesOf(events: readonly PendingEvent[]): number {
  return events.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
}
