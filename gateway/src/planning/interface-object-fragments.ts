import { CodedError } from '@tributary/runtime/errors';
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
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { namedFragments } from '../execution/named-fragments.ts';
import { AskedAfterwards, type LateField } from './asked-afterwards.ts';
import { fieldsIn, selectionsIn } from './context-fields.ts';
import { FieldsOfTypes } from './fields-of-types.ts';
import { type RequiringField, type RequiringObjects, requiringField } from './interface-object-look-ups.ts';
import { meets } from './interface-objects.ts';
import { ObjectSubgraphs } from './object-subgraphs.ts';
import type { PlanPath } from './plan.ts';

/** An operation in which fragments below interface objects are on types of objects, and the names that fields of those have in it. */
export interface NamedObjects {
  readonly document: DocumentNode;
  readonly ofTypes: FieldsOfTypes;
  /** What it does not ask for, because Apollo's planner knows no way to it. */
  readonly afterwards: AskedAfterwards;
}

export interface ObjectsToName {
  readonly apiSchema: GraphQLSchema;
  readonly supergraphSchema: GraphQLSchema;
  /** Those that some subgraph has as an object. */
  readonly interfaces: ReadonlySet<string>;
  readonly objects: RequiringObjects;
}

/**
 * What Apollo's planner has to be helped with. From an interface object it knows a way to each type of objects that implements the interface, and to nothing else:
 * fragments on other interfaces and on unions it takes for such that no object meets, and leaves out what they ask for, or fails. What it asks of an interface
 * object it asks of objects of all types, so fields that are asked of some have names of their own, by which the plan is put right.
 * Of fields that require something, where the objects come from another subgraph that does not know their types either, it makes plans that wait for themselves, and fails.
 * So the operation asks for what they require, and they are looked up when that is there. Those with more below them are asked of all objects of the interface, to
 * which it mostly finds a way, and the plan is put right as for others.
 */
export function nameObjects(known: ObjectsToName): (document: DocumentNode) => NamedObjects {
  const { apiSchema, interfaces } = known;
  const subgraphs = new ObjectSubgraphs(known.supergraphSchema);
  const fieldNames = namesOfFields(apiSchema);
  return (document) => {
    const names = new Set<string>();
    const ofTypes = new FieldsOfTypes((name) => names.has(name) || fieldNames.has(name));
    const afterwards = new AskedAfterwards();
    if (!meets(apiSchema, document, interfaces)) return { document, ofTypes, afterwards };
    visit(document, { [Kind.NAME]: ({ value }) => void names.add(value) });
    const fragments = namedFragments(document);
    const naming = new ObjectNaming({ ...known, subgraphs, fragments, ofTypes, afterwards });
    const definitions = document.definitions.flatMap((definition) => {
      if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
      const type = apiSchema.getRootType(definition.operation);
      if (!isObjectType(type)) return [definition];
      const place = { type, isBelow: false, sources: new Set<string>(), path: [] };
      const selectionSet = naming.set(definition.selectionSet, place);
      return [{ ...definition, selectionSet }];
    });
    return { document: { ...document, definitions }, ofTypes, afterwards };
  };
}

function namesOfFields(schema: GraphQLSchema): ReadonlySet<string> {
  return new Set(
    Object.values(schema.getTypeMap()).flatMap((type) =>
      isObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()) : [],
    ),
  );
}

interface Place {
  readonly type: GraphQLCompositeType;
  /** Whether a fragment was already named by the type of its objects: what stands in it is of that type, whatever fragments are around it. */
  readonly isBelow: boolean;
  /** The subgraphs that its objects may come from. */
  readonly sources: ReadonlySet<string>;
  readonly path: PlanPath;
}

interface Known extends ObjectsToName {
  readonly subgraphs: ObjectSubgraphs;
  readonly fragments: ReturnType<typeof namedFragments>;
  readonly ofTypes: FieldsOfTypes;
  readonly afterwards: AskedAfterwards;
}

/** Fragments in fragments multiply by the types of objects at each level. */
const mostSelections = 50_000;

class ObjectNaming {
  #selected = 0;
  readonly #schema: GraphQLSchema;
  readonly #known: Known;

  constructor(known: Known) {
    this.#schema = known.apiSchema;
    this.#known = known;
  }

  set(set: SelectionSetNode, place: Place): SelectionSetNode {
    const selected = this.#selections(set, place);
    const selections = this.#isOfObject(place) && !place.isBelow ? this.#ofTypes(selected, place) : selected;
    return { ...set, selections: selections.length === 0 ? [typename] : selections };
  }

