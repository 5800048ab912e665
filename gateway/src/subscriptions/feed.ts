import type { LogRecord } from '@tributary/engines/event-log';
import { CodedError } from '@tributary/runtime';
import { asGraphQLError } from '@tributary/subgraph-kit';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { type Interest, matchesType } from './candidate-index.ts';
import { executeForEvent, type Outcome, type PreparedStream } from './event-execution.ts';
import type { LogHub } from './log-hub.ts';
import type { LogPages } from './log-pages.ts';
import { after, later } from './log-position.ts';
import { OrderedRuns } from './ordered-runs.ts';
import type { RealTimeFigures } from './real-time-figures.ts';
import type { SharedOutcomes } from './shared-outcomes.ts';
import { matchesSubject } from './subject-pattern.ts';
import type { Subscriber } from './subscriber.ts';

/** What all subscribers of one feed have in common. */
export interface FeedSpec {
  readonly key: string;
  readonly topic: string;
  readonly interest: Interest;
  readonly prepared: PreparedStream;
  readonly mayConcern: (event: LogRecord['event']) => boolean;
}

/** What a feed shares with the other feeds of the process. */
export interface FeedSurroundings {
  readonly hub: LogHub;
  readonly outcomes: SharedOutcomes;
  readonly figures: RealTimeFigures;
  /** Aborted when the process stops serving subscriptions. */
  readonly signal: AbortSignal;
  live(key: string): Feed | undefined;
  becameLive(feed: Feed): void;
  noLongerLive(feed: Feed): void;
  closed(feed: Feed): void;
  moved(subscriber: Subscriber, feed: Feed): void;
  /** Runs one read of the log when its turn has come. */
  reading<Result>(read: () => Promise<Result> | undefined): Promise<Result | undefined>;
  pause(ms: number, signal: AbortSignal): Promise<void>;
  delivered(count: number, timestampMs: number): void;
  /** An error as the user may see it. */
  shown(error: GraphQLError): GraphQLFormattedError;
}

/** Executions in flight at once for one feed; results leave in order. */
const width = 8;
/** Records in hand, and their bytes as JSON, before a live feed falls back to catching up. One record fits, however large. */
const liveLimit = 1_000;
const liveBytes = 4 * 1024 * 1024;
/** A feed that catches up has no more in hand than this: the log is faster than any network. */
const catchUpLimit = 32;
const catchUpBytes = 128 * 1024;
/** Readers of one feed wait this long for the slowest of them, while they catch up. */
const patienceMs = 1_000;
const troublePauseMs = 500;

/**
 * A stream of payloads from one position of a topic on, for one or more subscribers.
 *
 * It starts by catching up: from the log in pages, then from the hub's recent records. When nothing lies between its position and
 * the hub's, in one synchronous step, it hands its subscribers to the live feed of the same key, or becomes it. A live feed
 * whose queue grows too long leaves the hub and catches up the same way, so that memory stays bounded and nothing is lost.
 */
export class Feed {
  readonly spec: FeedSpec;
  readonly #registry: FeedSurroundings;
  /** Subscribers, and the first sequence number that is theirs. */
  readonly #subscribers = new Map<Subscriber, number>();
  readonly #runs = new OrderedRuns<Outcome>(width);
  readonly #closed = new AbortController();
  #position: number[];
  #sequence = 0;
  /** Of the records that came live and wait for their execution or for those before them. */
  #waitingBytes = 0;
  /** Of the last payload; until there is one, as large as it takes to go one by one. */
  #payloadBytes = catchUpBytes;
  #listening: Disposable | undefined;

  constructor(registry: FeedSurroundings, spec: FeedSpec, from: readonly number[]) {
    this.#registry = registry;
    this.spec = spec;
    this.#position = [...from];
  }

  start(subscriber: Subscriber): void {
    this.#subscribers.set(subscriber, 0);
    void this.#catchUp();
  }

  /** Takes over a subscriber that has everything up to this moment. */
  adopt(subscriber: Subscriber): void {
    this.#subscribers.set(subscriber, this.#sequence);
    this.#registry.moved(subscriber, this);
  }

