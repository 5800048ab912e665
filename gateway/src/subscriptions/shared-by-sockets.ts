import type { Clock, CodedError } from '@tributary/runtime';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { TurnFlusher } from './frame-writer.ts';
import type { RealTimeFigures } from './real-time-figures.ts';
import type { Asker, SocketDoors } from './socket-doors.ts';
import type { SocketCounts, SocketLimits } from './socket-limits.ts';
import type { EndedSubscriber } from './subscriber.ts';
import type { SubscriptionRequest } from './subscriptions.ts';
import type { UnreadPayloads } from './unread-payloads.ts';

/** Starts subscriptions, whatever feeds them. */
export interface SubscriptionStarter {
  /** Serves the subscriber until disposed; undefined when `isGone` said so on the way. @throws what refuses it: nothing was started. */
  start(
    request: SubscriptionRequest & { readonly asker: Asker | undefined },
    subscriber: EndedSubscriber,
    isGone: () => boolean,
  ): Promise<Disposable | undefined>;
}

/** What all sockets of one server have in common. */
export interface SharedBySockets {
  readonly doors: SocketDoors;
  readonly subscriptions: SubscriptionStarter;
  readonly limits: SocketLimits;
  readonly clock: Clock;
  readonly figures: RealTimeFigures;
  readonly counts: SocketCounts;
  readonly flusher: TurnFlusher;
  readonly unread: UnreadPayloads;
  /** An error as the user may see it. */
  shown(error: GraphQLError): GraphQLFormattedError;
  shownCoded(error: CodedError): GraphQLFormattedError;
}
