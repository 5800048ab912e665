import type { LogEvent } from '@tributary/engines/event-log';
import type { ExecutionResult } from 'graphql';
import type { Principal } from './principal.ts';
import type { StreamDoor } from './stream-door.ts';

/** An event of the log for which a subscription's selection is executed, and the cursor that continues after it. */
export interface StreamEvent {
  readonly event: LogEvent;
  readonly cursor: string;
}

/** One GraphQL call from the gateway to a subgraph, whether it travels over HTTP or stays in the process. */
export interface SubgraphCall {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  /** The gateway's assertion; without it the call is refused. */
  readonly assertion: string | undefined;
  readonly requestId: string;
  readonly traceparent?: string | undefined;
  /** Set when the call executes a subscription operation for one event of the log. */
  readonly stream?: StreamEvent | undefined;
  /** Aborted at the caller's deadline or when the caller went away. */
  readonly signal?: AbortSignal | undefined;
  /** The client's address as the edge saw it; absent for calls no client caused. For limits only, never for rights. */
  readonly clientAddress?: string | undefined;
}

/** What every resolver's context has; subgraphs add their loaders and use cases to it. */
export interface CallContext {
  readonly principal: Principal;
  /** The gateway's word for the principal, good for seconds: what asks the graph again for them passes it on. */
  readonly assertion: string;
  readonly requestId: string;
  readonly stream: StreamEvent | undefined;
  readonly signal: AbortSignal | undefined;
  readonly clientAddress?: string | undefined;
}

/** An HTTP request for a subgraph's door (REST routes, key sets), already authenticated by the gateway. */
export interface DoorRequest {
  readonly method: string;
  /** Path without the query string, percent-encoded as received. */
  readonly path: string;
  readonly query: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly assertion: string;
  readonly requestId: string;
  /** As in `SubgraphCall`: a door that asks the graph again passes it on. */
  readonly clientAddress?: string | undefined;
}

export interface DoorResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

/** HTTP routes a subgraph answers besides GraphQL. The gateway passes requests under `prefixes` on. */
export interface Door {
  readonly prefixes: readonly string[];
  handle(request: DoorRequest): Promise<DoorResponse>;
}

/** A built subgraph: no sockets, no ports. The gateway calls it directly, or `serveSubgraph` puts it behind HTTP. */
export interface Subgraph {
  readonly name: string;
  /** Its contract for composition. */
  readonly sdl: string;
  /** The contract of now, where it may have changed since: another process may have been replaced by a newer one. */
  readContract?(): Promise<string>;
  execute(call: SubgraphCall): Promise<ExecutionResult>;
  readonly door?: Door;
  readonly streamDoor?: StreamDoor;
  /** Resolves when everything it needs answers. @throws CodedError whose `details.missing` names the engines that do not (`requireEngines`) */
  ready(): Promise<void>;
}