  remove(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
    if (this.#subscribers.size === 0) this.close();
  }

  close(): void {
    this.#closed.abort();
    this.#leaveHub();
    this.#runs.close();
    this.#addWaiting(-this.#waitingBytes);
    this.#subscribers.clear();
    this.#registry.closed(this);
  }

  async #catchUp(): Promise<void> {
    const { hub } = this.#registry;
    const { topic } = this.spec;
    let pages: LogPages | undefined;
    while (!this.#closed.signal.aborted) {
      try {
        await this.#ready(1);
        if (this.#closed.signal.aborted) return;
        if (!hub.hasReached(topic, this.#position)) {
          await hub.advanced();
          continue;
        }
        const recent = hub.recentAfter(topic, this.#position);
        if (recent?.records.length === 0) {
          this.#goLive();
          return;
        }
        if (recent === undefined) pages ??= hub.pagesAfter(topic, this.#position);
        else pages = undefined;
        const page = recent ?? (await this.#registry.reading(() => pages?.next()));
        if (page === undefined) continue;
        // Read to where the hub was when the pages were begun: go on from where it is now.
        if (page.records.length === 0) pages = undefined;
        for (const record of page.records) await this.#take(record);
        this.#position = later(this.#position, page.through);
      } catch (error) {
        pages = undefined;
        if (error instanceof CodedError && error.retryable)
          await this.#registry.pause(troublePauseMs, this.#closed.signal);
        else this.#refuseAll([this.#registry.shown(asGraphQLError(error))]);
      }
    }
  }

  /** Fewer than `limit` records are in hand, and what was delivered has been read. */
  async #ready(limit: number): Promise<void> {
    await this.#runs.below(limit);
    const [only, ...others] = [...this.#subscribers.keys()];
    if (only === undefined) return;
    if (others.length === 0) await only.drained();
    else {
      const drained = Promise.all([only, ...others].map((subscriber) => subscriber.drained()));
      await Promise.race([drained, this.#registry.pause(patienceMs, this.#closed.signal)]);
    }
  }

  async #take(record: LogRecord): Promise<void> {
    const inHand = Math.floor(catchUpBytes / this.#payloadBytes);
    await this.#ready(Math.max(1, Math.min(catchUpLimit, inHand)));
    if (this.#closed.signal.aborted) return;
    this.#position = after(this.#position, record);
    const { topic, interest, mayConcern } = this.spec;
    const { event } = record;
    if (event.workspaceid !== interest.workspaceId || !matchesType(interest.types, event.type)) return;
    if (!matchesSubject(interest.subject, event.subject) || !mayConcern(event)) return;
    this.#run(record, this.#registry.hub.cursorAt(topic, this.#position));
  }

  #goLive(): void {
    const live = this.#registry.live(this.spec.key);
    if (live !== undefined) {
      for (const subscriber of this.#subscribers.keys()) live.adopt(subscriber);
      this.#subscribers.clear();
      this.close();
      return;
    }
    this.#registry.becameLive(this);
    const { topic, interest, mayConcern } = this.spec;
    this.#listening = this.#registry.hub.listen(topic, interest, ({ record, sizeBytes, cursor }) => {
      const isFull = this.#waitingBytes > 0 && this.#waitingBytes + sizeBytes > liveBytes;
      if (isFull || this.#runs.size >= liveLimit) this.#fallBack(record);
      else if (mayConcern(record.event)) this.#run(record, cursor(), sizeBytes);
    });
  }

  /** Leaves the hub in front of a record and reads it, and what follows, when there is room. */
  #fallBack(record: LogRecord): void {
    if (this.#listening === undefined) return;
    this.#leaveHub();
    this.#registry.noLongerLive(this);
    this.#position = [...this.#registry.hub.position(record.topic)];
    this.#position[record.partition] = record.offset;
    void this.#catchUp();
  }

  #leaveHub(): void {
    this.#listening?.[Symbol.dispose]();
    this.#listening = undefined;
  }

  /** `sizeBytes` counts towards what waits; what is read when there is room for it does not wait. */
  #run(record: LogRecord, cursor: string, sizeBytes = 0): void {
    const sequence = this.#sequence++;
    this.#addWaiting(sizeBytes);
    const key = `${this.spec.key}\n${record.topic}/${record.partition}/${record.offset}\n${cursor}`;
    this.#runs.push(
      () => this.#registry.outcomes.once(key, () => this.#execute(record, cursor)),
      (outcome) => {
        this.#addWaiting(-sizeBytes);
        this.#handOut(outcome, sequence);
      },
    );
  }

  #addWaiting(sizeBytes: number): void {
    this.#waitingBytes += sizeBytes;
    this.#registry.figures.waitingBytes.inc(sizeBytes);
  }

  async #execute(record: LogRecord, cursor: string): Promise<Outcome> {
    const [someone] = this.#subscribers.keys();
    if (someone === undefined) return { kind: 'unavailable' };
    const { event, timestampMs } = record;
    this.#registry.figures.executions.inc();
    // Other feeds may wait for the same outcome: it does not end with this feed, but with the process.
    const { signal } = this.#registry;
    return executeForEvent({
      prepared: this.spec.prepared,
      principal: someone.principal,
      event,
      cursor,
      timestampMs,
      signal,
    });
  }

  #handOut(outcome: Outcome, sequence: number): void {
    if (outcome.kind === 'nothing') return;
    if (outcome.kind === 'refused') this.#refuseAll(outcome.errors);
    else if (outcome.kind === 'unavailable') this.#interruptAll();
    else {
      let deliveries = 0;
      this.#payloadBytes = outcome.payload.byteLength;
      for (const [subscriber, from] of this.#subscribers) {
        if (sequence < from) continue;
        subscriber.deliver(outcome.payload);
        deliveries += 1;
      }
      this.#registry.delivered(deliveries, outcome.timestampMs);
    }
  }

  #refuseAll(errors: readonly GraphQLFormattedError[]): void {
    const subscribers = [...this.#subscribers.keys()];
    this.close();
    for (const subscriber of subscribers) subscriber.refuse(errors);
  }

  #interruptAll(): void {
    const subscribers = [...this.#subscribers.keys()];
    this.close();
    for (const subscriber of subscribers) subscriber.interrupt();
  }
}
