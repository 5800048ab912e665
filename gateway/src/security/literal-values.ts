import { type ASTNode, type DocumentNode, Kind, type ValueNode, visit } from 'graphql';

/** Values that stand in the text of an operation: in arguments, and as defaults of variables. */
export interface LiteralValues {
  /** Lists and objects inside of one another. */
  readonly depth: number;
  /**
   * What planning pays for them. @apollo/federation-internals looks for variables in each list twice (`collectVariablesInValue`), and so in what is in it: each value costs
   * two to the power of the lists around it.
   */
  readonly weight: number;
}

/** Measures the values level by level, without recursion of its own, and stops where a limit is passed. */
export function literalValues(document: DocumentNode, most: LiteralValues): LiteralValues {
  let level: readonly { readonly value: ValueNode; readonly factor: number }[] = rootValues(document);
  let weight = 0;
  let depth = 0;
  while (level.length > 0 && depth <= most.depth && weight <= most.weight) {
    weight += level.reduce((sum, { factor }) => sum + factor, 0);
    level = level.flatMap(({ value, factor }) => {
      if (value.kind === Kind.LIST)
        return value.values.map((inner) => ({ value: inner, factor: factor * 2 }));
      if (value.kind === Kind.OBJECT) return value.fields.map((field) => ({ value: field.value, factor }));
      return [];
    });
    if (level.length > 0) depth += 1;
  }
  return { depth, weight };
}

function rootValues(
  document: DocumentNode,
): readonly { readonly value: ValueNode; readonly factor: number }[] {
  const values: { readonly value: ValueNode; readonly factor: number }[] = [];
  const keep = (value: ValueNode | undefined): false => {
    if (value !== undefined) values.push({ value, factor: 1 });
    return false;
  };
  visit(document, {
    enter: (node: ASTNode) => {
      if (node.kind === Kind.ARGUMENT) return keep(node.value);
      if (node.kind === Kind.VARIABLE_DEFINITION) return keep(node.defaultValue);
      return undefined;
    },
  });
  return values;
}
