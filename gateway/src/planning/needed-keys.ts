import {
  type ConstDirectiveNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  visit,
} from 'graphql';
import { signatureOf } from '../execution/compiled/placed-fields.ts';
import { isWrittenAlike } from './alike-literals.ts';
import { contextArguments, contextFields, selectionsIn } from './context-fields.ts';
import { contextsByType } from './contexts-by-type.ts';
import { argumentsOf } from './directive-arguments.ts';

/** Names of the fields that plans ask for themselves. */
export interface NeededKeys {
  /** With what they ask them for; undefined where that is not always the same. */
  readonly signatures: ReadonlyMap<string, string | undefined>;
  /** Those that they may ask for at the root, by the name of a root type that sets a context: what is read of it. */
  readonly atRoot: ReadonlyMap<string, ReadonlySet<string>>;
}

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
  return { signatures: names, atRoot: readOfRoots(supergraphSchema) };
}

/** An operation has one field of `Subscription`, so that nothing is read of that. */
function readOfRoots(schema: GraphQLSchema): NeededKeys['atRoot'] {
  const setBy = contextsByType(schema);
  const all = [...contextFields(schema).values()].flat();
  const roots = [schema.getQueryType(), schema.getMutationType()];
  return new Map(
    roots.flatMap((root) => {
      const set = setBy(root?.name ?? '');
      const read = all.filter(({ context }) => set.has(context));
      const names = new Set(read.flatMap(({ selections }) => namesOf(selections)));
      return root && names.size > 0 ? [[root.name, names] as const] : [];
    }),
  );
}

/** Of fields of the objects themselves. */
function namesOf(selections: readonly SelectionNode[]): readonly string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    return selection.kind === Kind.INLINE_FRAGMENT ? namesOf(selection.selectionSet.selections) : [];
  });
}

/** The sets of fields by which a directive of the supergraph says what plans ask for. */
function fieldsAsked(directive: ConstDirectiveNode): readonly string[] {
  const { key } = argumentsOf(directive, 'join__type');
  const { requires } = argumentsOf(directive, 'join__field');
  const selections = contextArguments(directive).map(({ selection }) => selection);
  return [key, requires, ...selections].filter((fields) => typeof fields === 'string');
}
