import { CodedError, type Logger, SizedCache } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import {
  type DocumentNode,
  GraphQLError,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { OperationLimits } from '../config.ts';
import type { LoadedSupergraph } from '../planning/supergraph.ts';
import { type EarlyRefusal, earlyRefusals, rootSelections } from '../security/early-refusal.ts';
import { exactNumbersRule } from '../security/exact-numbers.ts';
import { fieldWeights } from '../security/field-weights.ts';
import { introspectionBroken, introspectionWeigher } from '../security/introspection-weight.ts';
import type { ListedOperations } from '../security/listed-operations.ts';
import { operationCost } from '../security/operation-cost.ts';
import { brokenLimit, brokenVariables } from '../security/operation-limits.ts';
import { operationShape } from '../security/operation-shape.ts';
import { unconditionalSubscriptionRule } from '../security/unconditional-subscription.ts';
import { answerError, asTextError, codedGraphQLError } from './answer-errors.ts';
import { RefusedOperation } from './refused-operation.ts';

export interface AdmissionRequest {
  /** Names the text: verdicts on documents are remembered by it. */
  readonly key: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly principal: Principal;
  /** Asked by a process of ours: it need not be listed. */
  readonly isOurs?: boolean | undefined;
  /** It was found listed before, in a text that is not kept. */
  readonly isListed?: boolean | undefined;
}

export interface AdmittedOperation {
  readonly operation: OperationDefinitionNode;
  readonly cost: number;
  /** What is charged beside it for a text that nobody sent before: it has to be planned. */
  readonly planning: number;
}

export interface AdmissionOptions {
  readonly limits: OperationLimits;
  /** Introspection is for admins, owners and services only. */
  readonly introspectionClosed: boolean;
  /** Only these are executed; undefined: whatever is valid. */
  readonly listed: ListedOperations | undefined;
  readonly log: Logger;
  readonly onRefusal: (principal: Principal, refusal: EarlyRefusal) => void;
}

const validationRules = [...specifiedRules, exactNumbersRule, unconditionalSubscriptionRule];
/** Of verdicts: those on faulty texts hold the text. */
const verdictBytes = 16 * 1024 * 1024;
const verdictEntryBytes = 400;
/** Of everything the schema can tell of itself, in objects of data. */
const introspectionCost = 100;
/** Of an object: what it costs to plan a field, which takes half a millisecond where entities of several subgraphs meet. */
const plannedFieldCost = 30;
/** Few, because each names parts of the caller's own text: an answer must not be larger than the question. */
const validationErrorLimit = 5;

/**
 * The one gate that every operation passes, whether it came over HTTP, a socket or REST: size, shape, validity, cost, permission,
 * in the order of what each costs us. Nothing is planned or fetched before it opens.
 */
export class Admission {
  readonly #supergraph: LoadedSupergraph;
  readonly #options: AdmissionOptions;
  readonly #weigh;
  readonly #weights;
  readonly #verdicts = new SizedCache<readonly GraphQLError[]>(verdictBytes);

  constructor(supergraph: LoadedSupergraph, options: AdmissionOptions) {
    this.#supergraph = supergraph;
    this.#options = options;
    this.#weigh = introspectionWeigher(supergraph.apiSchema);
    this.#weights = fieldWeights(supergraph.supergraphSchema);
  }

  /** @throws RefusedOperation when the text is too large or no GraphQL. */
  parse(query: string): DocumentNode {
    const { queryBytes, tokens } = this.#options.limits;
    if (Buffer.byteLength(query) > queryBytes) {
      throw this.#refused([
        new CodedError('PAYLOAD_TOO_LARGE', `The query is longer than ${queryBytes} bytes.`),
      ]);
    }
    try {
      return parse(query, { maxTokens: tokens });
    } catch (error) {
      throw this.#refusedBy([asSyntaxError(error)], 400);
    }
  }

  /** @throws RefusedOperation with every reason, coded and masked; for one that costs too much, with the most that is charged for one. */
  admit(request: AdmissionRequest): AdmittedOperation {
    const { document, key, operationName, variables, principal } = request;
    const { limits, introspectionClosed, listed, onRefusal } = this.#options;
    const isOpen = request.isOurs === true || request.isListed === true;
    if (listed !== undefined && !isOpen && !listed.includes(key, document))
      throw this.#refused([notListed()]);
    let isNew = false;
    const faults = this.#verdicts.getOrMake(
      key,
      () => {
        isNew = true;
        return this.#faultsOf(document);
      },
      (found) => verdictEntryBytes * (1 + found.length) + (found[0]?.source?.body.length ?? 0),
    );
    if (faults.length > 0) throw this.#refusedBy(faults, 400);
    const operation = getOperationAST(document, operationName);
    if (operation === null || operation === undefined) throw this.#refused([noOperation(operationName)]);
    if (introspectionClosed && !mayIntrospect(principal) && introspects(document, operation)) {
      throw this.#refused([new CodedError('INTROSPECTION_DISABLED', 'Introspection is closed here.')]);
    }
    const broken = brokenVariables(variables, limits);
    if (broken !== undefined) throw this.#refused([broken]);
    const touched = operationCost({
      schema: this.#supergraph.apiSchema,
      document,
      operation,
      variables,
      weights: this.#weights,
    });
    const cost = touched + Math.round(this.#weigh(document, operation) * introspectionCost);
    if (cost > limits.cost) {
      const message = `The operation could touch ${Math.min(cost, 1e12)} objects, where ${limits.cost} are allowed.`;
      const error = new CodedError('COST_EXCEEDED', message, {
        details: { cost: Math.min(cost, 1e12), limit: limits.cost },
      });
      throw this.#refusedBy([codedGraphQLError(error)], error.status, limits.cost);
    }
    const refusals = earlyRefusals(
      this.#supergraph.supergraphSchema,
      { document, operation, variables: variables ?? {} },
      principal,
    );
    for (const refusal of refusals) onRefusal(principal, refusal);
    // A refusal of a field is part of an ordinary answer: clients see the same whether the gateway or the subgraph refuses.
    if (refusals.length > 0)
      throw this.#refusedBy(
        refusals.map(({ error, path }) => codedGraphQLError(error, [...path])),
        200,
      );
    const planning =
      isNew && request.isOurs !== true ? operationShape(document, operation).fields * plannedFieldCost : 0;
    return { operation, cost, planning };
  }

  #faultsOf(document: DocumentNode): readonly GraphQLError[] {
    const broken = brokenLimit(document, this.#options.limits) ?? introspectionBroken(document, this.#weigh);
    if (broken !== undefined) return [codedGraphQLError(broken)];
    return validate(this.#supergraph.apiSchema, document, validationRules, {
      maxErrors: validationErrorLimit,
    });
  }

  #refused(errors: readonly CodedError[]): RefusedOperation {
    return this.#refusedBy(
      errors.map((error) => codedGraphQLError(error)),
      errors[0]?.status ?? 400,
    );
  }

  #refusedBy(errors: readonly GraphQLError[], status: number, cost?: number): RefusedOperation {
    return new RefusedOperation(
      errors.map((error) => answerError(asTextError(error), this.#options.log)),
      status,
      cost === undefined ? {} : { cost },
    );
  }
}

function asSyntaxError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('The query could not be read.', { originalError: error as Error });
}

export function notListed(): CodedError {
  return new CodedError('PERSISTED_QUERY_NOT_IN_LIST', 'This operation is not among those executed here.');
}

function noOperation(operationName: string | undefined): CodedError {
  if (operationName === undefined)
    return new CodedError('BAD_REQUEST', 'Name the operation to run: the document has several, or none.');
  return new CodedError('BAD_REQUEST', 'The document has no operation of that name.', {
    details: { operationName: operationName.slice(0, 100) },
  });
}

function mayIntrospect(principal: Principal): boolean {
  return principal.kind === 'service' || principal.role === 'ADMIN' || principal.role === 'OWNER';
}

function introspects(document: DocumentNode, operation: OperationDefinitionNode): boolean {
  if (operation.operation === 'subscription') return false;
  return [...rootSelections(document, operation).values()].some(
    (name) => name === '__schema' || name === '__type',
  );
}
