import {
  type ArgumentNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type ObjectFieldNode,
  visit,
} from 'graphql';
import { selectionsIn } from './context-fields.ts';

/** The supergraph's directives that name what plans ask for, and the arguments that do; those of contexts stand in a list of objects. */
const tellers: ReadonlyMap<string, readonly string[]> = new Map([
  ['join__type', ['key']],
  ['join__field', ['requires', 'selection']],
]);

/** Names of the fields that plans ask for themselves: to find an entity in another subgraph, or to tell it what it requires or has from context. */
export function neededKeys(supergraphSchema: GraphQLSchema): ReadonlySet<string> {
  const names = new Set<string>();
  const texts = new Set<string>();
  for (const type of Object.values(supergraphSchema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    const nodes = [type.astNode, ...Object.values(type.getFields()).map(({ astNode }) => astNode)];
    for (const directive of nodes.flatMap((node) => node?.directives ?? [])) {
      const wanted = tellers.get(directive.name.value) ?? [];
      const take = ({ name, value }: ArgumentNode | ObjectFieldNode): void => {
        if (wanted.includes(name.value) && value.kind === Kind.STRING) texts.add(value.value);
      };
      visit(directive, { [Kind.ARGUMENT]: take, [Kind.OBJECT_FIELD]: take });
    }
  }
  for (const fields of texts)
    for (const selection of selectionsIn(fields))
      visit(selection, {
        [Kind.FIELD]: ({ name }) => {
          names.add(name.value);
        },
      });
  return names;
}
