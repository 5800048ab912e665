import type { CertainVariables } from '@tributary/subgraph-kit';
import { certainVariables } from '@tributary/subgraph-kit/certain-variables';
import { type DocumentNode, type ExecutionResult, GraphQLError } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { type RunTrace, planned as waitedFor } from '../../insight/observed-run.ts';
import { documentBytes, planBytes, readOperationBytes } from '../../planning/document-size.ts';
import type { LabelsInForce } from '../../planning/override-labels.ts';
import type { Plan } from '../../planning/plan.ts';
import { planSummary } from '../../planning/plan-text.ts';
import type { PlannedBy } from '../../planning/planner.ts';
import type { Departure } from '../departure.ts';
import type { RequestScope } from '../request-scope.ts';
import { answerShape } from './answer-shape.ts';
import { type AskedWith, askedDocument } from './asked-document.ts';
import { CompiledSize } from './compiled-size.ts';
import { decidingVariables, type VariableValues } from './conditions.ts';
import { introspectionOf } from './introspection.ts';
import { operationAlone, withoutPlaces } from './operation-alone.ts';
import { OperationVariant, type WrittenAnswer } from './operation-variant.ts';
import type { OperationVariants } from './operation-variants.ts';
import type { JsonObject } from './own-keys.ts';
import { passAnswer } from './passed-answer.ts';
import type { PlanParts } from './plan-parts.ts';
import { compilePlan } from './plan-program.ts';
import type { RememberedRuns } from './remembered-runs.ts';
import { type Selections, selectionsOf } from './selected-fields.ts';

export interface OperationSource extends AskedWith {
  readonly document: DocumentNode;
  /** Plans the operation of such a document. @throws GraphQLError when it cannot be planned. */
  readonly plan: (document: DocumentNode, by: PlannedBy) => Promise<Plan>;
  /** Names the text in which clients sent it. */
  readonly hash?: (() => string) | undefined;
  /** Labels of overridden fields, for one run, or for all of one lot. */
  readonly labels: (lot?: number) => LabelsInForce;
}

/** What is kept for the operations of one supergraph. */
export interface OperationMemory {
  readonly variants: OperationVariants;
  /** Where subgraphs answer in bytes. */
  readonly remembered: RememberedRuns | undefined;
}

/** What one variant of an operation is made with. */
interface DecidedBy {
  readonly coerced: VariableValues;
  readonly labels: LabelsInForce;
  readonly trace: RunTrace | undefined;
}

/**
 * An operation, compiled once and run for every request: its plan as closures that fetch and merge, and the shape of its answer.
 * Safe to run many times at once: everything that belongs to a run is in the run.
 */
export class CompiledOperation {
  readonly #source: OperationSource;
  readonly #parts: PlanParts;
  readonly #memory: OperationMemory;
  /** Of its variants. */
  readonly #key: string;
  /** The operation with what it spreads: of a document of many, variants hold no more. */
  readonly #alone: DocumentNode;
  readonly #selections: Selections;
  readonly #deciding: readonly string[];
  readonly #certain: CertainVariables;

  /** @throws TypeError when there is no such operation. */
  constructor(source: OperationSource, parts: PlanParts, memory: OperationMemory) {
    this.#source = source;
    this.#memory = memory;
    this.#key = memory.variants.operation();
    this.#parts = parts;
    this.#selections = selectionsOf(source.document, source.operationName, source.applies);
    this.#alone = operationAlone(source.document, this.#selections.operation);
    this.#deciding = decidingVariables(this.#alone, this.#selections.operation);
    this.#certain = certainVariables(source.apiSchema, this.#selections.operation);
  }

  /** What it was compiled from. */
  get asked(): Pick<OperationSource, 'document' | 'operationName' | 'hash'> {
    return this.#source;
  }

