import type { Clock, CodedError } from '@tributary/runtime';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { TurnFlusher } from './frame-writer.ts';
import type { RealTimeFigures } from './real-time-figures.ts';
import type { SocketDoors } from './socket-doors.ts';
import type { SocketCounts, SocketLimits } from './socket-limits.ts';
import type { Subscriptions } from './subscriptions.ts';

/** What all sockets of one server have in common. */
export interface SharedBySockets {
  readonly doors: SocketDoors;
  readonly subscriptions: Subscriptions;
  readonly limits: SocketLimits;
  readonly clock: Clock;
  readonly figures: RealTimeFigures;
  readonly counts: SocketCounts;
  readonly flusher: TurnFlusher;
  /** An error as the user may see it. */
  shown(error: GraphQLError): GraphQLFormattedError;
  shownCoded(error: CodedError): GraphQLFormattedError;
}
