import { CodedError } from '@tributary/runtime';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import { type FailureCodes, failuresOf } from './expected-failure.ts';
import {
  exampleOf,
  paramArguments,
  type RouteArguments,
  routeArguments,
  routeDirectiveNames,
} from './route-directives.ts';

/** A path segment or query parameter, and the place it fills. */
export interface RouteParameter {
  readonly name: string;
  readonly variable: string;
  /** The place inside the variable's input object; empty when it is the variable's value. */
  readonly at: readonly string[];
  readonly in: 'path' | 'query';
  readonly hasDefault: boolean;
  readonly description: string;
  readonly example: unknown;
}

/** A field of the body, where the body has one for each of several variables. */
export type RouteBodyField = Pick<RouteParameter, 'variable' | 'description'>;

/** A saved GraphQL operation and the route it answers. */
export interface SavedOperation {
  /** Unique; `operationId` in the OpenAPI document. */
  readonly name: string;
  readonly route: RouteArguments;
  /** The route's path under its prefix, split: a segment, or `{variable}`. */
  readonly segments: readonly string[];
  readonly parameters: readonly RouteParameter[];
  /** Empty unless the body has a field for each of several variables. */
  readonly bodyFields: readonly RouteBodyField[];
  /** Operation and the fragments it uses, without our directives. */
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly text: string;
  /** Members of unions that are answered as problems. */
  readonly failures: FailureCodes;
  /** Documentation examples by fragment name. */
  readonly examples: ReadonlyMap<string, unknown>;
}

export const restPrefix = '/v1';

/**
 * Reads the saved operations out of their files: one operation a file; fragments may be shared between files.
 * @throws CodedError CONFIG_INVALID naming the file that is no usable route.
 */
export function savedOperations(
  files: readonly { readonly name: string; readonly text: string }[],
): readonly SavedOperation[] {
  const parsed = files.map(({ name, text }) => ({ name, document: attempt(name, () => parse(text)) }));
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const { name, document } of parsed) {
    for (const node of document.definitions) {
      if (node.kind !== Kind.FRAGMENT_DEFINITION) continue;
      if (fragments.has(node.name.value))
        throw unusable(name, `the fragment ${node.name.value} is declared twice`);
      fragments.set(node.name.value, node);
    }
  }
  const taken = new Set<string>();
  const operations = parsed.flatMap(({ name, document }) => {
    const definitions = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    if (definitions.length > 1) throw unusable(name, 'a file holds one operation');
    return definitions.map((definition) => {
      const operation = attempt(name, () => savedOperation(definition, fragments));
      const address = `${operation.route.method} ${operation.segments.map((segment) => (isParameter(segment) ? '{}' : segment)).join('/')}`;
      for (const key of [operation.name, address]) {
        if (taken.has(key)) throw unusable(name, `${key} is taken by another file`);
        taken.add(key);
      }
      return operation;
    });
  });
  for (const { name, route } of operations) {
    const { mergePatch, body, ifMatch, path } = route;
    if (mergePatch && (!body || !ifMatch || readerAt(path, operations) === undefined))
      throw unusable(name, 'a merge patch needs body, ifMatch and a GET of the same path');
  }
  return operations;
}

/** Whether a route's answers are kept under an Idempotency-Key: a question is asked again at no harm, and what a secret shows is kept nowhere. */
export function keepsAnswers({ route, definition }: SavedOperation): boolean {
  return definition.operation === 'mutation' && !route.shownOnce;
}

/** The operation that reads what is at a route's path. */
export function readerAt(
  path: string | undefined,
  operations: readonly SavedOperation[],
): SavedOperation | undefined {
  return operations.find(({ route }) => route.method === 'GET' && route.path === path);
}

function savedOperation(
  node: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): SavedOperation {
  const route = routeArguments(node);
  if (route === undefined || node.name === undefined)
    throw new TypeError('the operation needs a name and @route');
  const segments = route.path.split('/').slice(1);
  const variables = new Map(
    (node.variableDefinitions ?? []).map((variable) => [variable.variable.name.value, variable]),
  );
  const inPath = new Set(segments.filter(isParameter).map(parameterName));
  const inBody = new Set(route.bodyFields);
  for (const variable of [...inPath, ...inBody, route.body, route.ifMatch]) {
    if (variable !== undefined && !variables.has(variable))
      throw new TypeError(`$${variable} is not declared`);
  }
  const used = fragmentsOf(node, fragments);
  const definition = withoutRouteDirectives(node);
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [definition, ...used.map(withoutRouteDirectives)],
  };
  const described = [...variables.values()]
    .filter(({ variable }) => variable.name.value !== route.body && variable.name.value !== route.ifMatch)
    .flatMap((variable) => parametersOf(variable, inPath));
  const examples = new Map(used.map((fragment) => [fragment.name.value, exampleOf(fragment)]));
  return {
    name: node.name.value,
    route,
    segments,
    parameters: described.filter(({ variable }) => !inBody.has(variable)),
    bodyFields: described.filter(({ variable }) => inBody.has(variable)),
    document,
    definition,
    text: print(document),
    failures: failuresOf(document),
    examples,
  };
}

function parametersOf(node: VariableDefinitionNode, inPath: ReadonlySet<string>): readonly RouteParameter[] {
  const variable = node.variable.name.value;
  const declared = paramArguments(node);
  if (declared.length === 0) throw new TypeError(`$${variable} needs @param`);
  return declared.map(({ name = variable, at, description, example }) => ({
    name,
    variable,
    at: at?.split('.') ?? [],
    in: inPath.has(variable) ? 'path' : 'query',
    hasDefault: node.defaultValue !== undefined,
    description,
    example,
  }));
}

function fragmentsOf(
  node: OperationDefinitionNode,
  all: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly FragmentDefinitionNode[] {
  const found = new Map<string, FragmentDefinitionNode>();
  const collect = (from: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(from, {
      FragmentSpread: ({ name }) => {
        const fragment = all.get(name.value);
        if (fragment === undefined) throw new TypeError(`the fragment ${name.value} does not exist`);
        if (found.has(name.value)) return;
        found.set(name.value, fragment);
        collect(fragment);
      },
    });
  };
  collect(node);
  return [...found.values()];
}

function withoutRouteDirectives<Node extends OperationDefinitionNode | FragmentDefinitionNode>(
  node: Node,
): Node {
  return visit(node, { Directive: ({ name }) => (routeDirectiveNames.has(name.value) ? null : undefined) });
}

export function isParameter(segment: string): boolean {
  return segment.startsWith('{') && segment.endsWith('}');
}

export function parameterName(segment: string): string {
  return segment.slice(1, -1);
}

function attempt<Value>(file: string, work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    throw unusable(file, cause instanceof Error ? cause.message : 'it cannot be read', cause);
  }
}

function unusable(file: string, reason: string, cause?: unknown): CodedError {
  return new CodedError('CONFIG_INVALID', `The saved operation ${file} is not usable: ${reason}.`, { cause });
}
