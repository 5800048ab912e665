import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  FederatedGraph,
  type FetchRequest,
  type PlannerName,
  type SubgraphFetch,
} from '@tributary/gateway/executor';
import { composeSupergraph } from '@tributary/schema';
import { noWorkspaceId } from '@tributary/subgraph-kit';
import { type ExecutionResult, execute, type GraphQLSchema, parse, validate } from 'graphql';

/** One call the executor made of a subgraph. */
export interface SeenFetch extends Omit<FetchRequest, 'expected' | 'passes'> {
  readonly subgraph: string;
}

export interface SubgraphSource {
  readonly name: string;
  readonly sdl: string;
  readonly resolvers: object;
}

export interface FederatedUnderTest {
  readonly graph: FederatedGraph;
  readonly fetches: SeenFetch[];
  ask(query: string, variables?: Readonly<Record<string, unknown>>): Promise<ExecutionResult>;
}

/** Hundreds of tests ask a few graphs in many ways; none of them changes what these are made of. */
const supergraphs = new Map<string, string>();
function supergraphOf(subgraphs: readonly SubgraphSource[]): string {
  const told = JSON.stringify(subgraphs.map(({ name, sdl }) => [name, sdl]));
  const supergraph = supergraphs.get(told) ?? composeSupergraph(subgraphs);
  supergraphs.set(told, supergraph);
  return supergraph;
}

const schemas = new WeakMap<object, Map<string, GraphQLSchema>>();
function schemaOf({ sdl, resolvers }: SubgraphSource): GraphQLSchema {
  const known = schemas.get(resolvers) ?? new Map<string, GraphQLSchema>();
  schemas.set(resolvers, known);
  const schema =
    known.get(sdl) ?? buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
  known.set(sdl, schema);
  return schema;
}

/** The executor over subgraphs in this process. `answers` lets a test answer in a subgraph's stead. */
export function federated(
  subgraphs: readonly SubgraphSource[],
  answers: Readonly<Record<string, SubgraphFetch>> = {},
  planner: PlannerName = 'apollo',
): FederatedUnderTest {
  const fetches: SeenFetch[] = [];
  const fetchOf = (name: string, schema: GraphQLSchema): SubgraphFetch => {
    return async (request, scope) => {
      const { query, operationName, variables, body } = request;
      fetches.push({ subgraph: name, query, operationName, variables, body });
      const own = answers[name];
      if (own !== undefined) return own(request, scope);
      const document = parse(query);
      // As every server does before it executes.
      const invalid = validate(schema, document);
      if (invalid.length > 0)
        return { data: null, errors: invalid.map(({ message }) => ({ message: `${name}: ${message}` })) };
      const result = await execute({
        schema,
        document,
        operationName,
        variableValues: variables,
      });
      // As over HTTP: nothing of the subgraph's own objects is shared with the gateway.
      return JSON.parse(JSON.stringify({ data: result.data ?? null, errors: result.errors }));
    };
  };
  const graph = new FederatedGraph(
    supergraphOf(subgraphs),
    new Map(subgraphs.map((each) => [each.name, fetchOf(each.name, schemaOf(each))])),
    { planner },
  );
  const principal = {
    kind: 'anonymous',
    id: 'x',
    workspaceId: noWorkspaceId,
    role: null,
    scopes: null,
  } as const;
  return {
    graph,
    fetches,
    ask: (query, variables = {}) =>
      graph.execute({
        key: query,
        document: parse(query),
        operationName: undefined,
        variables,
        scope: { principal, requestId: 'r' },
      }),
  };
}
