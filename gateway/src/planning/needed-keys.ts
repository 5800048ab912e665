import { type GraphQLSchema, isInterfaceType, isObjectType, Kind, parse, visit } from 'graphql';

/** The supergraph's directives that say what a subgraph must be told, and the arguments that do. */
const tellers: ReadonlyMap<string, string> = new Map([
  ['join__type', 'key'],
  ['join__field', 'requires'],
]);

/** Names of the fields that plans ask for themselves, to find an entity in another subgraph or to tell it what it requires. */
export function neededKeys(supergraphSchema: GraphQLSchema): ReadonlySet<string> {
  const names = new Set<string>();
  const texts = new Set<string>();
  for (const type of Object.values(supergraphSchema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    const nodes = [type.astNode, ...Object.values(type.getFields()).map(({ astNode }) => astNode)];
    for (const { name, arguments: given = [] } of nodes.flatMap((node) => node?.directives ?? [])) {
      const wanted = tellers.get(name.value);
      for (const argument of given)
        if (argument.name.value === wanted && argument.value.kind === Kind.STRING)
          texts.add(argument.value.value);
    }
  }
  for (const fields of texts)
    visit(parse(`{ ${fields} }`, { noLocation: true }), {
      [Kind.FIELD]: ({ name }) => {
        names.add(name.value);
      },
    });
  return names;
}
