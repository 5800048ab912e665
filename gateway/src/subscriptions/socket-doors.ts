import type { IncomingMessage } from 'node:http';
import type { Principal } from '@tributary/subgraph-kit';
import type { DocumentNode, ExecutionResult, FormattedExecutionResult } from 'graphql';

/** What a client says of itself, in `connection_init` or in the headers of the upgrade. */
export interface SocketCredentials {
  /** `Bearer …`, as in the HTTP header. */
  readonly authorization: string | undefined;
  readonly apiKey: string | undefined;
  /** The slug of the workspace addressed. */
  readonly workspace: string | undefined;
  /** All that `connection_init` said. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Who asks, where their own headers tell the subgraphs. */
export interface Asker {
  /** Fields of the client's request that subgraphs may get, by lower-case name. */
  readonly forwarded: Readonly<Record<string, string>>;
  /** Equal for equal askers only: no two of different keys share an answer. */
  readonly key: string;
}

export interface SocketIdentity {
  readonly principal: Principal;
  /** When the token ends, milliseconds since the epoch; undefined for what does not end by itself. */
  readonly expiresAtMs: number | undefined;
  readonly asker?: Asker | undefined;
}

/** A request that passed parsing, validation and every limit. */
export interface AcceptedOperation {
  readonly document: DocumentNode;
  /** Of a subscription, where it is known already: the text of it alone, which is all that is kept of what was sent. */
  readonly alone?: string | undefined;
  readonly kind: 'query' | 'mutation' | 'subscription';
}

export interface SocketOperation {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Of the clock that `performance.now()` reads. */
  readonly cameAtMs: number;
  /** Aborted when the client completed the operation or left. */
  readonly signal: AbortSignal;
}

export interface SocketCall extends SocketOperation {
  /** Under which it is measured. */
  readonly door: 'socket' | 'stream';
  readonly document: DocumentNode;
  readonly principal: Principal;
  readonly requestId: string;
  readonly clientAddress: string;
  readonly asker: Asker | undefined;
}

/** What the sockets need of the rest of the gateway: the same decisions HTTP requests meet. */
export interface SocketDoors {
  /** @throws CodedError UNAUTHENTICATED for credentials that do not hold, or a retryable code when that cannot be told now. */
  authenticate(credentials: SocketCredentials, request: IncomingMessage): Promise<SocketIdentity>;
  /** Charges one operation to the budget of whoever asks. @throws CodedError RATE_LIMITED */
  charge(principal: Principal, request: IncomingMessage): Promise<void>;
  /**
   * Counts a query or a mutation among what is under way, until called.
   * @throws CodedError RATE_LIMITED, OVERLOADED
   */
  enter(principal: Principal, request: IncomingMessage): () => void;
  /** Parses and validates, and holds the operation to all limits. @throws RefusedOperation, GraphQLError or CodedError */
  accept(operation: SocketOperation, principal: Principal): AcceptedOperation | Promise<AcceptedOperation>;
  /** Executes a query or a mutation: the same function HTTP requests go through. @throws CallerGone where its client left before the answer */
  execute(call: SocketCall): Promise<FormattedExecutionResult | ExecutionResult>;
  /** Calls back when rights were taken away from somebody. */
  onRevoked(listener: () => void): Disposable;
  isRevoked(principal: Principal): boolean;
  /** Is the host served that the request names? */
  servesHost(request: IncomingMessage): boolean;
  /** May a page of this origin open a socket? Asked only when a browser names one. */
  allowsOrigin(origin: string, request: IncomingMessage): boolean;
  /** The client's address, as far as the proxies in front are trusted. */
  addressOf(request: IncomingMessage): string;
}
