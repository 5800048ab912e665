import { CodedError } from '@tributary/runtime';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentSpreadNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { namedFragments } from '../execution/named-fragments.ts';
import { type RequiringObjects, requiringFields } from './interface-object-look-ups.ts';
import { meets } from './interface-objects.ts';

/** Writes an operation so that fragments below interface objects are on types of objects. */
export type NameObjects = (document: DocumentNode) => DocumentNode;

/**
 * What Apollo's planner has to be helped with. From an interface object it knows a way to each type of objects that implements the interface, and to nothing else:
 * fragments on other interfaces and on unions it takes for such that no object meets, and leaves out what they ask for, or fails.
 * Fields that require something, asked below such a type, make it plan in circles until it fails; so those are asked of all objects of the interface.
 * `interfaces` are those that some subgraph has as an object.
 */
export function nameObjects(
  apiSchema: GraphQLSchema,
  interfaces: ReadonlySet<string>,
  objects: RequiringObjects,
): NameObjects {
  return (document) => {
    if (!meets(apiSchema, document, interfaces)) return document;
    const fragments = namedFragments(document);
    const naming = new ObjectNaming(apiSchema, { interfaces, objects, fragments });
    const definitions = document.definitions.flatMap((definition) => {
      if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
      const type = apiSchema.getRootType(definition.operation);
      if (!isObjectType(type)) return [definition];
      return [{ ...definition, selectionSet: naming.set(definition.selectionSet, { type, isBelow: false }) }];
    });
    return { ...document, definitions };
  };
}

interface Place {
  readonly type: GraphQLCompositeType;
  /** Whether a fragment was already named by the type of its objects: what stands in it is of that type, whatever fragments are around it. */
  readonly isBelow: boolean;
}

interface Known {
  readonly interfaces: ReadonlySet<string>;
  readonly objects: RequiringObjects;
  readonly fragments: ReturnType<typeof namedFragments>;
}

/** Fragments in fragments multiply by the types of objects at each level. */
const mostSelections = 50_000;

class ObjectNaming {
  #selected = 0;
  readonly #schema: GraphQLSchema;
  readonly #interfaces: ReadonlySet<string>;
  readonly #objects: RequiringObjects;
  readonly #fragments: ReturnType<typeof namedFragments>;

  constructor(schema: GraphQLSchema, { interfaces, objects, fragments }: Known) {
    this.#schema = schema;
    this.#interfaces = interfaces;
    this.#objects = objects;
    this.#fragments = fragments;
  }

  set(set: SelectionSetNode, place: Place): SelectionSetNode {
    const selections = this.#selections(set, place);
    return { ...set, selections: selections.length === 0 ? [typename] : selections };
  }

  /** @throws CodedError OPERATION_TOO_COMPLEX */
  #selections(set: SelectionSetNode, place: Place): readonly SelectionNode[] {
    this.#selected += set.selections.length;
    if (this.#selected > mostSelections)
      throw new CodedError(
        'OPERATION_TOO_COMPLEX',
        'Written out for each type of object, the fragments of the operation are too many.',
        { details: { limit: mostSelections } },
      );
    return set.selections.flatMap((selection) =>
      selection.kind === Kind.FIELD ? [this.#field(selection, place.type)] : this.#named(selection, place),
    );
  }

  #field(field: FieldNode, parent: GraphQLCompositeType): FieldNode {
    const definition = 'getFields' in parent ? parent.getFields()[field.name.value] : undefined;
    const type = definition && getNamedType(definition.type);
    if (field.selectionSet === undefined || !isCompositeType(type)) return field;
    return { ...field, selectionSet: this.set(field.selectionSet, { type, isBelow: false }) };
  }

  #named(fragment: FragmentSpreadNode | InlineFragmentNode, place: Place): readonly SelectionNode[] {
    const written =
      fragment.kind === Kind.INLINE_FRAGMENT ? fragment : this.#fragments.get(fragment.name.value);
    if (written === undefined) return [];
    const { typeCondition, selectionSet: set } = written;
    const on = typeCondition === undefined ? place.type : this.#schema.getType(typeCondition.name.value);
    if (!isCompositeType(on)) return [];
    const { directives = [] } = fragment;
    const onType = (type: GraphQLCompositeType, isBelow: boolean): InlineFragmentNode => ({
      kind: Kind.INLINE_FRAGMENT,
      directives,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } },
      selectionSet: this.set(set, { type, isBelow }),
    });
    const isOfObject = isInterfaceType(place.type) && this.#interfaces.has(place.type.name);
    if (!place.isBelow && !isOfObject) return [onType(on, false)];
    if (on !== place.type && !this.#isAlways(on, place.type))
      return this.#withRequiringOfAll(
        this.#objectsOf(place.type)
          .filter((type) => this.#objectsOf(on).includes(type))
          .map((type) => onType(type, true)),
        place.type,
      );
    if (directives.length === 0) return this.#selections(set, place);
    return [{ kind: Kind.INLINE_FRAGMENT, directives, selectionSet: this.set(set, place) }];
  }

  #withRequiringOfAll(
    fragments: readonly InlineFragmentNode[],
    { name }: GraphQLCompositeType,
  ): readonly SelectionNode[] {
    const requiring = requiringFields(this.#objects, name);
    const isRequiring = (each: SelectionNode): boolean =>
      each.kind === Kind.FIELD && requiring.has(each.name.value);
    const moved = fragments.flatMap(({ selectionSet }) => selectionSet.selections.filter(isRequiring));
    if (moved.length === 0) return fragments;
    const left = fragments.flatMap((fragment) => {
      const selections = fragment.selectionSet.selections.filter((each) => !isRequiring(each));
      const selectionSet = { ...fragment.selectionSet, selections };
      return selections.length === 0 ? [] : [{ ...fragment, selectionSet }];
    });
    // Which of the objects has them is for their types to tell.
    return [typename, ...moved, ...left];
  }

  /** Whether every object of a type, as the schema says it, is of the other. */
  #isAlways(on: GraphQLCompositeType, type: GraphQLCompositeType): boolean {
    const canImplement = isObjectType(type) || isInterfaceType(type);
    return isAbstractType(on) && canImplement && this.#schema.isSubType(on, type);
  }

  #objectsOf(type: GraphQLCompositeType): readonly GraphQLObjectType[] {
    return isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [type];
  }
}

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
