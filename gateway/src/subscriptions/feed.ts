import type { LogRecord } from '@tributary/engines/event-log';
import { CodedError } from '@tributary/runtime';
import { asGraphQLError } from '@tributary/subgraph-kit';
import type { GraphQLFormattedError } from 'graphql';
import { matchesType } from './candidate-index.ts';
import type { Outcome } from './event-execution.ts';
import { FeedExecution } from './feed-execution.ts';
import type { FeedSpec, FeedSurroundings } from './feed-surroundings.ts';
import type { HeardRecord } from './log-hub.ts';
import type { LogPages } from './log-pages.ts';
import { after, later, reaches } from './log-position.ts';
import { OrderedRuns } from './ordered-runs.ts';
import { matchesSubject } from './subject-pattern.ts';
import type { Subscriber } from './subscriber.ts';

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

interface Judged {
  readonly sizeBytes: number;
  /** Its filter does not surely exclude it. */
  readonly isJudged: boolean;
}

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
  readonly #execution: FeedExecution;
  /** Of those who wait for it to come further. */
  #wake: (() => void)[] = [];
  #listening: Disposable | undefined;

  constructor(registry: FeedSurroundings, spec: FeedSpec, from: readonly number[]) {
    this.#registry = registry;
    this.spec = spec;
    this.#position = [...from];
    const { signal } = this.#closed;
    this.#execution = new FeedExecution({ spec, registry, subscribers: this.#subscribers, signal });
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
    this.#wakeAll();
    this.#registry.closed(this);
  }

  /** Resolves when the records in hand are handed out, or, `upToNow`, all that have come until now. */
  async settled(upToNow: boolean): Promise<void> {
    const now = this.#registry.hub.position(this.spec.topic);
    // While it is live, nothing that came is not in hand.
    while (upToNow && this.#listening === undefined && !this.#closed.signal.aborted) {
      if (reaches(this.#position, now)) break;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    await this.#runs.settled();
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
          await hub.advanced(topic, this.#position);
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
        this.#wakeAll();
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
    await this.#registry.turns.rest();
    // Until one was delivered nobody knows how large they are.
    const inHand = Math.floor(catchUpBytes / (this.#execution.payloadBytes ?? catchUpBytes));
    await this.#ready(Math.max(1, Math.min(catchUpLimit, inHand)));
    if (this.#closed.signal.aborted) return;
    this.#position = after(this.#position, record);
    const { topic, interest } = this.spec;
    const { event } = record;
    if (event.workspaceid !== interest.workspaceId || !matchesType(interest.types, event.type)) return;
    if (!matchesSubject(interest.subject, event.subject)) return;
    const position = this.#position;
    this.#judge({ record, cursor: () => this.#registry.hub.cursorAt(topic, position), sizeBytes: 0 });
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
    this.#wakeAll();
    const { topic, interest } = this.spec;
    this.#listening = this.#registry.hub.listen(topic, interest, (heard) => {
      const isFull = this.#waitingBytes > 0 && this.#waitingBytes + heard.sizeBytes > liveBytes;
      // Many feeds are many subscriptions that differ, or many clients that are behind.
      const share = this.#subscribers.size > 1 ? liveLimit : Math.min(liveLimit, this.#registry.fairShare);
      if (isFull || this.#runs.size >= share) this.#fallBack(heard.record);
      else this.#judge(heard);
    });
  }

  /** `sizeBytes` counts towards what waits; what is read when there is room for it does not wait. */
  #judge({ record, cursor, sizeBytes }: HeardRecord): void {
    // A filter is judged here only while it holds nobody up, or else in turn.
    const isJudged = this.#registry.turns.hasTime();
    if (!isJudged || this.spec.mayConcern(record.event)) this.#run(record, cursor(), { sizeBytes, isJudged });
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

  #run(record: LogRecord, cursor: string, { sizeBytes, isJudged }: Judged): void {
    const sequence = this.#sequence++;
    this.#addWaiting(sizeBytes);
    const key = `${this.spec.key}\n${record.topic}/${record.partition}/${record.offset}\n${cursor}`;
    this.#runs.push(
      () => this.#execution.outcome(key, { record, cursor, isJudged }),
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

  #handOut(outcome: Outcome, sequence: number): void {
    if (outcome.kind === 'nothing' || outcome.kind === 'behind') return;
    if (outcome.kind === 'refused') this.#refuseAll(outcome.errors);
    else if (outcome.kind === 'unavailable') this.#endAll((one) => one.interrupt('away'));
    else if (outcome.kind === 'overloaded') this.#endAll((one) => one.interrupt('overloaded'));
    else {
      let deliveries = 0;
      this.#execution.payloadBytes = outcome.payload.sizeBytes;
      for (const [subscriber, from] of this.#subscribers) {
        if (sequence < from) continue;
        subscriber.deliver(outcome.payload);
        deliveries += 1;
      }
      this.#registry.delivered(deliveries, outcome.timestampMs);
    }
  }

  #wakeAll(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }

  #refuseAll(errors: readonly GraphQLFormattedError[]): void {
    this.#endAll((subscriber) => subscriber.refuse(errors));
  }

  #endAll(end: (subscriber: Subscriber) => void): void {
    const subscribers = [...this.#subscribers.keys()];
    this.close();
    for (const subscriber of subscribers) end(subscriber);
  }
}
