import {
  type ArgumentNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type ObjectFieldNode,
  visit,
} from 'graphql';
import { signatureOf } from '../execution/compiled/placed-fields.ts';
import { selectionsIn } from './context-fields.ts';

/** The supergraph's directives that name what plans ask for, and the arguments that do; those of contexts stand in a list of objects. */
const tellers: ReadonlyMap<string, readonly string[]> = new Map([
  ['join__type', ['key']],
  ['join__field', ['requires', 'selection']],
]);

/** Names of the fields that plans ask for themselves, with what they ask them for; undefined where that is not always the same. */
export type NeededKeys = ReadonlyMap<string, string | undefined>;

/** What plans need to find an entity in another subgraph, or to tell it what it requires or has from context; `more` are names that a planner makes up. */
export function neededKeys(supergraphSchema: GraphQLSchema, more: Iterable<string> = []): NeededKeys {
  const names = new Map<string, string | undefined>();
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
        [Kind.FIELD]: (field) => {
          const name = field.name.value;
          const signature = signatureOf(field);
          names.set(name, names.has(name) && names.get(name) !== signature ? undefined : signature);
        },
      });
  for (const name of more) names.set(name, undefined);
  return names;
}
