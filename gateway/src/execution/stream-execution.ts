import { createHash } from 'node:crypto';
import { CodedError, type Logger } from '@tributary/runtime';
import { type Allowance, allowanceOf, type Principal, type StreamEvent } from '@tributary/subgraph-kit';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLField,
  type OperationDefinitionNode,
  print,
  separateOperations,
  stripIgnoredCharacters,
} from 'graphql';
import { getArgumentValues, getVariableValues } from 'graphql/execution/values.js';
import { observedRun, type RequestInsight } from '../insight/request-insight.ts';
import { rootField } from '../planning/supergraph.ts';
import { rootFieldNodes } from '../security/early-refusal.ts';
import type { Admission } from './admission.ts';
import { answerError, codedGraphQLError } from './answer-errors.ts';
import type { FederatedGraph } from './federated-graph.ts';
import { RefusedOperation } from './refused-operation.ts';

/** A subscription operation that was parsed, validated, held to the limits and planned once, to be executed once per event. */
export interface PreparedStream {
  /** The subscription field, by its name in the schema. */
  readonly fieldName: string;
  /** Under which key its value stands in `data` (the alias, where there is one). */
  readonly responseKey: string;
  /** Objects one execution may touch at most, by its page sizes. */
  readonly cost: number;
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
  /** Whose opening call it is. Events are executed for many at once, so they name nobody's. */
  readonly clientAddress?: string | undefined;
}

export interface StreamPlannerOptions {
  readonly graph: FederatedGraph;
  /** The gate of the supergraph in force. */
  readonly admission: () => Admission;
  readonly insight: RequestInsight;
  readonly log: Logger;
}

export function createStreamPlanner({ graph, admission, insight, log }: StreamPlannerOptions): StreamPlanner {
  const refused = (errors: readonly GraphQLError[]): RefusedOperation =>
    new RefusedOperation(
      errors.map((error) => answerError(error, log)),
      400,
    );
  return {
    prepareStream: ({ query, document: parsed, operationName, variables = {}, principal, clientAddress }) => {
      const document = parsed ?? admission().parse(query);
      const key = createHash('sha256').update(query).digest('hex');
      const { operation, cost } = admission().admit({ key, document, operationName, variables, principal });
      const { apiSchema, supergraphSchema } = graph.supergraph;
      const coerced = getVariableValues(apiSchema, operation.variableDefinitions ?? [], variables, {
        maxErrors: 5,
      });
      if (coerced.errors !== undefined) throw refused(coerced.errors.map(asUserInput));
      const [[responseKey, node] = []] = rootFieldNodes(document, operation);
      const visible = node && rootField(apiSchema, 'subscription', node.name.value);
      const definition = node && rootField(supergraphSchema, 'subscription', node.name.value);
      if (
        operation.operation !== 'subscription' ||
        node === undefined ||
        visible === undefined ||
        definition === undefined
      ) {
        throw refused([codedGraphQLError(new CodedError('BAD_REQUEST', 'This is not a subscription.'))]);
      }
      return {
        fieldName: node.name.value,
        responseKey: responseKey ?? node.name.value,
        cost,
        args: argumentsOf(() => getArgumentValues(visible, node, coerced.coerced), refused),
        definition,
        allowance: allowanceOf(definition),
        normalisedText: normalised(document, operation),
        execute: async (who, stream, requestId) => {
          try {
            const address = stream === undefined ? clientAddress : undefined;
            const scope = { principal: who, requestId, stream, clientAddress: address };
            const door = stream === undefined ? 'opening' : 'event';
            // What is made of an event belongs to what caused it.
            const traceparent = stream?.event.traceparent;
            const seen = {
              door,
              kind: 'subscription',
              name: operation.name?.value,
              text: query,
              traceparent,
            } as const;
            const result = await observedRun(insight, seen, (observed) =>
              graph.execute({ key, document, operationName, variables, scope: { ...scope, ...observed } }),
            );
            if (result.errors === undefined) return result;
            return { ...result, errors: result.errors.map((error) => sendable(error, log)) };
          } catch (error) {
            return { errors: [sendable(error, log)] };
          }
        },
      };
    },
  };
}

/** Masked, as an error object again: `ExecutionResult` wants those, and their JSON is the masked form. */
function sendable(error: unknown, log: Logger): GraphQLError {
  const original = error instanceof Error ? error : new Error(String(error));
  const known =
    error instanceof GraphQLError ? error : new GraphQLError(original.message, { originalError: original });
  const { message, path, extensions } = answerError(known, log);
  return new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null });
}

function asUserInput(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

function argumentsOf(
  coerce: () => Record<string, unknown>,
  refused: (errors: readonly GraphQLError[]) => RefusedOperation,
): Readonly<Record<string, unknown>> {
  try {
    return coerce();
  } catch (error) {
    if (error instanceof GraphQLError) throw refused([asUserInput(error)]);
    throw error;
  }
}

function normalised(document: DocumentNode, operation: OperationDefinitionNode): string {
  const alone = separateOperations(document)[operation.name?.value ?? ''] ?? document;
  return stripIgnoredCharacters(print(alone));
}
