import {
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { namedFragments } from '../execution/named-fragments.ts';
import type { ContextFields } from './context-fields.ts';

export interface KnownTakers {
  readonly apiSchema: GraphQLSchema;
  readonly takers: ContextFields;
  /** The fields with arguments from context that have to be asked for another. */
  readonly neededFor: (field: string) => readonly string[];
  /** The contexts that objects of a type set. */
  readonly setBy: (type: string) => ReadonlySet<string>;
}

/** Fields that take something from context, by name, which has not been set for them. */
interface Open {
  /** Those that the document asks for. */
  readonly asked: Set<string>;
  /** Those that are asked for to bring others: where they stand is not known, so that nobody is known to set it for them. */
  readonly needed: Set<string>;
}

/** Tells which fields an operation asks for below one of its fields, itself or to bring what it asks for, for which something above has to set a context. */
export type OpenTakers = (field: FieldNode, parent: GraphQLCompositeType) => readonly string[];

/** A context is what the nearest object above sets: what all objects on the way to a field set is no matter of those above. */
export function openTakers(document: DocumentNode, known: KnownTakers): OpenTakers {
  const { apiSchema, takers, neededFor, setBy } = known;
  const fragments = namedFragments(document);
  const read = new Map<SelectionSetNode, Map<string, Open>>();
  const isSet = (name: string, type: GraphQLCompositeType): boolean => {
    const objects = isAbstractType(type) ? apiSchema.getPossibleTypes(type) : [type];
    const contexts = (takers.get(name) ?? []).map(({ context }) => context);
    return objects.every((object) => contexts.every((context) => setBy(object.name).has(context)));
  };
  const below = ({ name, selectionSet }: FieldNode, parent: GraphQLCompositeType): Open => {
    const field = 'getFields' in parent ? parent.getFields()[name.value] : undefined;
    const type = field && getNamedType(field.type);
    const { asked, needed } = isCompositeType(type) ? inSet(selectionSet, type) : none();
    // What a field requires may stand below its own object.
    return { asked, needed: new Set([...needed, ...neededFor(name.value)]) };
  };
  const inSet = (set: SelectionSetNode | undefined, type: GraphQLCompositeType): Open => {
    if (set === undefined) return none();
    const ofTypes = read.get(set) ?? new Map<string, Open>();
    read.set(set, ofTypes);
    const before = ofTypes.get(type.name);
    if (before !== undefined) return before;
    const open = none();
    const meet = ({ asked, needed }: Open): void => {
      for (const name of asked) open.asked.add(name);
      for (const name of needed) open.needed.add(name);
    };
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const { asked, needed } = below(selection, type);
        meet({ asked: new Set([...asked].filter((name) => !isSet(name, type))), needed });
        if (takers.has(selection.name.value)) open.asked.add(selection.name.value);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value;
      const on = condition === undefined ? type : apiSchema.getType(condition);
      if (isCompositeType(on)) meet(inSet(fragment?.selectionSet, on));
    }
    ofTypes.set(type.name, open);
    return open;
  };
  return (field, parent) => {
    const { asked, needed } = below(field, parent);
    return [...new Set([...asked, ...needed])];
  };
}

function none(): Open {
  return { asked: new Set(), needed: new Set() };
}
