import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';

/** The values of an operation's variables. */
export type VariableValues = Readonly<Record<string, unknown>>;

/**
 * The document as it is once `@skip` and `@include` are decided. An operation is planned and its answer shaped in this form: a planner that
 * keeps conditions open makes one plan for all their values, and then asks for key fields that were left out, or leaves out
 * objects of which every field is.
 */
export function decided(document: DocumentNode, variables: VariableValues): DocumentNode {
  return visit(document, {
    [Kind.SELECTION_SET]: (set) => ({
      ...set,
      selections: set.selections.filter(({ directives }) => isIncluded(directives, variables)),
    }),
    [Kind.DIRECTIVE]: ({ name }) => (isCondition(name.value) ? null : undefined),
  });
}

export const typenameField: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** An object of which nothing is wanted any more is still wanted, and plans have no words for that: its type name stands in. */
export function withoutEmptySelections(document: DocumentNode): DocumentNode {
  return visit(document, {
    [Kind.SELECTION_SET]: (set) =>
      set.selections.length === 0 ? { ...set, selections: [typenameField] } : undefined,
  });
}

/** `@skip` wins over `@include` (GraphQL §3.13.1–2). */
export function isIncluded(
  directives: readonly DirectiveNode[] | undefined,
  variables: VariableValues,
): boolean {
  return (directives ?? []).every((directive) => {
    const name = directive.name.value;
    if (!isCondition(name)) return true;
    const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
    const isTrue =
      value?.kind === Kind.VARIABLE
        ? variables[value.name.value] === true
        : value?.kind === Kind.BOOLEAN && value.value;
    return isTrue === (name === 'include');
  });
}

/** Names of the operation's variables that decide what is selected. Few operations have any. */
export function decidingVariables(
  document: DocumentNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    [Kind.DIRECTIVE]: ({ name, arguments: given = [] }) => {
      if (!isCondition(name.value)) return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return variableDefinitions.map(({ variable }) => variable.name.value).filter((name) => names.has(name));
}

function isCondition(directive: string): boolean {
  return directive === 'skip' || directive === 'include';
}