  #isOfObject({ type }: Place): boolean {
    return isInterfaceType(type) && this.#known.interfaces.has(type.name);
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
      selection.kind === Kind.FIELD ? [this.#field(selection, place)] : this.#named(selection, place),
    );
  }

  #field(field: FieldNode, { type: parent, path: around }: Place): FieldNode {
    const definition = 'getFields' in parent ? parent.getFields()[field.name.value] : undefined;
    const type = definition && getNamedType(definition.type);
    if (field.selectionSet === undefined || !isCompositeType(type)) return field;
    const sources = this.#known.subgraphs.having(parent.name, field.name.value);
    const path = [...around, (field.alias ?? field.name).value];
    const place = { type, isBelow: false, sources, path };
    return { ...field, selectionSet: this.set(field.selectionSet, place) };
  }

  #named(fragment: FragmentSpreadNode | InlineFragmentNode, place: Place): readonly SelectionNode[] {
    const written =
      fragment.kind === Kind.INLINE_FRAGMENT ? fragment : this.#known.fragments.get(fragment.name.value);
    if (written === undefined) return [];
    const { typeCondition, selectionSet: set } = written;
    const on = typeCondition === undefined ? place.type : this.#schema.getType(typeCondition.name.value);
    if (!isCompositeType(on)) return [];
    const { directives = [] } = fragment;
    const onType = (type: GraphQLCompositeType, isBelow: boolean): InlineFragmentNode => ({
      kind: Kind.INLINE_FRAGMENT,
      directives,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } },
      selectionSet: this.set(set, { ...place, type, isBelow, path: this.#pathTo(type, place) }),
    });
    if (!place.isBelow && !this.#isOfObject(place)) return [onType(on, false)];
    if (on !== place.type && !this.#isAlways(on, place.type))
      return this.#objectsOf(place.type)
        .filter((type) => this.#objectsOf(on).includes(type))
        .map((type) => onType(type, true));
    if (directives.length === 0) return this.#selections(set, place);
    return [{ kind: Kind.INLINE_FRAGMENT, directives, selectionSet: this.set(set, place) }];
  }

  /** Of objects that may be of one type only nobody is told which. */
  #pathTo(type: GraphQLCompositeType, place: Place): PlanPath {
    const isNarrower = isAbstractType(place.type) && type !== place.type && !this.#isAlways(type, place.type);
    return isNarrower ? [...place.path, { types: [type.name] }] : place.path;
  }

  /** Fields of an interface object below the types that they are asked of, each by a name that says which; those that are asked of all as they are. */
  #ofTypes(selections: readonly SelectionNode[], place: Place): readonly SelectionNode[] {
    const { name } = place.type;
    const { subgraphs, ofTypes } = this.#known;
    const askedOf = new Map<string, Set<string>>();
    eachOfTypes(selections, (field, on) => {
      const text = print(field);
      askedOf.set(text, (askedOf.get(text) ?? new Set()).add(on));
    });
    const ofAll = new Set(selections.flatMap((each) => (each.kind === Kind.FIELD ? [print(each)] : [])));
    const possible = this.#objectsOf(place.type).length;
    const moved = new Map<string, FieldNode>();
    const left = mapOfTypes(selections, (field, on) => {
      const having = [...subgraphs.having(name, field.name.value)];
      const unknown = having.map((each) => subgraphs.objectIn(each, name)).find((each) => each !== undefined);
      if (unknown === undefined) return [field];
      const text = print(field);
      const types = on === undefined ? undefined : [...(askedOf.get(text) ?? [])];
      const isOfAll = types === undefined || ofAll.has(text) || types.length === possible;
      const isFromOther = [...place.sources].some(
        (each) => !having.includes(each) && subgraphs.objectIn(each, name) !== undefined,
      );
      const requiring = isFromOther ? requiringField(this.#known.objects, name, field.name.value) : undefined;
      const late = requiring && lateField(field, requiring, place);
      if (late !== undefined) {
        const path = types === undefined ? place.path : [...place.path, { types, unknown }];
        this.#known.afterwards.add({ ...late, path });
        return late.told;
      }
      const own = isOfAll ? field : ofTypes.named(field, types, unknown);
      if (requiring === undefined || on === undefined) return [own];
      moved.set(print(own), own);
      return [];
    });
    // Which of the objects has them is for their types to tell.
    return moved.size === 0 ? left : [typename, ...moved.values(), ...left];
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

/** The fields of fragments on types of objects. */
function eachOfTypes(
  selections: readonly SelectionNode[],
  see: (field: FieldNode, type: string) => void,
  type?: string,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD && type !== undefined) see(selection, type);
    if (selection.kind === Kind.INLINE_FRAGMENT)
      eachOfTypes(selection.selectionSet.selections, see, selection.typeCondition?.name.value ?? type);
  }
}

/** The same with others in the place of fields, whether they are asked of all objects or of some type. */
function mapOfTypes(
  selections: readonly SelectionNode[],
  others: (field: FieldNode, type: string | undefined) => readonly SelectionNode[],
  type?: string,
): readonly SelectionNode[] {
  return selections.flatMap((selection): readonly SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return others(selection, type);
    if (selection.kind !== Kind.INLINE_FRAGMENT) return [selection];
    const { typeCondition, selectionSet } = selection;
    const left = mapOfTypes(selectionSet.selections, others, typeCondition?.name.value ?? type);
    return left.length === 0 ? [] : [{ ...selection, selectionSet: { ...selectionSet, selections: left } }];
  });
}

/** Undefined for what has something below it, and for what requires fields with arguments: of those there may be several. */
function lateField(
  field: FieldNode,
  { subgraph, requires, key }: RequiringField,
  { type, path }: Place,
): LateField | undefined {
  if (field.selectionSet !== undefined || key === undefined) return undefined;
  if (fieldsIn(requires).some(({ arguments: given = [] }) => given.length > 0)) return undefined;
  const told = [typename, ...selectionsIn(key), ...selectionsIn(requires)];
  return { field, path, subgraph, type: type.name, told };
}

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
