import { type GraphQLSchema, isInterfaceType, isObjectType, Kind } from 'graphql';

/** What a field costs, in objects, by its coordinate (`Query.funnel`). */
export type FieldWeights = ReadonlyMap<string, number>;

/** Reads `@cost(weight:)` of fields, which composition keeps in the supergraph (federation 2.9, after IBM's cost directive specification). */
export function fieldWeights(supergraph: GraphQLSchema): FieldWeights {
  const weights = new Map<string, number>();
  for (const type of Object.values(supergraph.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { name, astNode } of Object.values(type.getFields())) {
      const cost = astNode?.directives?.find((directive) => directive.name.value === 'cost');
      const weight = cost?.arguments?.find((argument) => argument.name.value === 'weight')?.value;
      if (weight?.kind === Kind.INT) weights.set(`${type.name}.${name}`, Number(weight.value));
    }
  }
  return weights;
}
