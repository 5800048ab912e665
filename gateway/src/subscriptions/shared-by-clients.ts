import type { Clock, CodedError, Logger } from '@tributary/runtime';
import { asGraphQLError, maskError } from '@tributary/subgraph-kit/masking';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { BudgetWaits } from './budget-waits.ts';
import { TurnFlusher } from './frame-writer.ts';
import type { SubscriptionRequest } from './opening-calls.ts';
import type { RealTimeFigures } from './real-time-figures.ts';
import type { Asker, SocketDoors } from './socket-doors.ts';
import { SocketCounts, type SocketLimits } from './socket-limits.ts';
import type { EndedSubscriber } from './subscriber.ts';
import { UnreadPayloads } from './unread-payloads.ts';

/** A subscription in force, until it is disposed of. */
export interface ServedSubscription extends Disposable {
  /** Resolves when the events that came before are handed out: not every client goes on by its last cursor, or can. */
  settled(): Promise<void>;
}

/** Starts subscriptions, whatever feeds them. */
export interface SubscriptionStarter {
  /** Serves the subscriber until disposed; undefined when `gone` was aborted on the way, or it was asked to come back. @throws what refuses it: nothing was started. */
  start(
    request: SubscriptionRequest & { readonly asker: Asker | undefined },
    subscriber: EndedSubscriber,
    gone: AbortSignal,
  ): Promise<ServedSubscription | undefined>;
}

export interface ClientsOptions {
  readonly doors: SocketDoors;
  readonly subscriptions: SubscriptionStarter;
  readonly limits: SocketLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly figures: RealTimeFigures;
}

/** What all sockets and streams of one server have in common. */
export interface SharedByClients extends Omit<ClientsOptions, 'logger'> {
  readonly counts: SocketCounts;
  readonly flusher: TurnFlusher;
  readonly unread: UnreadPayloads;
  readonly budgetWaits: BudgetWaits;
  /** An error as the user may see it. */
  shown(error: GraphQLError): GraphQLFormattedError;
  shownCoded(error: CodedError): GraphQLFormattedError;
}

export function sharedByClients({ logger, ...options }: ClientsOptions): SharedByClients {
  return {
    ...options,
    counts: new SocketCounts(),
    flusher: new TurnFlusher(),
    budgetWaits: new BudgetWaits(),
    unread: new UnreadPayloads(options.limits.unreadBytes, (bytes) => options.figures.unreadBytes.set(bytes)),
    shown: (error) => maskError(error, logger).toJSON(),
    shownCoded: (error) => maskError(asGraphQLError(error), logger).toJSON(),
  };
}
