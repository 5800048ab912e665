import type { Principal } from '@tributary/subgraph-kit';
import type { GraphQLFormattedError } from 'graphql';
import type { Payload } from './payload.ts';

/** Somebody on a socket or a stream who waits for the payloads of one subscription. */
export interface Subscriber {
  readonly principal: Principal;
  /** The subscription is in force from this position on (no cursor: an ephemeral channel). Called once, before anything is delivered. */
  accepted(cursor: string | undefined): void;
  deliver(payload: Payload): void;
  /** Ends the subscription with errors the user must see. */
  refuse(errors: readonly GraphQLFormattedError[]): void;
  /**
   * The events cannot be turned into payloads at the moment, as a part of the graph is away or the user's subscriptions cost too much:
   * the user comes back with the last cursor and loses nothing.
   */
  interrupt(why: 'away' | 'overloaded'): void;
  /** What was delivered has not left for the network. */
  readonly isBehind: boolean;
  /** Resolves when what was delivered has left for the network, or nobody is there any more. */
  drained(): Promise<void>;
}

/** One whose source can come to an end. */
export interface EndedSubscriber extends Subscriber {
  /** There will be no more payloads. */
  complete(): void;
}
