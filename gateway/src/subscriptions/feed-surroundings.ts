import type { LogRecord } from '@tributary/engines/event-log';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { PreparedStream } from '../execution/stream-execution.ts';
import type { Interest } from './candidate-index.ts';
import type { ExecutionTurns } from './execution-turns.ts';
import type { LogHub } from './log-hub.ts';
import type { RealTimeFigures } from './real-time-figures.ts';
import type { SharedOutcomes } from './shared-outcomes.ts';
import type { Subscriber } from './subscriber.ts';

/** What all subscribers of one feed have in common. */
export interface FeedSpec {
  readonly key: string;
  /** Of the subscriber it was made for: who pays with turns. */
  readonly owner: string;
  readonly topic: string;
  readonly interest: Interest;
  readonly prepared: PreparedStream;
  readonly mayConcern: (event: LogRecord['event']) => boolean;
  /** Conditions on texts that `mayConcern` looks at. */
  readonly conditions: number;
}

/** A feed as the others see it. */
export interface LiveFeed {
  readonly spec: FeedSpec;
  /** Takes over a subscriber that has everything up to this moment. */
  adopt(subscriber: Subscriber): void;
}

/** What a feed shares with the other feeds of the process. */
export interface FeedSurroundings {
  readonly hub: LogHub;
  readonly outcomes: SharedOutcomes;
  readonly turns: ExecutionTurns;
  readonly figures: RealTimeFigures;
  /** Aborted when the process stops serving subscriptions. */
  readonly signal: AbortSignal;
  ownerOf(subscriber: Subscriber): string;
  /** Records that a live feed of one subscriber may have in hand, as many as there are such. */
  readonly fairShare: number;
  live(key: string): LiveFeed | undefined;
  becameLive(feed: LiveFeed): void;
  noLongerLive(feed: LiveFeed): void;
  closed(feed: LiveFeed): void;
  moved(subscriber: Subscriber, feed: LiveFeed): void;
  /** Runs one read of the log when its turn has come. */
  reading<Result>(read: () => Promise<Result> | undefined): Promise<Result | undefined>;
  pause(ms: number, signal: AbortSignal): Promise<void>;
  delivered(count: number, timestampMs: number): void;
  /** An error as the user may see it. */
  shown(error: GraphQLError): GraphQLFormattedError;
}
