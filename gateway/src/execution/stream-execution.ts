import { createHash } from 'node:crypto';
import { CodedError, type Logger } from '@tributary/runtime';
import type { Principal, StreamEvent } from '@tributary/subgraph-kit';
import { type DocumentNode, type ExecutionResult, GraphQLError, OperationTypeNode } from 'graphql';
import { getArgumentValues, getVariableValues } from 'graphql/execution/values.js';
import { observedRun, type RequestInsight } from '../insight/request-insight.ts';
import { rootField } from '../planning/supergraph.ts';
import { rootFieldNodes } from '../security/early-refusal.ts';
import type { Admission } from './admission.ts';
import { answerError, codedGraphQLError } from './answer-errors.ts';
import type { VariableValues } from './compiled/conditions.ts';
import type { FederatedGraph } from './federated-graph.ts';
import { declaredVariables, type KeptOperation, KeptOperations } from './kept-operations.ts';
import { orRefused, RefusedOperation } from './refused-operation.ts';

/** A subscription as it is executed, for the opening call and for each event. */
export interface PreparedStream {
  /** The subscription field, by its name in the schema. */
  readonly fieldName: string;
  /** Objects one execution may touch at most, by its page sizes. */
  readonly cost: number;
  /** The field's arguments after coercion, defaults included. */
  readonly args: Readonly<Record<string, unknown>>;
  /**
   * Runs the operation for one event, or for the opening call when `stream` is undefined. Errors are masked already.
   * Never rejects: a fault is an answer with errors.
   */
  execute(principal: Principal, stream: StreamEvent | undefined, requestId: string): Promise<ExecutionResult>;
}

/** One that was parsed, validated and held to the limits, of which no more is held than what it takes to go on with it. */
export interface PreparedSubscription extends PreparedStream {
  /** What is charged beside its cost for a text that nobody sent before. */
  readonly planning: number;
  readonly kept: KeptOperation;
  /** Those that the operation declares. */
  readonly variables: VariableValues;
  /** The same without the value of a variable that it can do without. */
  without(variable: string): PreparedSubscription;
  /** The same in the supergraph in force. @throws as `prepareStream` does */
  again(principal: Principal): PreparedSubscription;
}

export interface StreamPlanner {
  /**
   * Prepares a subscription. @throws RefusedOperation when the operation is not a valid, single-field
   * subscription within the limits, its variables do not fit, or `principal` may not use the field.
   */
  prepareStream(request: StreamRequest): PreparedSubscription;
}

export interface StreamRequest {
  readonly query: string;
  readonly document?: DocumentNode | undefined;
  readonly operationName?: string | undefined;
  readonly variables?: VariableValues | undefined;
  readonly principal: Principal;
  /** Whose opening call it is. Events are executed for many at once, so they name nobody's. */
  readonly clientAddress?: string | undefined;
}

export interface StreamPlannerOptions {
  readonly graph: FederatedGraph;
  /** The gate of the supergraph in force. */
  readonly admission: () => Admission;
  /** @throws CodedError OVERLOADED for an operation that must wait for better times. */
  readonly admit: ((kind: OperationTypeNode) => void) | undefined;
  readonly insight: RequestInsight;
  readonly log: Logger;
}

export function createStreamPlanner(options: StreamPlannerOptions): StreamPlanner {
  const kept = new KeptOperations();
  return {
    // What is in force for long holds what its functions can see: none of them is written in here.
    prepareStream: ({ query, document: parsed, operationName, variables = {}, principal, clientAddress }) => {
      const { admission, admit, log } = options;
      orRefused(() => admit?.(OperationTypeNode.SUBSCRIPTION), log);
      const document = parsed ?? admission().parse(query);
      const key = createHash('sha256').update(query).digest('hex');
      const { operation, cost, planning } = admission().admit({
        key,
        document,
        operationName,
        variables,
        principal,
      });
      // By the text as it was sent, whose places are told.
      fieldOf({ document, operation }, variables, options);
      const alone = kept.keep(key, document, operation);
      return prepared(
        {
          kept: alone,
          variables: declaredVariables(alone.operation, variables),
          clientAddress,
          cost,
          planning,
        },
        options,
      );
    },
  };
}

