import {
  type ConstDirectiveNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  visit,
} from 'graphql';
import { signatureOf } from '../execution/compiled/placed-fields.ts';
import { isWrittenAlike } from './alike-literals.ts';
import { contextArguments, selectionsIn } from './context-fields.ts';
import { argumentsOf } from './directive-arguments.ts';

/** Names of the fields that plans ask for themselves, with what they ask them for; undefined where that is not always the same. */
export type NeededKeys = ReadonlyMap<string, string | undefined>;

/** What plans need to find an entity in another subgraph, or to tell it what it requires or has from context; `more` are names that a planner makes up. */
export function neededKeys(supergraphSchema: GraphQLSchema, more: Iterable<string> = []): NeededKeys {
  const names = new Map<string, string | undefined>();
  const texts = new Set<string>();
  for (const type of Object.values(supergraphSchema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    const nodes = [type.astNode, ...Object.values(type.getFields()).map(({ astNode }) => astNode)];
    for (const directive of nodes.flatMap((node) => node?.directives ?? []))
      for (const text of fieldsAsked(directive)) texts.add(text);
  }
  for (const fields of texts)
    for (const selection of selectionsIn(fields))
      visit(selection, {
        [Kind.FIELD]: (field) => {
          const name = field.name.value;
          // What is not written alike by planners and by clients is not the same.
          const isAlike = (field.arguments ?? []).every(({ value }) => isWrittenAlike(value));
          const signature = isAlike ? signatureOf(field) : undefined;
          names.set(name, names.has(name) && names.get(name) !== signature ? undefined : signature);
        },
      });
  for (const name of more) names.set(name, undefined);
  return names;
}

/** The sets of fields by which a directive of the supergraph says what plans ask for. */
function fieldsAsked(directive: ConstDirectiveNode): readonly string[] {
  const { key } = argumentsOf(directive, 'join__type');
  const { requires } = argumentsOf(directive, 'join__field');
  const selections = contextArguments(directive).map(({ selection }) => selection);
  return [key, requires, ...selections].filter((fields) => typeof fields === 'string');
}
