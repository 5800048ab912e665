import {
  type Operation,
  operationFromDocument,
  type Schema,
  type Supergraph,
} from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { CodedError } from '@tributary/runtime/errors';
import { type DocumentNode, GraphQLError, getOperationAST } from 'graphql';
import { fromApolloPlan } from './apollo-plan.ts';
import { withoutUntoldTwice } from './asked-twice.ts';
import { tellsWhatIsBrought } from './brought-before.ts';
import { nameSetters } from './context-setters.ts';
import { withContextsFirst } from './contexts-first.ts';
import { withDividedLookUps } from './divided-look-ups.ts';
import { hideExternalFields } from './external-fields.ts';
import { nameObjects } from './interface-object-fragments.ts';
import { requiringObjects, withApartRequirements } from './interface-object-look-ups.ts';
import { interfaceObjects } from './interface-objects.ts';
import { withMergedFetches } from './merged-fetches.ts';
import type { PlanNode } from './plan.ts';
import type { PlannedGraph, Planner } from './planner.ts';
import { ProvidedFields } from './provided-fields.ts';
import type { RequiredArguments } from './required-arguments.ts';
import { takenVariable } from './taken-variable.ts';
import { ToldRequirements } from './told-requirements.ts';
import { byTypesOnTheWay } from './types-on-the-way.ts';
import { orUnplanned } from './unplanned.ts';

export interface ApolloPlannerOptions {
  /** All labels that fields of the supergraph have. */
  readonly labels: readonly string[];
  /** Where the supergraph has names for the ways that fields are required. */
  readonly required: RequiredArguments | undefined;
  /** Where it has subgraphs that are made up: which they stand for. */
  readonly subgraphs: ReadonlyMap<string, string> | undefined;
}

/** Apollo's own planner, in JavaScript: it plans everything, wherever Node runs. */
export function apolloPlanner(
  supergraph: Supergraph,
  { document: graph, apiSchema, supergraphSchema }: PlannedGraph,
  { labels, required, subgraphs = new Map() }: ApolloPlannerOptions,
): Planner {
  const schema = supergraph.apiSchema();
  // Fragments of clients, where subgraphs know some of their fields only, make it fail; and look-ups that are taken apart have none.
  const planner = new QueryPlanner(supergraph, {
    exposeDocumentNodeInFetchNode: false,
    reuseQueryFragments: false,
    typeConditionedFetching: true,
  });
  const planOf = byTypesOnTheWay(planner, { needsTypes: required !== undefined });
  hideExternalFields(supergraph);
  const withSetters = nameSetters(apiSchema, supergraphSchema);
  const requiring = requiringObjects(graph);
  const named = { apiSchema, supergraphSchema, interfaces: interfaceObjects(graph), objects: requiring };
  const withObjects = nameObjects(named);
  const requirements = new ToldRequirements(graph, supergraphSchema);
  const provided = new ProvidedFields(graph, supergraphSchema);
  const planned: Planner['plan'] = async (document, operationName, inForce) => {
    const withSet = withSetters(document);
    const { document: written, ofTypes, afterwards } = withObjects(withSet);
    // What is read of those who set a context, or told of objects, may be hidden from clients.
    const visible = withSet === document && afterwards.isEmpty ? schema : supergraph.schema;
    const operation = read(visible, written, operationName);
    // Planning adds variables of its own to those of the operation.
    const declared = operation.variableDefinitions.definitions().map(({ variable }) => variable.name);
    const overrideConditions = new Map(labels.map((label) => [label, inForce.labels.has(label)]));
    const planned = fromApolloPlan(planOf(written, operation, { overrideConditions }));
    // It asks for nothing where there is no way to what was asked, which would be answered with null and no error.
    if (planned === undefined) throw new Error('No subgraph can answer what the operation asks for.');
    const divided = required === undefined ? planned : withDividedLookUps(planned, required);
    const apart = withApartRequirements(ofSubgraphs(divided, subgraphs), requiring, ofTypes);
    const asked = getOperationAST(document, operationName);
    const named = ofTypes.withOwnNames(apart);
    const whole = asked ? afterwards.after(named, asked) : named;
    const finished = (made: PlanNode): PlanNode => withMergedFetches(withContextsFirst(made));
    const found = finished(whole);
    const isMissing = requirements.isMissingIn(found);
    const plan = isMissing ? finished(withoutUntoldTwice(whole, requirements)) : found;
    const taken = contextVariables(plan).find((name) => declared.includes(name));
    if (taken !== undefined) throw takenVariable(taken);
    // It would be answered all the same, with what was worked out from nothing.
    if (isMissing && requirements.isMissingIn(plan))
      throw new Error('The plan asks for a field without what it requires.');
    if (!tellsWhatIsBrought(plan)) throw new Error('The plan tells of objects what nothing brings.');
    if (provided.isMisplacedIn(plan))
      throw new Error('The plan asks a subgraph for what it provides elsewhere alone.');
    return plan;
  };
  return {
    plan: async (document, operationName, inForce) => {
      try {
        return await planned(document, operationName, inForce);
      } catch (error) {
        throw orUnplanned(error);
      }
    },
  };
}

function ofSubgraphs(plan: PlanNode, subgraphs: ReadonlyMap<string, string>): PlanNode {
  if (plan.kind === 'sequence' || plan.kind === 'parallel')
    return { ...plan, nodes: plan.nodes.map((node) => ofSubgraphs(node, subgraphs)) };
  return { ...plan, subgraph: subgraphs.get(plan.subgraph) ?? plan.subgraph };
}

/** Arguments from context are variables with names that the planner makes up. */
function contextVariables(plan: PlanNode): readonly string[] {
  if (plan.kind === 'sequence' || plan.kind === 'parallel') return plan.nodes.flatMap(contextVariables);
  return plan.kind === 'entities' ? plan.context.map(({ variable }) => variable) : [];
}

/** The planner reads values more strictly than graphql-js validates them: what it refuses is the caller's to correct. */
function read(schema: Schema, document: DocumentNode, operationName: string | undefined): Operation {
  try {
    return operationFromDocument(schema, document, {
      ...(operationName === undefined ? {} : { operationName }),
      validate: false,
    });
  } catch (error) {
    if (error instanceof GraphQLError && error.extensions['code'] === 'INVALID_GRAPHQL')
      throw new CodedError('BAD_USER_INPUT', error.message, { cause: error });
    throw error;
  }
}