interface AdmittedStream {
  readonly kept: KeptOperation;
  readonly variables: VariableValues;
  readonly clientAddress: string | undefined;
  readonly cost: number;
  readonly planning: number;
}

function prepared(stream: AdmittedStream, options: StreamPlannerOptions): PreparedSubscription {
  const { kept, variables, cost, planning } = stream;
  const { fieldName, args } = fieldOf(kept, variables, options);
  return {
    fieldName,
    args,
    cost,
    planning,
    kept,
    variables,
    without: (variable) => {
      const { [variable]: _value, ...others } = variables;
      return prepared({ ...stream, variables: others }, options);
    },
    again: (principal) => readmitted(stream, principal, options),
    execute: (principal, event, requestId) => executed(stream, { principal, event, requestId }, options),
  };
}

function readmitted(
  stream: AdmittedStream,
  principal: Principal,
  options: StreamPlannerOptions,
): PreparedSubscription {
  const { kept, variables } = stream;
  const { key, document } = kept;
  const asked = { key, document, operationName: undefined, variables, principal, isListed: true };
  const { cost } = options.admission().admit(asked);
  return prepared({ ...stream, cost, planning: 0 }, options);
}

interface StreamCall {
  readonly principal: Principal;
  readonly event: StreamEvent | undefined;
  readonly requestId: string;
}

async function executed(
  { kept, variables, clientAddress }: AdmittedStream,
  { principal, event: stream, requestId }: StreamCall,
  { graph, insight, log }: StreamPlannerOptions,
): Promise<ExecutionResult> {
  const { textKey: key, document, operation } = kept;
  const operationName = operation.name?.value;
  try {
    const address = stream === undefined ? clientAddress : undefined;
    const scope = { principal, requestId, stream, clientAddress: address };
    const door = stream === undefined ? 'opening' : 'event';
    // What is made of an event belongs to what caused it.
    const traceparent = stream?.event.traceparent;
    const seen = { door, kind: 'subscription', name: operationName, hash: key, traceparent } as const;
    const result = await observedRun(insight, seen, (observed) =>
      graph.execute({ key, document, operationName, variables, scope: { ...scope, ...observed } }),
    );
    if (result.errors === undefined) return result;
    return { ...result, errors: result.errors.map((error) => sendable(error, log)) };
  } catch (error) {
    return { errors: [sendable(error, log)] };
  }
}

/** @throws RefusedOperation for what is no subscription, or variables that do not fit */
function fieldOf(
  { document, operation }: Pick<KeptOperation, 'document' | 'operation'>,
  variables: VariableValues,
  { graph, log }: StreamPlannerOptions,
): Pick<PreparedStream, 'fieldName' | 'args'> {
  const refused = (errors: readonly GraphQLError[]): RefusedOperation =>
    new RefusedOperation(
      errors.map((error) => answerError(error, log)),
      400,
    );
  const { apiSchema } = graph.supergraph;
  const { coerced, errors } = getVariableValues(apiSchema, operation.variableDefinitions ?? [], variables, {
    maxErrors: 5,
  });
  if (errors !== undefined) throw refused(errors.map(asUserInput));
  const [[, node] = []] = rootFieldNodes(document, operation);
  const field = node && rootField(apiSchema, 'subscription', node.name.value);
  if (operation.operation !== 'subscription' || node === undefined || field === undefined)
    throw refused([codedGraphQLError(new CodedError('BAD_REQUEST', 'This is not a subscription.'))]);
  try {
    return { fieldName: node.name.value, args: getArgumentValues(field, node, coerced) };
  } catch (error) {
    if (error instanceof GraphQLError) throw refused([asUserInput(error)]);
    throw error;
  }
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
