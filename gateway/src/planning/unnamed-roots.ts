import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { withoutSpreads } from '../execution/named-fragments.ts';
import type { Plan, PlanNode } from './plan.ts';
import type { Planner } from './planner.ts';

/**
 * A subgraph may have names of its own for its root types (`schema { query: Root }`), and the supergraph does not tell: in it they are `Query` and so on. Planners
 * write that name in fragments, where it says nothing that is not known. So it is left out.
 */
export function withUnnamedRoots(planner: Planner, supergraphSchema: GraphQLSchema): Planner {
  const roots = new Set(
    [
      supergraphSchema.getQueryType(),
      supergraphSchema.getMutationType(),
      supergraphSchema.getSubscriptionType(),
    ].flatMap((type) => type?.name ?? []),
  );
  const named = new RegExp(`\\bon\\s+(?:${[...roots].join('|')})\\b`);
  const text = (operation: string): string =>
    named.test(operation) ? unnamed(operation, roots, supergraphSchema) : operation;
  return {
    plan: async (document, operationName, by) =>
      withTexts(await planner.plan(document, operationName, by), text),
    close: async () => planner.close?.(),
  };
}

function withTexts(plan: Plan, text: (operation: string) => string): Plan {
  return plan && withTextsIn(plan, text);
}

function withTextsIn(node: PlanNode, text: (operation: string) => string): PlanNode {
  if (node.kind === 'sequence' || node.kind === 'parallel')
    return { ...node, nodes: node.nodes.map((each) => withTextsIn(each, text)) };
  return { ...node, operation: text(node.operation) };
}

function unnamed(operation: string, roots: ReadonlySet<string>, schema: GraphQLSchema): string {
  const document = withoutSpreads(parse(operation, { noLocation: true }));
  const below = (set: SelectionSetNode, parent: string | undefined): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((selection): SelectionNode => {
      if (selection.kind === Kind.FRAGMENT_SPREAD || selection.selectionSet === undefined) return selection;
      if (selection.kind === Kind.FIELD) {
        const type = parent === undefined ? undefined : schema.getType(parent);
        const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
        const own = fields[selection.name.value]?.type;
        return { ...selection, selectionSet: below(selection.selectionSet, own && getNamedType(own).name) };
      }
      const { typeCondition, ...fragment } = selection;
      const on = typeCondition?.name.value ?? parent;
      const selectionSet = below(selection.selectionSet, on);
      // Of an abstract type around it the condition says something.
      const isKnown = typeCondition === undefined || (on === parent && roots.has(typeCondition.name.value));
      return isKnown ? { ...fragment, selectionSet } : { ...fragment, typeCondition, selectionSet };
    }),
  });
  const written: DocumentNode = {
    ...document,
    definitions: document.definitions.map((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION
        ? {
            ...definition,
            selectionSet: below(definition.selectionSet, schema.getRootType(definition.operation)?.name),
          }
        : definition,
    ),
  };
  return print(written);
}
