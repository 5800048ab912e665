import { Kind, type OperationDefinitionNode, parse, type SelectionSetNode } from 'graphql';
import { withoutSpreads } from '../execution/named-fragments.ts';
import type { Plan } from './plan.ts';
import type { RequiredArguments } from './required-arguments.ts';

/** Whether a plan asks for fields that require one with different arguments, wherever: not all planners keep those apart. */
export function requiresInTwoWays(plan: Plan, required: RequiredArguments): boolean {
  const ways = new Map<string, string>();
  return meetsTwo(plan, (subgraph, type, field) =>
    [...required.neededBy(subgraph, type, field)].some((name) => {
      const own = required.fieldOf.get(name) ?? name;
      const before = ways.get(own);
      ways.set(own, name);
      return before !== undefined && before !== name;
    }),
  );
}

type Meets = (subgraph: string, type: string, field: string) => boolean;

function meetsTwo(plan: Plan, meets: Meets): boolean {
  if (plan === undefined || plan.kind === 'root') return false;
  if (plan.kind !== 'entities') return plan.nodes.some((node) => meetsTwo(node, meets));
  const { subgraph, operation } = plan;
  // What requires something is always asked of entities.
  return withoutSpreads(parse(operation, { noLocation: true }))
    .definitions.filter(
      (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
    )
    .flatMap(({ selectionSet }) => selectionSet.selections)
    .some(
      (selection) =>
        selection.kind === Kind.FIELD &&
        selection.selectionSet !== undefined &&
        anyOf(selection.selectionSet, '', (type, field) => meets(subgraph, type, field)),
    );
}

function anyOf(
  { selections }: SelectionSetNode,
  type: string,
  meets: (type: string, field: string) => boolean,
): boolean {
  return selections.some((selection) => {
    if (selection.kind === Kind.FIELD) return meets(type, selection.name.value);
    return (
      selection.kind === Kind.INLINE_FRAGMENT &&
      anyOf(selection.selectionSet, selection.typeCondition?.name.value ?? type, meets)
    );
  });
}
