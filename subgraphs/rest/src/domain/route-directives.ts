import { buildSchema, type DirectiveNode, type GraphQLDirective, getDirectiveValues } from 'graphql';

/**
 * The executable directives that make a GraphQL operation a REST route. They are read once, when the operations are loaded, and
 * taken out before the operation is executed: the graph never sees them.
 */
export const routeDirectives = /* GraphQL */ `
  scalar Value

  enum RouteMethod { GET POST PATCH DELETE }

  directive @route(
    method: RouteMethod!
    "Below /v1, with variables in braces: /airports/{id}."
    path: String!
    tag: String!
    summary: String!
    description: String
    """
    Dotted path from data to what the client gets. Where a union lies on it, the operation says what becomes of each member: of the success
    its fields, of a failure \`__typename message\`, which the client gets as a problem.
    """
    result: String!
    "Status of a success."
    status: Int = 200
    "Dotted path from data to a Boolean: false says that the result was there already. The status is then 200."
    isNew: String
    "Null is what is left when it is done, and no sign that nothing was there: the graph answers that by an error. For a status of 204."
    nullIsDone: Boolean = false
    "The result is a connection: the client gets its nodes, and Link headers."
    paging: Boolean = false
    "The variable that takes the request body."
    body: String
    "Several variables that are the fields of the request body instead; each is described by its @param."
    bodyFields: [String!]
    "The variable that takes the version out of If-Match."
    ifMatch: String
    """
    The body is also taken as a merge patch (RFC 7396): what is left out stays, null empties, and of JSON the keys named are changed. Wants a body,
    ifMatch, and a GET route of the same path that shows the version and every JSON member.
    """
    mergePatch: Boolean = false
    "The answer holds what is shown once and kept nowhere: it is not kept for an Idempotency-Key either, which is refused."
    shownOnce: Boolean = false
    "Path of what was created, filled from the result: /airports/{id}."
    location: String
    "A request body for the documentation."
    bodyExample: Value
  ) on QUERY | MUTATION

  """
  Documents the parameter that fills a variable. \`name\` when it is called otherwise outside; \`at\` (\`city.eq\`) when it fills one place
  inside an input object, which may then have several parameters and is left out when none is given.
  """
  directive @param(name: String, at: String, description: String!, example: Value) repeatable on VARIABLE_DEFINITION

  "Names the schema of what the fragment selects in the documentation, and shows one."
  directive @example(value: Value!) on FRAGMENT_DEFINITION

  type Query { unused: Value }
`;

export interface RouteArguments {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly result: string;
  readonly status: number;
  readonly isNew?: string;
  readonly nullIsDone: boolean;
  readonly paging: boolean;
  readonly mergePatch: boolean;
  readonly shownOnce: boolean;
  readonly body?: string;
  readonly bodyFields?: readonly string[];
  readonly ifMatch?: string;
  readonly location?: string;
  readonly bodyExample?: unknown;
}

export interface ParamArguments {
  readonly name?: string;
  readonly at?: string;
  readonly description: string;
  readonly example?: unknown;
}

const declarations = buildSchema(routeDirectives);

export const routeDirectiveNames: ReadonlySet<string> = new Set(['route', 'param', 'example']);

interface Annotated {
  readonly directives?: readonly DirectiveNode[] | undefined;
}

/** The checked arguments of `@route`; undefined without one. @throws GraphQLError for an argument that is missing or wrong. */
export function routeArguments(node: Annotated): RouteArguments | undefined {
  return valuesOf('route', node) as RouteArguments | undefined;
}

/** Each `@param` of a variable, in order. */
export function paramArguments(node: Annotated): readonly ParamArguments[] {
  const own = (node.directives ?? []).filter(({ name }) => name.value === 'param');
  return own.map((directive) => valuesOf('param', { directives: [directive] }) as unknown as ParamArguments);
}

export function exampleOf(node: Annotated): unknown {
  return valuesOf('example', node)?.['value'];
}

function valuesOf(name: string, node: Annotated): Record<string, unknown> | undefined {
  return getDirectiveValues(declarations.getDirective(name) as GraphQLDirective, {
    directives: node.directives ?? [],
  });
}
