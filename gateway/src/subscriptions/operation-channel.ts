import type { IncomingMessage } from 'node:http';
import type { Principal } from '@tributary/subgraph-kit';
import type { GraphQLFormattedError } from 'graphql';
import type { CloseCode } from './close-codes.ts';
import type { Payload } from './payload.ts';
import type { SharedByClients } from './shared-by-clients.ts';
import type { AcceptedOperation } from './socket-doors.ts';

/** The way of one operation's answers to its client: over a socket, beside others, or as a stream of events that is its own. */
export interface OperationChannel {
  /** Under which its operations are measured. */
  readonly door: 'socket' | 'stream';
  readonly shared: SharedByClients;
  readonly request: IncomingMessage;
  /** Names the operation in the log. */
  readonly requestId: string;
  /** Takes what asking costs, where that was not done at the door. @throws CodedError RATE_LIMITED */
  charge(principal: Principal): Promise<void>;
  /** Counts a query or a mutation among what is under way, where that was not done at the door, until called. @throws CodedError RATE_LIMITED, OVERLOADED */
  enter(principal: Principal): () => void;
  /** @throws CodedError METHOD_NOT_ALLOWED for a kind of operation that is not asked this way. */
  permit(kind: AcceptedOperation['kind']): void;
  /** The subscription is in force from this position on (no cursor: an ephemeral channel). */
  accepted(cursor: string | undefined): void;
  next(payload: Payload): void;
  /** The last that is said of the operation, and why. */
  refuse(errors: readonly GraphQLFormattedError[]): void;
  /** The last that is said of the operation. */
  complete(): void;
  /** Lets the client go, so that it comes back and resumes what it has. */
  comeBackLater(reason: string, code?: CloseCode): void;
  /** What was sent has not left for the network. */
  readonly isBehind: boolean;
  drained(): Promise<void>;
}
