import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isCompositeType,
  isObjectType,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from 'graphql';
import { namedFragments } from '../named-fragments.ts';

/** A field where it stands: fragments are read anew at each place they are spread. */
export interface PlacedField {
  readonly node: FieldNode;
  /** The client's response key. */
  readonly key: string;
  readonly signature: string;
  /** Names of the object types that are asked for it. */
  readonly types: ReadonlySet<string>;
  readonly below: PlacedSelection | undefined;
  /** The response key it is planned with. */
  name: string;
}

type PlacedItem =
  | PlacedField
  | SelectionNode
  | { readonly on: InlineFragmentNode; readonly items: PlacedItem[] };

/** A selection set with what its fragments select. */
export class PlacedSelection {
  readonly fields: readonly PlacedField[];
  readonly #set: SelectionSetNode;
  readonly #items: readonly PlacedItem[];

  constructor(set: SelectionSetNode, items: readonly PlacedItem[]) {
    this.#set = set;
    this.#items = items;
    this.fields = items.flatMap(fieldsIn);
  }

  /** The same with the keys that its fields were given. */
  renamed(): SelectionSetNode {
    return { ...this.#set, selections: this.#items.map(renamedItem) };
  }
}

function fieldsIn(item: PlacedItem): readonly PlacedField[] {
  if ('items' in item) return item.items.flatMap(fieldsIn);
  return 'signature' in item ? [item] : [];
}

function renamedItem(item: PlacedItem): SelectionNode {
  if ('items' in item)
    return {
      ...item.on,
      selectionSet: { kind: Kind.SELECTION_SET, selections: item.items.map(renamedItem) },
    };
  if (!('signature' in item)) return item;
  const { node, key, name, below } = item;
  return {
    ...node,
    ...(name === key ? {} : { alias: { kind: Kind.NAME, value: name } }),
    ...(below === undefined ? {} : { selectionSet: below.renamed() }),
  };
}

/** What a field is asked for, however its arguments are ordered, and the keys of objects in them. */
export function signatureOf({ name, arguments: given = [] }: FieldNode): string {
  return `${name.value}(${given
    .map((argument) => print(inOneOrder(argument)))
    .sort()
    .join()})`;
}

/** Objects are the same in whatever order their keys stand (GraphQL §5.3.2). */
export function inOneOrder<Node extends ArgumentNode | ValueNode>(node: Node): Node {
  return visit(node, {
    [Kind.OBJECT]: {
      leave: (object) => ({
        ...object,
        fields: [...object.fields].sort((one, other) => (one.name.value < other.name.value ? -1 : 1)),
      }),
    },
  });
}

/** Reads a document's selections as they stand at their places. */
export class PlaceReader {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReturnType<typeof namedFragments>;

  constructor(schema: GraphQLSchema, document: DocumentNode) {
    this.#schema = schema;
    this.#fragments = namedFragments(document);
  }

  read(set: SelectionSetNode, type: GraphQLCompositeType): PlacedSelection {
    return new PlacedSelection(set, this.#items(set, type, this.#objectsOf(type)));
  }

  #items(set: SelectionSetNode, type: GraphQLCompositeType, types: ReadonlySet<string>): PlacedItem[] {
    return set.selections.map((selection): PlacedItem => {
      if (selection.kind === Kind.FIELD) return this.#field(selection, type, types);
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
      if (fragment === undefined) return selection;
      const { typeCondition, selectionSet } = fragment;
      const named = typeCondition && this.#schema.getType(typeCondition.name.value);
      const narrower = isCompositeType(named) ? named : type;
      const objects = this.#objectsOf(narrower);
      const both = new Set([...types].filter((name) => objects.has(name)));
      const on: InlineFragmentNode = {
        kind: Kind.INLINE_FRAGMENT,
        ...(typeCondition === undefined ? {} : { typeCondition }),
        selectionSet,
      };
      return { on, items: this.#items(selectionSet, narrower, both) };
    });
  }

  /** What the schema says of itself, and of the types of objects, is not planned under the client's key. */
  #field(node: FieldNode, type: GraphQLCompositeType, types: ReadonlySet<string>): PlacedItem {
    const { name, alias, selectionSet } = node;
    const definition = 'getFields' in type ? type.getFields()[name.value] : undefined;
    if (definition === undefined) return node;
    const returned = getNamedType(definition.type);
    const below =
      selectionSet !== undefined && isCompositeType(returned) ? this.read(selectionSet, returned) : undefined;
    const key = alias?.value ?? name.value;
    return { node, key, name: key, signature: signatureOf(node), types, below };
  }

  #objectsOf(type: GraphQLCompositeType): ReadonlySet<string> {
    return new Set(
      isObjectType(type) ? [type.name] : this.#schema.getPossibleTypes(type).map(({ name }) => name),
    );
  }
}
