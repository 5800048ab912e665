import type { Allowance, Principal, StreamEvent } from '@tributary/subgraph-kit';
import type { DocumentNode, ExecutionResult, GraphQLField } from 'graphql';

/** A subscription operation that was parsed, validated, held to the limits and planned once, to be executed once per event. */
export interface PreparedStream {
  /** The subscription field, by its name in the schema. */
  readonly fieldName: string;
  /** Under which key its value stands in `data` (the alias, where there is one). */
  readonly responseKey: string;
  /** The field's arguments after coercion, defaults included. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The supergraph's own definition of the field: its AST carries `@stream`, `@ephemeral` and `@allow`. */
  readonly definition: GraphQLField<unknown, unknown>;
  /** Who may subscribe; undefined where the supergraph does not say (the subgraph decides). */
  readonly allowance: Allowance | undefined;
  /**
   * Normalised text of the operation: two prepared streams with the same text, the same variables (but for `after`) and the
   * same rights give the same answer for the same event.
   */
  readonly normalisedText: string;
  /**
   * Runs the operation for one event, or for the opening call when `stream` is undefined. Errors are masked already.
   * Never rejects: a fault is an answer with errors.
   */
  execute(principal: Principal, stream: StreamEvent | undefined, requestId: string): Promise<ExecutionResult>;
}

export interface StreamPlanner {
  /**
   * Prepares a subscription. @throws RefusedOperation when the operation is not a valid, single-field
   * subscription within the limits, its variables do not fit, or `principal` may not use the field.
   */
  prepareStream(request: StreamRequest): PreparedStream;
}

export interface StreamRequest {
  readonly query: string;
  readonly document?: DocumentNode | undefined;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly principal: Principal;
}
