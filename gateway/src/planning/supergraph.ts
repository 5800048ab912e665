import type { Supergraph } from '@apollo/federation-internals';
import type { GraphQLField, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { apolloPlanner } from './apollo-planner.ts';
import { withClientVariables } from './client-variables.ts';
import { withMergeableFields } from './mergeable-fields.ts';
import { withNarrowerApart } from './narrower-fields.ts';
import { withNarrowerTypes } from './narrower-types.ts';
import { type NeededKeys, neededKeys } from './needed-keys.ts';
import { OverrideLabels } from './override-labels.ts';
import type { PlannedGraph, Planner, PlannerName } from './planner.ts';
import type { PlanningFigures, PlanningLog } from './planning-figures.ts';
import { type RequiredArguments, requiredArguments } from './required-arguments.ts';
import { type CutChains, cutChains } from './required-chains.ts';
import { schemaSteps } from './schema-steps.ts';
import { withSerialMutations } from './serial-mutations.ts';
import { atOnce, type Steps } from './steps.ts';
import { SubgraphTypes } from './subgraph-types.ts';
import {
  builtSupergraph,
  formsOf,
  parsedForms,
  type ReadSupergraph,
  supergraphOf,
} from './supergraph-forms.ts';
import { twoPlanners } from './two-planners.ts';
import { withUnnamedRoots } from './unnamed-roots.ts';
import { withUnplannedTold } from './unplanned.ts';
import { validateScalars } from './validated-scalars.ts';
import { withWrittenLiterals } from './written-literals.ts';

/** A composed graph in every form that planning and execution need. Immutable: a new composition makes a new one. */
export interface LoadedSupergraph extends PlannedGraph {
  readonly planner: Planner;
  /** Names of the fields that plans ask for themselves. */
  readonly neededKeys: NeededKeys;
  readonly overrides: OverrideLabels;
}

export interface LoadingOptions {
  readonly planner?: PlannerName;
  /** Apollo's planner works in the process that plans, as the native one does everywhere, and no longer than it may. */
  readonly isPlannedApart?: boolean;
  /** Labels of `@override` that are in force; those of a percentage are by lot. */
  readonly overrideLabels?: readonly string[];
  /** The graph's scalars are the product's own, and held to its rules; those of other graphs mean what their subgraphs say. */
  readonly ownScalars?: boolean;
  readonly log?: PlanningLog | undefined;
  readonly figures?: PlanningFigures | undefined;
}

export interface SupergraphOptions extends LoadingOptions {
  /** Composition has just validated it: doing it again costs a second at start. */
  readonly isTrusted: boolean;
}

/** @throws Error when the text is no supergraph. */
export function loadSupergraph(
  sdl: string,
  { isTrusted, ...options }: SupergraphOptions = { isTrusted: true },
): LoadedSupergraph {
  const built = builtSupergraph(sdl, { isTrusted });
  const read = atOnce(parsedForms(formsOf(sdl, built, { isTrusted })));
  const { planner = 'apollo', isPlannedApart = false } = options;
  const isPlannedHere = planner === 'apollo' && !isPlannedApart;
  return atOnce(supergraphLoading(read, options, isPlannedHere ? built : undefined));
}

/** Loads a supergraph that was read; `built` is there where it is planned here. @throws Error when it cannot be planned for */
export function* supergraphLoading(
  { sdl, document, apiDocument }: ReadSupergraph,
  options: LoadingOptions,
  built?: Supergraph,
): Steps<LoadedSupergraph> {
  const { planner = 'apollo', isPlannedApart = false, overrideLabels = [], ownScalars = false } = options;
  const { log, figures } = options;
  const apiSchema = yield* schemaSteps(apiDocument);
  yield;
  const supergraphSchema = yield* schemaSteps(document);
  yield;
  if (ownScalars) validateScalars(apiSchema, supergraphSchema);
  const overrides = new OverrideLabels(supergraphSchema, overrideLabels);
  yield;
  const graph = { sdl, document, apiSchema, supergraphSchema };
  const chains = cutChains(document);
  yield;
  const required = requiredArguments(document, chains?.document ?? document);
  yield;
  const apolloWith = (cut: CutChains | undefined, required: RequiredArguments | undefined): Planner => {
    // Only what clients may not ask for differs.
    const written = required?.document ?? cut?.document;
    const whole = built ?? builtSupergraph(sdl, { isTrusted: true });
    const planned = written === undefined ? whole : supergraphOf(written, false);
    return apolloPlanner(planned, graph, { labels: overrides.all, required, subgraphs: cut?.subgraphs });
  };
  const apollo = (): Planner => {
    try {
      return apolloWith(chains, required);
    } catch (error) {
      if (chains === undefined) throw error;
      log?.warn({ err: error }, 'fields that require each other are planned as Apollo’s planner does it');
      // What is made up for chains does not hold with everything else: all but those are planned right without it.
      return apolloWith(undefined, requiredArguments(document, document));
    }
  };
  const needed = neededKeys(supergraphSchema, required?.fieldOf.keys());
  yield;
  const types = new SubgraphTypes(document, supergraphSchema);
  yield;
  const both = (first: PlannerName): Planner =>
    twoPlanners(graph, {
      first,
      types,
      makeOther: apollo,
      watch: { log, figures },
      // Of subgraphs that are made up the native planner knows nothing.
      required: chains === undefined ? required : requiredArguments(document, document),
    });
  const isPlannedHere = planner === 'apollo' && !isPlannedApart;
  const named = withUnplannedTold(isPlannedHere ? apollo() : both(planner), log);
  yield;
  const written = withClientVariables(withWrittenLiterals(named, apiSchema, needed));
  const narrower = withNarrowerTypes(withNarrowerApart(written, types), types, apiSchema);
  const mergeable = withMergeableFields(narrower, types);
  return {
    ...graph,
    neededKeys: needed,
    overrides,
    planner: withSerialMutations(withUnnamedRoots(mergeable, supergraphSchema)),
  };
}

/** The root type of an operation kind in the supergraph, where the definitions carry their directives. */
export function rootType(
  schema: GraphQLSchema,
  operation: 'query' | 'mutation' | 'subscription',
): GraphQLObjectType | undefined {
  if (operation === 'mutation') return schema.getMutationType() ?? undefined;
  if (operation === 'subscription') return schema.getSubscriptionType() ?? undefined;
  return schema.getQueryType() ?? undefined;
}

export function rootField(
  schema: GraphQLSchema,
  operation: 'query' | 'mutation' | 'subscription',
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  const fields = rootType(schema, operation)?.getFields();
  return fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
}
