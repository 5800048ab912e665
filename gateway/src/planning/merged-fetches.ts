import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  type VariableDefinitionNode,
} from 'graphql';
import { withVariable } from './look-up-parts.ts';
import { type EntityFetch, type EntityGroup, nodesOf, type PlanNode } from './plan.ts';

/**
 * Look-ups of one subgraph that could go at once go in one call: each is an `_entities` field of its own under an alias, and those that
 * ask for the same fields by the same keys are one field, so that an entity that stands in several places is sent once. Both come back at the same
 * time, which nobody notices: what waits for one of several parallel nodes waits for all of them.
 */
export function withMergedFetches(node: PlanNode): PlanNode {
  if (node.kind !== 'sequence' && node.kind !== 'parallel') return node;
  const nodes = node.nodes.map(withMergedFetches);
  return nodesOf(node.kind, node.kind === 'sequence' ? nodes : merged(nodes)) ?? node;
}

/** In the order of the first of each subgraph. */
function merged(nodes: readonly PlanNode[]): readonly PlanNode[] {
  const lookUps = new Map<string, LookUp[]>();
  const places: (() => readonly PlanNode[])[] = [];
  for (const node of nodes) {
    const lookUp = lookUpOf(node);
    const before = lookUp && lookUps.get(lookUp.fetch.subgraph);
    if (lookUp === undefined) places.push(() => [node]);
    else if (before !== undefined) before.push(lookUp);
    else {
      const calls = [lookUp];
      lookUps.set(lookUp.fetch.subgraph, calls);
      places.push(() => inOneCall(calls));
    }
  }
  return places.flatMap((place) => place());
}

/** One look-up, read. */
interface LookUp {
  readonly fetch: EntityFetch;
  readonly group: EntityGroup;
  readonly operation: OperationDefinitionNode;
  readonly field: FieldNode;
  /** The client's variables with their types. */
  readonly declared: ReadonlyMap<string, VariableDefinitionNode>;
}

/** Undefined for everything else, for look-ups that differ from one entity to the next, and for texts of another form than planners write. */
function lookUpOf(node: PlanNode): LookUp | undefined {
  if (node.kind !== 'entities' || node.context.length > 0) return undefined;
  const [group, ...groups] = node.groups;
  const [operation, ...definitions] = parse(node.operation, { noLocation: true }).definitions;
  if (group === undefined || groups.length + definitions.length > 0) return undefined;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || !isPlainQuery(operation)) return undefined;
  const [field, ...fields] = operation.selectionSet.selections;
  if (field?.kind !== Kind.FIELD || field.name.value !== '_entities' || fields.length > 0) return undefined;
  const declared = new Map(
    (operation.variableDefinitions ?? [])
      .filter(({ variable }) => variable.name.value !== group.variable)
      .map((definition) => [definition.variable.name.value, definition]),
  );
  return { fetch: node, group, operation, field, declared };
}

function isPlainQuery({ operation, directives = [] }: OperationDefinitionNode): boolean {
  return operation === OperationTypeNode.QUERY && directives.length === 0;
}

function inOneCall(lookUps: readonly LookUp[]): readonly EntityFetch[] {
  const fetches = lookUps.map(({ fetch }) => fetch);
  const [first, ...others] = lookUps;
  if (first === undefined || others.length === 0) return fetches;
  const declared = declaredByAll(lookUps);
  if (declared === undefined) return fetches;
  const asked = askedOnce(lookUps);
  const named = asked.map(({ lookUp, paths }, at) => {
    const group = { ...lookUp.group, key: `_entities_${at}`, variable: `representations_${at}`, paths };
    return { lookUp, group };
  });
  // A client's variable may have any name.
  if (named.some(({ group }) => declared.has(group.variable))) return fetches;
  const operation: OperationDefinitionNode = {
    ...first.operation,
    variableDefinitions: [
      ...named.flatMap(({ lookUp, group }) => representationsOf(lookUp, group.variable)),
      ...declared.values(),
    ],
    selectionSet: { kind: Kind.SELECTION_SET, selections: named.map(aliased) },
  };
  const variables = [...new Set(fetches.flatMap((fetch) => fetch.variables))];
  const groups = named.map(({ group }) => group);
  return [{ ...first.fetch, operation: print(operation), variables, groups }];
}

/** Undefined when two of them declare one variable differently. */
function declaredByAll(lookUps: readonly LookUp[]): ReadonlyMap<string, VariableDefinitionNode> | undefined {
  const all = new Map<string, VariableDefinitionNode>();
  for (const { declared } of lookUps)
    for (const [name, definition] of declared) {
      const before = all.get(name);
      if (before !== undefined && print(before) !== print(definition)) return undefined;
      all.set(name, definition);
    }
  return all;
}

/** Those that ask the same stand once, with all their places. */
function askedOnce(
  lookUps: readonly LookUp[],
): readonly { readonly lookUp: LookUp; readonly paths: EntityGroup['paths'] }[] {
  const found = new Map<string, { readonly lookUp: LookUp; paths: EntityGroup['paths'] }>();
  for (const lookUp of lookUps) {
    const { paths, ...asked } = lookUp.group;
    const key = JSON.stringify([print(lookUp.field), asked]);
    const same = found.get(key);
    if (same === undefined) found.set(key, { lookUp, paths });
    else same.paths = [...same.paths, ...paths];
  }
  return [...found.values()];
}

function representationsOf({ operation, group }: LookUp, name: string): readonly VariableDefinitionNode[] {
  return (operation.variableDefinitions ?? [])
    .filter(({ variable }) => variable.name.value === group.variable)
    .map((definition) => withVariable(definition, group.variable, name));
}

function aliased({ lookUp, group }: { readonly lookUp: LookUp; readonly group: EntityGroup }): FieldNode {
  const field = withVariable(lookUp.field, lookUp.group.variable, group.variable);
  return { ...field, alias: { kind: Kind.NAME, value: group.key } };
}
