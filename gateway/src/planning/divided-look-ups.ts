import { type FieldNode, Kind, parse, print, type SelectionSetNode, visit } from 'graphql';
import { partOfLookUp, readLookUp, withoutNames } from './look-up-parts.ts';
import { type EntityFetch, nodesOf, type PlanNode, type Requirement } from './plan.ts';
import type { RequiredArguments } from './required-arguments.ts';

/**
 * A plan over a supergraph in which fields have a name for every way they are required, as subgraphs understand it: they are asked for by their own name, and
 * told under it. One representation has room for one way, so what requires another is looked up apart.
 */
export function withDividedLookUps(node: PlanNode, required: RequiredArguments): PlanNode {
  if (node.kind === 'sequence' || node.kind === 'parallel') {
    const nodes = node.nodes.map((each) => withDividedLookUps(each, required));
    return nodesOf(node.kind, nodes) ?? node;
  }
  if (node.kind === 'root')
    return {
      ...node,
      operation: print(askedByOwnName(parse(node.operation, { noLocation: true }), required)),
    };
  return nodesOf('parallel', divided(node, required)) ?? node;
}

/** Fields of one look-up that may be told the same. */
interface Part {
  readonly fields: Set<FieldNode>;
  /** The names they require, of those that stand for a way, */
  readonly needed: Set<string>;
  /** and all of them. */
  readonly required: Set<string>;
}

interface Parts {
  readonly parts: readonly Part[];
  /** The names in the keys of the types whose fields these are. */
  readonly keyNames: ReadonlySet<string>;
}

function divided(fetch: EntityFetch, required: RequiredArguments): readonly EntityFetch[] {
  const read = readLookUp(fetch);
  const { parts, keyNames } = partsOf(read.selectionSet, fetch.subgraph, required);
  return parts.map((own) => {
    // What only another part requires may be missing, where its subgraph had none to give.
    const ofOthers = new Set(parts.flatMap((other) => [...other.required]));
    for (const name of [...own.required, ...keyNames]) ofOthers.delete(name);
    const requires = toldByOwnName(withoutNames(read.group.requires, ofOthers), own.needed, required);
    const part = partOfLookUp(fetch, read, { fields: own.fields, requires });
    return {
      ...part,
      operation: print(askedByOwnName(parse(part.operation, { noLocation: true }), required)),
    };
  });
}

/** Each field goes to the first part that requires nothing in another way; what requires nothing of the kind, to the first. */
function partsOf(set: SelectionSetNode, subgraph: string, required: RequiredArguments): Parts {
  const parts: Part[] = [];
  const keyNames = new Set<string>();
  const collect = ({ selections }: SelectionSetNode, type: string): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT)
        collect(selection.selectionSet, selection.typeCondition?.name.value ?? type);
      if (selection.kind !== Kind.FIELD || selection.name.value === '__typename') continue;
      const needed = required.neededBy(subgraph, type, selection.name.value);
      const fits = (part: Part): boolean =>
        [...needed].every((name) =>
          [...part.needed].every(
            (other) => other === name || required.fieldOf.get(other) !== required.fieldOf.get(name),
          ),
        );
      let part = parts.find(fits);
      if (part === undefined) {
        part = newPart();
        parts.push(part);
      }
      part.fields.add(selection);
      for (const name of needed) part.needed.add(name);
      for (const name of required.requiredBy(subgraph, type, selection.name.value)) part.required.add(name);
      for (const name of required.keyNames(subgraph, type)) keyNames.add(name);
    }
  };
  collect(set, '');
  return { parts: parts.length === 0 ? [newPart()] : parts, keyNames };
}

function newPart(): Part {
  return { fields: new Set(), needed: new Set(), required: new Set() };
}

/** Asked for by its own name, a field stays known by the other in the answer. */
function askedByOwnName<Node extends Parameters<typeof visit>[0]>(
  node: Node,
  { fieldOf }: RequiredArguments,
): Node {
  return visit(node, {
    [Kind.FIELD]: {
      leave: (field: FieldNode) => {
        const value = fieldOf.get(field.name.value);
        if (value === undefined || value === field.name.value) return undefined;
        return { ...field, name: { ...field.name, value }, alias: field.alias ?? field.name };
      },
    },
  });
}

/** What a part requires, without the other ways; what only led to those goes with them. */
function toldByOwnName(
  requires: readonly Requirement[],
  needed: ReadonlySet<string>,
  required: RequiredArguments,
): readonly Requirement[] {
  return requires.flatMap((requirement): readonly Requirement[] => {
    const below = toldByOwnName(requirement.below, needed, required);
    if (below.length === 0 && requirement.below.length > 0) return [];
    if (requirement.kind === 'fragment') return [{ ...requirement, below }];
    const own = required.fieldOf.get(requirement.from);
    if (own !== undefined && !needed.has(requirement.from)) return [];
    return [{ ...requirement, to: own ?? requirement.to, below }];
  });
}
