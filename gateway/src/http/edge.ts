import type { CursorCodec } from '@tributary/engines/event-log/cursor';
import type { EventLog } from '@tributary/engines/event-log';
import type { PubSub } from '@tributary/engines/pubsub';
import type { AssertionMinter, Principal } from '@tributary/subgraph-kit';
import type { Clock, Logger, Registry } from '@tributary/runtime';
import type { ExecutionResult } from 'graphql';
import type { StreamPlanner } from '../execution/stream-execution.ts';
import type { Authenticator } from '../security/authenticate.ts';
import type { RateLimiter } from '../security/rate-limit.ts';
import type { RevocationWatch } from '../security/revocation-watch.ts';
import type { GatewayConfig } from '../config.ts';

/** A query or mutation that came over a socket or from the REST subgraph, already authenticated. */
export interface EdgeOperation {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly principal: Principal;
  readonly requestId: string;
  readonly signal?: AbortSignal | undefined;
}
