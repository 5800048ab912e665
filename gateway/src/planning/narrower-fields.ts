import {
  type FieldNode,
  type FragmentSpreadNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import { withoutSpreads } from '../execution/named-fragments.ts';
import { fieldsOfLookUp, onlyThose, partOfLookUp, readLookUp, withVariable } from './look-up-parts.ts';
import { withMergedFetches } from './merged-fetches.ts';
import { type EntityFetch, type EntityGroup, nodesOf, type Plan, type PlanNode } from './plan.ts';
import type { Planner } from './planner.ts';
import type { SubgraphTypes } from './subgraph-types.ts';

/** Whether a field of a type is never null in a subgraph, and may be in the graph. */
type IsNarrower = (subgraph: string, type: string, field: string) => boolean;

/**
 * Has entities asked apart for fields that are never null in their subgraph and may be in the graph, because another subgraph says so. Where such a field fails, its
 * subgraph has no entity at all for us, with all that was asked of it; to a client the one field is null (GraphQL §6.4.4). The parts go in one call, in which each has
 * a list of its own. What a subgraph has by a root field, or below a field, cannot be asked apart.
 */
export function withNarrowerApart(planner: Planner, types: SubgraphTypes): Planner {
  const narrower = new Set(
    types.differing
      .filter(({ own, inGraph }) => own.endsWith('!') && !inGraph.endsWith('!'))
      .map(({ graph, parent, field }) => [graph, parent, field].join(' ')),
  );
  if (narrower.size === 0) return planner;
  const isNarrower: IsNarrower = (subgraph, ...place) =>
    narrower.has([types.graphOf(subgraph), ...place].join(' '));
  return {
    plan: async (document, operationName, by) =>
      planApart(await planner.plan(document, operationName, by), isNarrower),
    close: async () => planner.close?.(),
  };
}

function planApart(plan: Plan, isNarrower: IsNarrower): Plan {
  return plan === undefined ? undefined : apart(plan, isNarrower);
}

function apart(node: PlanNode, isNarrower: IsNarrower): PlanNode {
  if (node.kind === 'sequence' || node.kind === 'parallel')
    return { ...node, nodes: node.nodes.map((each) => apart(each, isNarrower)) };
  if (node.kind === 'root') return node;
  return node.context.length > 0 ? contextLookUpApart(node, isNarrower) : lookUpApart(node, isNarrower);
}

/** Entities that take something from context are asked by a list for each value, so that parts of them are calls of their own. */
function contextLookUpApart(fetch: EntityFetch, isNarrower: IsNarrower): PlanNode {
  const read = readLookUp(fetch);
  const isOfPart = partsOf(read.selectionSet, (type, name) => isNarrower(fetch.subgraph, type, name));
  if (isOfPart.length === 1) return fetch;
  const { requires } = read.group;
  const fields = fieldsOfLookUp(read);
  const parts = isOfPart.map((isOwn) =>
    partOfLookUp(fetch, read, { fields: new Set(fields.filter(isOwn)), requires }),
  );
  const together = nodesOf('parallel', parts);
  return together === undefined ? fetch : withMergedFetches(together);
}

function lookUpApart(fetch: EntityFetch, isNarrower: IsNarrower): EntityFetch {
  const document = withoutSpreads(parse(fetch.operation, { noLocation: true }));
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return fetch;
  const names = new Names(operation);
  const selections: SelectionNode[] = [];
  const variables: VariableDefinitionNode[] = [...(operation.variableDefinitions ?? [])];
  const groups: EntityGroup[] = [];
  for (const selection of operation.selectionSet.selections) {
    const group = fetch.groups.find(
      ({ key }) => selection.kind === Kind.FIELD && (selection.alias ?? selection.name).value === key,
    );
    if (selection.kind !== Kind.FIELD || selection.selectionSet === undefined || group === undefined)
      return fetch;
    const isOfPart = partsOf(selection.selectionSet, (type, name) => isNarrower(fetch.subgraph, type, name));
    for (const [at, isOwn] of isOfPart.entries()) {
      const own = { ...selection, selectionSet: onlyThose(selection.selectionSet, isOwn) };
      if (at === 0) {
        selections.push(own);
        groups.push(group);
        continue;
      }
      const key = names.another(group.key);
      const variable = names.another(group.variable);
      const declared = variables.find((each) => each.variable.name.value === group.variable);
      if (declared === undefined) return fetch;
      variables.push(withVariable(declared, group.variable, variable));
      selections.push({
        ...withVariable(own, group.variable, variable),
        alias: { kind: Kind.NAME, value: key },
      });
      groups.push({ ...group, key, variable });
    }
  }
  if (groups.length === fetch.groups.length) return fetch;
  const asked: OperationDefinitionNode = {
    ...operation,
    variableDefinitions: variables,
    selectionSet: { ...operation.selectionSet, selections },
  };
  const definitions = document.definitions.map((each) => (each === operation ? asked : each));
  return { ...fetch, operation: print({ ...document, definitions }), groups };
}

/** Names of parts, which nothing else in the operation has. */
class Names {
  readonly #taken = new Set<string>();

  constructor(operation: OperationDefinitionNode) {
    visit(operation, { [Kind.NAME]: ({ value }) => void this.#taken.add(value) });
  }

  another(name: string): string {
    for (let at = 1; ; at += 1) {
      const found = `${name}_apart_${at}`;
      if (this.#taken.has(found)) continue;
      this.#taken.add(found);
      return found;
    }
  }
}

type IsOfPart = (selection: FieldNode | FragmentSpreadNode) => boolean;

/** What each part has: the narrower fields one each, and one part the rest. */
function partsOf(
  set: SelectionSetNode,
  isNarrower: (type: string, field: string) => boolean,
): readonly IsOfPart[] {
  const narrower = new Set<string>();
  const others = new Set<string>();
  const collect = ({ selections }: SelectionSetNode, type: string): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT)
        collect(selection.selectionSet, selection.typeCondition?.name.value ?? type);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) others.add(keyOf(selection));
      else if (isNarrower(type, selection.name.value)) narrower.add(keyOf(selection));
      else if (selection.name.value !== '__typename') others.add(keyOf(selection));
    }
  };
  collect(set, '');
  const parts = [...narrower].map(
    (own): IsOfPart =>
      (each) =>
        keyOf(each) === own,
  );
  // A field that is narrower on one type alone is in the part of its name on all of them.
  const isWhole = parts.length > 0 && [...others].every((key) => narrower.has(key));
  return isWhole ? parts : [(each) => !narrower.has(keyOf(each)), ...parts];
}

/** What is spread has none: it stands with the rest. */
function keyOf(selection: FieldNode | FragmentSpreadNode): string {
  return selection.kind === Kind.FIELD ? (selection.alias ?? selection.name).value : '';
}
