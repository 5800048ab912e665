import { type ASTVisitor, GraphQLError, Kind, type SelectionSetNode, type ValidationContext } from 'graphql';

const conditions = new Set(['skip', 'include']);

/**
 * A validation rule: the root field of a subscription stands under no condition (GraphQL September 2025, §5.2.4.1). Left out, there would be
 * nothing to follow: a socket that stays open and never says anything.
 */
export function unconditionalSubscriptionRule(context: ValidationContext): ASTVisitor {
  return {
    [Kind.OPERATION_DEFINITION]: ({ operation, selectionSet }) => {
      if (operation === 'subscription') checkRoot(context, selectionSet, new Set());
      // No operation stands within another.
      return false;
    },
  };
}

function checkRoot(context: ValidationContext, set: SelectionSetNode, opened: Set<string>): void {
  for (const node of set.selections) {
    const condition = node.directives?.find(({ name }) => conditions.has(name.value));
    if (condition !== undefined) {
      const message = `The field of a subscription may not stand under @${condition.name.value}.`;
      context.reportError(new GraphQLError(message, { nodes: condition }));
    }
    if (node.kind === Kind.INLINE_FRAGMENT) checkRoot(context, node.selectionSet, opened);
    if (node.kind !== Kind.FRAGMENT_SPREAD || opened.has(node.name.value)) continue;
    opened.add(node.name.value);
    const fragment = context.getFragment(node.name.value);
    if (fragment != null) checkRoot(context, fragment.selectionSet, opened);
  }
}
