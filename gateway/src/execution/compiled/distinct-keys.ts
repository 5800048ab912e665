import { type DocumentNode, type FieldNode, type GraphQLSchema, Kind, visit } from 'graphql';
import type { NeededKeys } from '../../planning/needed-keys.ts';
import { type PlacedField, type PlacedSelection, PlaceReader, signatureOf } from './placed-fields.ts';
import type { Selections } from './selected-fields.ts';

/** A document in which a response key means one thing at each place of the answer. */
export interface DistinctKeys {
  readonly document: DocumentNode;
  /** What clients call the keys that were made up. */
  readonly clientKeys: ReadonlyMap<string, string>;
}

/**
 * Objects of different types may be asked for different fields under one key (GraphQL §5.3.2 wants no more of them than the same shape). Planners bring
 * what several types have in common with one fetch, and then take one of the two fields for both, or send a subgraph what it must refuse. So plans
 * are made of keys that mean one thing, and the answer is written with the client's.
 *
 * Where objects below are asked for different things under one key, it is the key above that is told apart: what is asked of one is no matter of the
 * other. Keys that plans use themselves (`needed`, and the type's name) are left to them.
 */
export function withDistinctKeys(
  document: DocumentNode,
  { operation }: Selections,
  { schema, needed }: { readonly schema: GraphQLSchema; readonly needed: NeededKeys },
): DistinctKeys {
  const root = schema.getRootType(operation.operation);
  const taken = keysOf(document, needed);
  if (taken === undefined || root === undefined || root === null) return { document, clientKeys: new Map() };
  const naming = new KeyNaming(needed, taken);
  const place = new PlaceReader(schema, document).read(operation.selectionSet, root);
  naming.name([place], needed.atRoot.get(root.name) ?? new Set());
  const { clientKeys } = naming;
  if (clientKeys.size === 0) return { document, clientKeys };
  // What fragments select may have another key at each place they are spread, so it stands there.
  return {
    document: { ...document, definitions: [{ ...operation, selectionSet: place.renamed() }] },
    clientKeys,
  };
}

/** The response keys of a document; undefined where each means one thing wherever it stands, so that there is nothing to look for. */
function keysOf(document: DocumentNode, needed: NeededKeys): Set<string> | undefined {
  const signatures = new Map<string, string>();
  let isPlain = true;
  visit(document, {
    [Kind.FIELD]: (node) => {
      const key = node.alias?.value ?? node.name.value;
      const signature = signatureOf(node);
      const known = signatures.get(key);
      isPlain &&= (known === undefined || known === signature) && !takesNeeded(node, key, needed);
      signatures.set(key, signature);
    },
  });
  return isPlain ? undefined : new Set(signatures.keys());
}

/** Names that planners make up without looking whether a client has them: Hive's for what is required, Apollo's for what one subgraph cannot be asked under one name. */
const ofPlanners = /^_internal_qp_alias_\d+$|__alias_\d+$/;

/** Whether a plan would find something else under a key that it uses itself. */
function takesNeeded(node: FieldNode, key: string, needed: NeededKeys): boolean {
  if (ofPlanners.test(key)) return true;
  if (key === '__typename') return node.name.value !== key;
  return needed.signatures.has(key) && needed.signatures.get(key) !== signatureOf(node);
}

class KeyNaming {
  readonly clientKeys = new Map<string, string>();
  readonly #needed: NeededKeys;
  readonly #taken: Set<string>;

  constructor(needed: NeededKeys, taken: Set<string>) {
    this.#needed = needed;
    this.#taken = taken;
  }

  /** Gives every field at a place of the answer, and below, its key. The root has one type and no key to be found by: what it is asked for stays, unless it sets a context that is read under that key. */
  name(selections: readonly PlacedSelection[], readAtRoot?: ReadonlySet<string>): void {
    for (const [key, fields] of byKey(selections)) {
      let isTaken = false;
      for (const group of groupsOf(fields)) {
        const [first] = group;
        const mayBeNeeded = first !== undefined && readAtRoot?.has(key) !== false;
        const isNeeded = mayBeNeeded && takesNeeded(first.node, key, this.#needed);
        if (isTaken || isNeeded) {
          const made = this.#madeUp(key);
          for (const field of group) field.name = made;
        } else isTaken = true;
        this.name(group.flatMap(({ below }) => below ?? []));
      }
    }
  }

  #madeUp(key: string): string {
    // Names that begin with two underscores are GraphQL's own.
    const stem = key.replace(/^_+/, '');
    let number = 1;
    // Plans may ask for something under names of that form themselves.
    while (this.#taken.has(`${stem}__${number}`) || this.#needed.signatures.has(`${stem}__${number}`))
      number += 1;
    const made = `${stem}__${number}`;
    this.#taken.add(made);
    this.clientKeys.set(made, key);
    return made;
  }
}

function byKey(selections: readonly PlacedSelection[]): Grouped {
  return grouped(
    selections.flatMap(({ fields }) => fields),
    'key',
  );
}

type Grouped = ReadonlyMap<string, readonly PlacedField[]>;

function grouped(fields: readonly PlacedField[], by: 'key' | 'signature'): Grouped {
  const groups = new Map<string, PlacedField[]>();
  for (const field of fields) {
    const group = groups.get(field[by]);
    if (group === undefined) groups.set(field[by], [field]);
    else group.push(field);
  }
  return groups;
}

/** Fields of one key, by what may stand together under one. */
function groupsOf(fields: readonly PlacedField[]): readonly (readonly PlacedField[])[] {
  if (fields.length === 1) return [fields];
  return [...grouped(fields, 'signature').values()].flatMap((same) => {
    if (agree(same)) return [same];
    const groups: (readonly PlacedField[])[] = [];
    for (const field of ofSameObjects(same)) {
      const at = groups.findIndex((group) => agree([...group, ...field]));
      groups[at < 0 ? groups.length : at] = [...(groups[at] ?? []), ...field];
    }
    return groups;
  });
}

/** Whether everything below one field means one thing under each key. */
function agree(fields: readonly PlacedField[]): boolean {
  const below = fields.flatMap((field) => field.below ?? []);
  return [...byKey(below).values()].every(
    (same) => same.every(({ signature }) => signature === same[0]?.signature) && agree(same),
  );
}

/** Fields of which some object is asked for both are one field to it. */
function ofSameObjects(fields: readonly PlacedField[]): readonly (readonly PlacedField[])[] {
  let groups: (readonly PlacedField[])[] = [];
  for (const field of fields) {
    const meets = (group: readonly PlacedField[]): boolean =>
      group.some(({ types }) => [...types].some((type) => field.types.has(type)));
    groups = [...groups.filter((group) => !meets(group)), [...groups.filter(meets).flat(), field]];
  }
  return groups;
}
