import { type CertainVariables, certainVariables } from '@tributary/subgraph-kit';
import { type DocumentNode, type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { BoundedCache } from '../../planning/bounded-cache.ts';
import type { Plan } from '../../planning/plan.ts';
import { errorLimit } from '../answer-errors.ts';
import type { RequestScope } from '../request-scope.ts';
import { type AnswerShape, answerShape } from './answer-shape.ts';
import { decided, decidingVariables, type VariableValues } from './conditions.ts';
import { type Introspect, introspectionOf } from './introspection.ts';
import type { JsonObject } from './own-keys.ts';
import type { PlanParts } from './plan-parts.ts';
import { compilePlan } from './plan-program.ts';
import type { PlanProgram } from './plan-run.ts';
import { plannedDocument } from './planned-document.ts';
import { type Selections, selectionsOf } from './selected-fields.ts';
import type { SharedParts } from './shared-parts.ts';
import type { TypeCondition } from './type-conditions.ts';

export interface OperationSource {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** Plans the operation of such a document. @throws GraphQLError when it cannot be planned. */
  readonly plan: (document: DocumentNode) => Plan;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** Over that schema. */
  readonly applies: TypeCondition;
}

export interface WrittenAnswer {
  /** Undefined where nothing was executed. */
  readonly json: Buffer | undefined;
  readonly errors: readonly GraphQLError[];
}

/** An operation under one assignment of the variables in `@skip` and `@include`. */
interface Variant {
  readonly program: PlanProgram;
  readonly introspect: Introspect;
  readonly shape: AnswerShape;
}

/** An operation has a variant for each combination of its deciding variables; clients send few of the 2ⁿ there are. */
const variantLimit = 32;
/** A subgraph that breaks its own contract does so for every row: said this often, it is said. */
const brokenContractLimit = 5;

/**
 * An operation, compiled once and run for every request: its plan as closures that fetch and merge, and the shape of its answer.
 * Safe to run many times at once: everything that belongs to a run is in the run.
 */
export class CompiledOperation {
  readonly #source: OperationSource;
  readonly #parts: PlanParts;
  readonly #selections: Selections;
  readonly #deciding: readonly string[];
  readonly #certain: CertainVariables;
  readonly #variants = new BoundedCache<Variant>(variantLimit);

  /** @throws TypeError when there is no such operation. */
  constructor(source: OperationSource, parts: PlanParts) {
    this.#source = source;
    this.#parts = parts;
    this.#selections = this.#select(source.document);
    this.#deciding = decidingVariables(source.document, this.#selections.operation);
    this.#certain = certainVariables(source.apiSchema, this.#selections.operation);
  }

  /** Plans now what would be planned by the first run, where variables decide nothing. @throws as planning does */
  prepare(): void {
    if (this.#deciding.length === 0) this.#variant({});
  }

  /** Rejects when the operation cannot be planned; what subgraphs do wrong is in the answer. */
  async run(variables: VariableValues, scope: RequestScope): Promise<ExecutionResult> {
    const { json, errors } = await this.write(variables, scope);
    const data = json === undefined ? {} : { data: JSON.parse(json.toString()) as JsonObject | null };
    return { ...data, ...(errors.length === 0 ? {} : { errors }) };
  }

  /** As `run`, with the data as JSON in bytes. */
  async write(variables: VariableValues, scope: RequestScope): Promise<WrittenAnswer> {
    const certain = this.#certain(variables);
    const values = certain === undefined ? this.#coerced(variables) : { coerced: certain };
    if (values.errors !== undefined) return { json: undefined, errors: values.errors.map(asUserInput) };
    const { program, introspect, shape } = this.#variant(values.coerced);
    const data = Object.create(null) as JsonObject;
    const errors: GraphQLError[] = [];
    const absent = new Set<JsonObject>();
    const unanswered = new Set<string>();
    const shared: SharedParts = new Map();
    await program({ variables, scope, data, shared, walks: 0, errors, absent, unanswered });
    const answer = shape.complete({ data, introspection: introspect(variables), absent, shared });
    const nulls = answer.errors.filter(({ path: [root] = [] }) => !unanswered.has(String(root)));
    const told = [...errors, ...unexplained(nulls, errors).slice(0, brokenContractLimit)];
    return { json: answer.json, errors: told.slice(0, errorLimit) };
  }

  #coerced(variables: VariableValues): ReturnType<typeof getVariableValues> {
    const { variableDefinitions = [] } = this.#selections.operation;
    return getVariableValues(this.#source.apiSchema, variableDefinitions, variables, { maxErrors: 5 });
  }

  #variant(coerced: VariableValues): Variant {
    const key = this.#deciding.map((name) => (coerced[name] === true ? '1' : '0')).join('');
    return this.#variants.getOrMake(key, () => this.#makeVariant(coerced));
  }

  #makeVariant(variables: VariableValues): Variant {
    const { document, apiSchema, plan } = this.#source;
    const chosen = decided(document, variables);
    const selections = this.#select(chosen);
    const root = apiSchema.getRootType(selections.operation.operation)?.name ?? '';
    const asked = plannedDocument(chosen, selections, root);
    return {
      program: compilePlan(asked && plan(asked), this.#parts),
      introspect: introspectionOf(apiSchema, chosen, selections),
      shape: answerShape(apiSchema, selections),
    };
  }

  #select(document: DocumentNode): Selections {
    const { operationName, applies } = this.#source;
    return selectionsOf(document, operationName, applies);
  }
}

/** Nulls that a subgraph's error explains need no second error (GraphQL §6.4.4): it is above them, below them, or beside them in one object. */
function unexplained(
  nulls: readonly GraphQLError[],
  errors: readonly GraphQLError[],
): readonly GraphQLError[] {
  // Errors without a place may explain anything, and so may those that were too many to be kept.
  if (nulls.length === 0 || errors.length >= errorLimit || errors.some(({ path }) => path === undefined))
    return errors.length === 0 ? nulls : [];
  return nulls.filter(({ path = [] }) => {
    const around = path.length > 1 ? path.slice(0, -1) : path;
    return !errors.some((error) => isWithin(error.path ?? [], around) || isWithin(path, error.path ?? []));
  });
}

function isWithin(path: readonly (string | number)[], around: readonly (string | number)[]): boolean {
  return around.every((step, at) => step === path[at]);
}

function asUserInput(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}
