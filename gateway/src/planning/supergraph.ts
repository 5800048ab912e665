import { type Schema, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import type { GraphQLField, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { validateScalars } from './validated-scalars.ts';

/** A composed graph in every form that planning and execution need. Immutable: a new composition makes a new one. */
export interface LoadedSupergraph {
  readonly sdl: string;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** The same schema in the planner's own representation. */
  readonly plannerSchema: Schema;
  /** All of it, with `@allow`, `@stream`, `@ephemeral` and the fields clients do not see. */
  readonly supergraphSchema: GraphQLSchema;
  readonly planner: QueryPlanner;
}

export interface SupergraphOptions {
  /** Composition has just validated it: doing it again costs a second at start. */
  readonly isTrusted: boolean;
}

/** @throws Error when the text is no supergraph. */
export function loadSupergraph(
  sdl: string,
  { isTrusted }: SupergraphOptions = { isTrusted: true },
): LoadedSupergraph {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: !isTrusted });
  const plannerSchema = supergraph.apiSchema();
  const apiSchema = plannerSchema.toGraphQLJSSchema();
  validateScalars(apiSchema);
  return {
    sdl,
    plannerSchema,
    apiSchema,
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    planner: new QueryPlanner(supergraph, { exposeDocumentNodeInFetchNode: false }),
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
