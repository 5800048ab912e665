import { defaultPageSize, maxPageSize } from '@tributary/subgraph-kit';
import {
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { namedFragments } from '../execution/named-fragments.ts';
import type { FieldWeights } from './field-weights.ts';

export interface CostRequest {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What fields cost that are no look-up, by coordinate; see `fieldWeights`. */
  readonly weights: FieldWeights;
}

/** Of an object: what it costs to judge a value in a list inside of an argument, as the conditions of a `where` are. */
const valueCost = 0.05;
/** Of an object: what it costs to read a leaf and to write it into the answer. */
const leafCost = 0.05;
/** Rows assumed of a list that says nothing of its size. */
const unknownListSize = 10;

/**
 * How many objects an operation may make the graph touch, at most: every object-valued field counts once for each row it stands under.
 * A page (`first`, `last`) multiplies the lists below it, an argument that is a list counts its items. Twenty leaves cost as much as an object, as do twenty
 * values in lists inside of arguments, in each field that takes them. A field with `@cost` costs its weight besides, a list with `@listSize` counts as many rows as it says.
 * The figure grows with each factor, so counting stops being exact far above any limit (Infinity is an answer).
 */
export function operationCost({
  schema,
  document,
  operation,
  variables: given,
  weights,
}: CostRequest): number {
  const variables = withDefaults(operation, given);
  const fragments = namedFragments(document);
  const costs = new Map<string, number>();
  const listedIn = listedValues(variables);
  const fragmentCost = (name: string, page: number | undefined): number => {
    const key = `${name} ${page ?? ''}`;
    const known = costs.get(key);
    if (known !== undefined) return known;
    const definition = fragments.get(name);
    if (definition === undefined) return 0;
    costs.set(key, 0);
    const cost = selectionCost(
      definition.selectionSet,
      schema.getType(definition.typeCondition.name.value),
      page,
    );
    costs.set(key, cost);
    return cost;
  };
  const selectionCost = (
    set: SelectionSetNode,
    parent: GraphQLNamedType | undefined,
    page: number | undefined,
  ): number => {
    let cost = 0;
    for (const node of set.selections) {
      if (node.kind === Kind.FRAGMENT_SPREAD) cost += fragmentCost(node.name.value, page);
      else if (node.kind === Kind.INLINE_FRAGMENT) {
        const type =
          node.typeCondition === undefined ? parent : schema.getType(node.typeCondition.name.value);
        cost += selectionCost(node.selectionSet, type, page);
      } else cost += fieldCost(node, parent, page);
    }
    return cost;
  };
  const fieldCost = (
    node: FieldNode,
    parent: GraphQLNamedType | undefined,
    page: number | undefined,
  ): number => {
    const field =
      isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    // What the schema tells of itself is weighed elsewhere; the name of a type is a leaf like any other.
    if (field === undefined) return leafCost;
    const { weight, assumedSize } = weights.get(`${parent?.name}.${field.name}`) ?? {};
    const args = argumentsOf(node, variables);
    const items = listItems(args);
    const judged = valueCost * Object.values(args).reduce<number>((sum, value) => sum + listedIn(value), 0);
    const type = getNamedType(field.type);
    if (!isCompositeType(type) || node.selectionSet === undefined)
      return items + judged + (weight ?? leafCost);
    const pages = field.args.some(({ name }) => name === 'first' || name === 'last');
    const size = pages ? pageOf(args) : (assumedSize ?? (items > 0 ? items : page));
    const factor = isList(field.type) ? (size ?? unknownListSize) : 1;
    const below = selectionCost(
      node.selectionSet,
      type,
      isList(field.type) ? undefined : pages ? size : undefined,
    );
    return items + judged + (weight ?? 0) + factor * (1 + below);
  };
  const root = schema.getRootType(operation.operation);
  return Math.round(selectionCost(operation.selectionSet, root ?? undefined, undefined));
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(getNullableType(type));
}

function pageOf(args: Readonly<Record<string, unknown>>): number {
  const asked = [args['first'], args['last']].find((value) => typeof value === 'number');
  // The subgraph refuses what lies outside 1 … 100; here it only must not make the figure meaningless.
  return asked === undefined ? defaultPageSize : Math.min(maxPageSize, Math.max(1, asked));
}

function listItems(args: Readonly<Record<string, unknown>>): number {
  return Object.values(args).reduce<number>(
    (sum, value) => sum + (Array.isArray(value) ? value.length : 0),
    0,
  );
}

/**
 * Counts the values of all lists inside of an argument. What a variable holds is one object wherever it is used, and is walked once; it is found again among the few that there
 * are, since to remember an object in a map costs more than to walk it.
 */
function listedValues(variables: Readonly<Record<string, unknown>>): (argument: unknown) => number {
  const held = Object.values(variables).filter((value) => typeof value === 'object' && value !== null);
  const counts: number[] = [];
  const within = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 0;
    const at = held.indexOf(value);
    const before = counts[at];
    if (before !== undefined) return before;
    const inside = Object.values(value);
    let count = Array.isArray(value) ? inside.length : 0;
    for (const inner of inside) count += within(inner);
    if (at >= 0) counts[at] = count;
    return count;
  };
  // The items of an argument that is a list are counted as such.
  return (argument) => within(argument) - (Array.isArray(argument) ? argument.length : 0);
}

/** What an operation says of variables that do not come counts as much as what comes. */
function withDefaults(
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const variables: Record<string, unknown> = Object.create(null);
  for (const { variable, defaultValue } of variableDefinitions) {
    const { value: name } = variable.name;
    if (Object.hasOwn(given, name)) variables[name] = given[name];
    else if (defaultValue !== undefined) variables[name] = valueFromASTUntyped(defaultValue);
  }
  return variables;
}

function argumentsOf(node: FieldNode, variables: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const args: Record<string, unknown> = Object.create(null);
  for (const { name, value } of node.arguments ?? []) args[name.value] = literal(value, variables);
  return args;
}

function literal(
  value: ASTNode & Parameters<typeof valueFromASTUntyped>[0],
  variables: Readonly<Record<string, unknown>>,
): unknown {
  return valueFromASTUntyped(value, variables);
}