  /** About what it takes of memory beside its document and its variants. */
  get sizeBytes(): number {
    return readOperationBytes(this.#alone);
  }

  /** Plans now what would be planned by the first run, where variables decide nothing; `gone` tells when nobody waits any more. @throws as planning does */
  async prepare(trace?: RunTrace, gone?: Departure): Promise<void> {
    if (this.#deciding.length > 0) return;
    const { key, decided } = this.#decided({ coerced: {}, trace });
    const { variants } = this.#memory;
    // What nobody waits for any more is of use as well, once it has begun.
    if (variants.get(key) === undefined)
      await variants.make(key, () => this.#makeVariant(key, decided, gone));
  }

  /** As `prepare`, before anybody asks. False where that has no room beside what was asked. */
  async prepareAhead(): Promise<boolean> {
    if (this.#deciding.length > 0) return true;
    const { key, decided } = this.#decided({ coerced: {}, trace: undefined });
    return this.#memory.variants.makeAhead(key, () => this.#makeVariant(key, decided));
  }

  /** Rejects when the operation cannot be planned; what subgraphs do wrong is in the answer. */
  async run(variables: VariableValues, scope: RequestScope): Promise<ExecutionResult> {
    const { body, errors } = await this.write(variables, scope);
    const answer = body === undefined ? {} : (JSON.parse(body.toString()) as { data: JsonObject | null });
    return { ...answer, ...(errors.length === 0 ? {} : { errors }) };
  }

  /** As `run`, with the data as JSON in bytes. */
  async write(variables: VariableValues, scope: RequestScope): Promise<WrittenAnswer> {
    const certain = this.#certain(variables);
    const values = certain === undefined ? this.#coerced(variables) : { coerced: certain };
    if (values.errors !== undefined) return { body: undefined, errors: values.errors.map(asUserInput) };
    const undecided = this.#deciding.find((name) => values.coerced[name] === null);
    if (undecided !== undefined) return { body: undefined, errors: [asUserInput(nullDecides(undecided))] };
    const found = this.#variant(values.coerced, scope);
    const variant = found instanceof OperationVariant ? found : await waitedFor(found, scope.observed);
    const { sizeBytes } = variant;
    const answer = await variant.write(variables, scope);
    if (variant.sizeBytes !== sizeBytes) this.#memory.variants.grew(variant);
    return answer;
  }

  #coerced(variables: VariableValues): ReturnType<typeof getVariableValues> {
    const { variableDefinitions = [] } = this.#selections.operation;
    return getVariableValues(this.#source.apiSchema, variableDefinitions, variables, { maxErrors: 5 });
  }

  #variant(coerced: VariableValues, scope: RequestScope): OperationVariant | Promise<OperationVariant> {
    const { key, decided } = this.#decided({ coerced, trace: scope.observed?.trace }, scope.lot);
    const { variants } = this.#memory;
    return variants.get(key) ?? variants.make(key, (gone) => this.#makeVariant(key, decided, gone), scope);
  }

  #decided(
    by: Omit<DecidedBy, 'labels'>,
    lot?: number,
  ): { readonly key: string; readonly decided: DecidedBy } {
    const values = this.#deciding.map((name) => (by.coerced[name] === true ? '1' : '0')).join('');
    const labels = this.#source.labels(lot);
    return { key: `${this.#key} ${values} ${labels.key}`, decided: { ...by, labels } };
  }

  async #makeVariant(
    key: string,
    { coerced, labels, trace }: DecidedBy,
    gone?: Departure,
  ): Promise<OperationVariant> {
    const { apiSchema } = this.#source;
    const asked = askedDocument(withoutPlaces(this.#alone), coerced, this.#source);
    const { document, selections, clientKeys, planned } = asked;
    const size = new CompiledSize();
    // Keys are told apart where fragments are spread, so that nothing is left of the text.
    size.add(documentBytes(clientKeys.size === 0 ? this.#alone : document));
    // Only what is asked may be asked as it was asked before.
    const remembered = selections.operation.operation === 'query' ? this.#memory.remembered : undefined;
    const isSentOn = remembered !== undefined && clientKeys.size === 0;
    const passes = isSentOn ? passAnswer(apiSchema, selections, size) : undefined;
    const plan =
      planned && (await this.#plan(planned, { ...labels, asking: { gone, hash: this.#source.hash } }, trace));
    const line = planSummary(plan);
    size.add(planBytes(plan) + 2 * line.length);
    const shape = answerShape(apiSchema, { selections, clientKeys, size });
    return new OperationVariant({
      key,
      size,
      program: compilePlan(plan, this.#parts, { passes, size, lossBy: shape.lossBy }),
      introspect: introspectionOf(apiSchema, document, selections),
      shape,
      asked: { selections, clientKeys },
      plan: line,
      takesVariables: (selections.operation.variableDefinitions ?? []).length > 0,
      remembered,
    });
  }

  async #plan(document: DocumentNode, by: PlannedBy, trace: RunTrace | undefined): Promise<Plan> {
    const span = trace?.plan();
    let isFailed = true;
    try {
      const plan = await this.#source.plan(document, by);
      isFailed = false;
      return plan;
    } finally {
      span?.end(isFailed);
    }
  }
}

/** Allowed by the rules for `$name: Boolean = true`, whose default null overrules (GraphQL §5.8.5); `if` takes no null. */
function nullDecides(name: string): GraphQLError {
  return new GraphQLError(
    `Variable "$${name}" is the argument "if" of @include or @skip, of the non-null type "Boolean!", and must not be null.`,
  );
}

function asUserInput(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}
