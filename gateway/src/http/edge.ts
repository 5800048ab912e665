import type { EventLog } from '@tributary/engines/event-log';
import type { CursorCodec } from '@tributary/engines/event-log/cursor';
import type { PubSub } from '@tributary/engines/pubsub';
import type { Clock, Logger, Registry } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { FormattedExecutionResult } from 'graphql';
import type { GatewaySettings } from '../config.ts';
import type { OperationCharge } from '../execution/operation-charge.ts';
import type { StreamPlanner } from '../execution/stream-execution.ts';
import type { InsightDoor } from '../insight/request-insight.ts';
import type { AddressTries } from '../security/address-tries.ts';
import type { Authenticator } from '../security/authenticate.ts';
import type { RateLimiter } from '../security/rate-limit.ts';
import type { RevocationWatch } from '../security/revocation-watch.ts';
import type { UnderWay } from '../security/under-way.ts';
import type { Arrivals } from './arrivals.ts';

/** A query or mutation from somebody who is authenticated and charged already: over a socket or a stream, or from the REST subgraph. */
export interface EdgeOperation {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly principal: Principal;
  readonly requestId: string;
  /** The client's address as the edge saw it. */
  readonly clientAddress?: string | undefined;
  /** Asked by a process of ours, which showed an assertion. */
  readonly isOurs?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Under which it is measured. */
  readonly door?: InsightDoor | undefined;
}

/** What every door of the gateway is made of: HTTP and sockets differ in transport only. */
export interface Edge extends StreamPlanner {
  readonly settings: GatewaySettings;
  readonly authenticator: Authenticator;
  readonly rateLimiter: RateLimiter;
  /** Of what operations cost beyond their request. */
  readonly charge: OperationCharge;
  /** The try of one request of an address: see `AddressTries`. */
  triesOf(address: string): AddressTries;
  readonly underWay: UnderWay;
  /** Of those under way, the requests whose bodies may not be there yet. */
  readonly arrivals: Arrivals;
  readonly revocations: RevocationWatch;
  /** Runs a query or mutation under all limits. Errors are masked. Never rejects. */
  execute(operation: EdgeOperation): Promise<FormattedExecutionResult>;
  readonly eventLog: EventLog;
  readonly pubSub: PubSub;
  readonly cursors: CursorCodec;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Registry;
}
