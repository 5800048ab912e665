import { DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import type { GraphQLField, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { ApartPlanner } from './apart-planner.ts';
import { apolloPlanner } from './apollo-planner.ts';
import { hivePlanner } from './hive-planner.ts';
import { withNarrowerApart } from './narrower-fields.ts';
import { type NeededKeys, neededKeys } from './needed-keys.ts';
import { OverrideLabels } from './override-labels.ts';
import type { PlannedGraph, Planner, PlannerName } from './planner.ts';
import type { PlanningFigures, PlanningLog } from './planning-figures.ts';
import { type RequiredArguments, requiredArguments } from './required-arguments.ts';
import { type CutChains, cutChains } from './required-chains.ts';
import { resolvableKeysFirst } from './resolvable-keys.ts';
import { withSerialMutations } from './serial-mutations.ts';
import { validateScalars } from './validated-scalars.ts';
import { withWrittenLiterals } from './written-literals.ts';

/** A composed graph in every form that planning and execution need. Immutable: a new composition makes a new one. */
export interface LoadedSupergraph extends PlannedGraph {
  readonly planner: Planner;
  /** Names of the fields that plans ask for themselves. */
  readonly neededKeys: NeededKeys;
  readonly overrides: OverrideLabels;
}

export interface SupergraphOptions {
  /** Composition has just validated it: doing it again costs a second at start. */
  readonly isTrusted: boolean;
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

/** Apollo's list is of what its own gateway executes; this one executes what its planner plans. */
const supportedFeatures = new Set([
  ...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  'https://specs.apollo.dev/context/v0.1',
]);

/** @throws Error when the text is no supergraph. */
export function loadSupergraph(
  sdl: string,
  {
    isTrusted,
    planner = 'apollo',
    isPlannedApart = false,
    overrideLabels = [],
    ownScalars = false,
    log,
    figures,
  }: SupergraphOptions = {
    isTrusted: true,
  },
): LoadedSupergraph {
  const document = resolvableKeysFirst(sdl);
  const supergraph = Supergraph.build(document, { supportedFeatures, validateSupergraph: !isTrusted });
  const apiSchema = supergraph.apiSchema().toGraphQLJSSchema();
  if (ownScalars) validateScalars(apiSchema);
  const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
  const overrides = new OverrideLabels(supergraphSchema, overrideLabels);
  const graph = { sdl, apiSchema, supergraphSchema };
  const chains = cutChains(document);
  const required = requiredArguments(sdl, chains?.document ?? document);
  const apolloWith = (cut: CutChains | undefined, required: RequiredArguments | undefined): Planner => {
    // Only what clients may not ask for differs.
    const written = required?.document ?? cut?.document;
    const planned =
      written === undefined
        ? supergraph
        : Supergraph.build(written, { supportedFeatures, validateSupergraph: false });
    return apolloPlanner(planned, graph, { labels: overrides.all, required, subgraphs: cut?.subgraphs });
  };
  const apollo = (): Planner => {
    try {
      return apolloWith(chains, required);
    } catch (error) {
      if (chains === undefined) throw error;
      log?.warn({ err: error }, 'fields that require each other are planned as Apollo’s planner does it');
      // What is made up for chains does not hold with everything else: all but those are planned right without it.
      return apolloWith(undefined, requiredArguments(sdl, document));
    }
  };
  const needed = neededKeys(supergraphSchema, required?.fieldOf.keys());
  const apart = { makeOther: apollo, watch: { log, figures } };
  const byHive = (): Planner =>
    hivePlanner(graph, {
      ...apart,
      // Of subgraphs that are made up the native planner knows nothing.
      required: chains === undefined ? required : requiredArguments(sdl, document),
    });
  const byApollo = (): Planner => (isPlannedApart ? new ApartPlanner(graph, 'apollo', apart) : apollo());
  const named = planner === 'hive' ? byHive() : byApollo();
  const written = withWrittenLiterals(named, apiSchema, needed);
  return {
    ...graph,
    neededKeys: needed,
    overrides,
    planner: withSerialMutations(withNarrowerApart(written, sdl, supergraphSchema)),
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
