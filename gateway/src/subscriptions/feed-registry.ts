import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Logger } from '@tributary/runtime';
import { maskError } from '@tributary/subgraph-kit';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { ExecutionTurns } from './execution-turns.ts';
import { Feed } from './feed.ts';
import type { FeedSpec, FeedSurroundings } from './feed-surroundings.ts';
import type { LogHub } from './log-hub.ts';
import type { RealTimeFigures } from './real-time-figures.ts';
import { SharedOutcomes } from './shared-outcomes.ts';
import type { Subscriber } from './subscriber.ts';

export interface FeedRegistryOptions {
  readonly hub: LogHub;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly figures: RealTimeFigures;
  /** Shared with whatever else executes for events. */
  readonly turns: ExecutionTurns;
}

/** Reads of the log by feeds that catch up, at once: a storm of clients that come back must not starve the tail. */
const readsAtOnce = 4;
/** Live records in hand of all feeds with one subscriber, and what each may have at least. */
const sharedByFeeds = 20_000;
const leastShare = 32;

/** All feeds of this process: who is live under which key, and which feed serves which subscriber. */
export class FeedRegistry implements FeedSurroundings, Disposable {
  readonly hub: LogHub;
  readonly figures: RealTimeFigures;
  readonly turns: ExecutionTurns;
  readonly outcomes = new SharedOutcomes(1_000, 8_192);
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #live = new Map<string, Feed>();
  readonly #feeds = new Set<Feed>();
  readonly #feedOf = new Map<Subscriber, Feed>();
  readonly #ownerOf = new WeakMap<Subscriber, string>();
  readonly #closing = new AbortController();
  #reads = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(options: FeedRegistryOptions) {
    this.hub = options.hub;
    this.figures = options.figures;
    this.turns = options.turns;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** Aborted when the process stops serving subscriptions. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Serves a subscriber from a position of the topic on. */
  start(subscriber: Subscriber, spec: FeedSpec, from: readonly number[]): void {
    const feed = new Feed(this, spec, from);
    this.#feeds.add(feed);
    this.figures.groups.set(this.#feeds.size);
    this.#feedOf.set(subscriber, feed);
    this.#ownerOf.set(subscriber, spec.owner);
    feed.start(subscriber);
  }

  stop(subscriber: Subscriber): void {
    const feed = this.#feedOf.get(subscriber);
    this.#feedOf.delete(subscriber);
    feed?.remove(subscriber);
  }

  /** Resolves when what is in hand for a subscriber is handed out, or, `upToNow`, all that has come until now. */
  async settled(subscriber: Subscriber, upToNow: boolean): Promise<void> {
    await this.#feedOf.get(subscriber)?.settled(upToNow);
  }

  moved(subscriber: Subscriber, feed: Feed): void {
    this.#feedOf.set(subscriber, feed);
  }

  ownerOf(subscriber: Subscriber): string {
    return this.#ownerOf.get(subscriber) ?? '';
  }

  get fairShare(): number {
    return Math.max(leastShare, Math.floor(sharedByFeeds / Math.max(1, this.#feeds.size)));
  }

  live(key: string): Feed | undefined {
    return this.#live.get(key);
  }

  becameLive(feed: Feed): void {
    this.#live.set(feed.spec.key, feed);
  }

  noLongerLive(feed: Feed): void {
    if (this.#live.get(feed.spec.key) === feed) this.#live.delete(feed.spec.key);
  }

  closed(feed: Feed): void {
    this.noLongerLive(feed);
    this.#feeds.delete(feed);
    this.figures.groups.set(this.#feeds.size);
  }

  /** Runs one read of the log when its turn has come. */
  async reading<Result>(read: () => Promise<Result> | undefined): Promise<Result | undefined> {
    if (this.#reads >= readsAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#reads += 1;
    try {
      return await read();
    } finally {
      this.#reads -= 1;
      this.#waiting.shift()?.();
    }
  }

  async pause(ms: number, signal: AbortSignal): Promise<void> {
    await delay(ms, undefined, { signal }).catch(() => undefined);
  }

  delivered(count: number, timestampMs: number): void {
    this.figures.deliveries.inc(count);
    this.figures.lagSeconds.observe(Math.max(0, this.#clock.now() - timestampMs) / 1000);
  }

  /** An error as the user may see it. */
  shown(error: GraphQLError): GraphQLFormattedError {
    return maskError(error, this.#logger).toJSON();
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
    for (const feed of [...this.#feeds]) feed.close();
  }
}
