import { type ConstDirectiveNode, type GraphQLSchema, isInterfaceType, isObjectType, Kind } from 'graphql';

export interface FieldWeight {
  /** In objects, beside what the field holds; undefined where the schema says nothing. */
  readonly weight: number | undefined;
  /** Rows of its list, where nothing in the operation says how many; undefined where the schema says nothing. */
  readonly assumedSize: number | undefined;
}

/** What a field costs, by its coordinate (`Query.funnel`). */
export type FieldWeights = ReadonlyMap<string, FieldWeight>;

/**
 * Reads `@cost(weight:)` and `@listSize(assumedSize:)` of fields, which composition keeps in the supergraph (federation 2.9, after IBM's cost directive
 * specification), the latter under the name of its specification unless it was imported.
 */
export function fieldWeights(supergraph: GraphQLSchema): FieldWeights {
  const weights = new Map<string, FieldWeight>();
  for (const type of Object.values(supergraph.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { name, astNode } of Object.values(type.getFields())) {
      const directives = astNode?.directives ?? [];
      const weight = numberOf(directives, ['cost'], 'weight');
      const assumedSize = numberOf(directives, ['cost__listSize', 'listSize'], 'assumedSize');
      if (weight !== undefined || assumedSize !== undefined)
        weights.set(`${type.name}.${name}`, { weight, assumedSize });
    }
  }
  return weights;
}

function numberOf(
  directives: readonly ConstDirectiveNode[],
  names: readonly string[],
  argument: string,
): number | undefined {
  const found = directives.find(({ name }) => names.includes(name.value));
  const value = found?.arguments?.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.INT ? Number(value.value) : undefined;
}
