import {
  type DocumentNode,
  type FieldNode,
  isCompositeType,
  Kind,
  parse,
  print,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { withoutSpreads } from '../execution/named-fragments.ts';
import type { EntityFetch, Plan, PlanNode, PlanPath, Rewriting, RootFetch } from './plan.ts';
import type { Planner } from './planner.ts';
import { nameIn, type SubgraphTypes } from './subgraph-types.ts';

/**
 * Has subgraphs asked for texts that they take: fields under one response key have values of one shape, even where no object can have both (GraphQL §5.3.2). Of what
 * clients ask that is known, by the types of the graph; a subgraph may have other ones, and planners add what is required under the name that it has, where a client
 * asks another type for its own. So a field of another shape has an alias in such a text, which is written back when the answer comes. Hive's planner sees to
 * that for leaves alone.
 */
export function withMergeableFields(planner: Planner, types: SubgraphTypes): Planner {
  return {
    plan: async (document, operationName, by) =>
      mergeable(await planner.plan(document, operationName, by), types),
    close: async () => planner.close?.(),
  };
}

/** The shape of a field in a subgraph: which lists, what may be null, and of which type a leaf is. And the name of what is below. */
function shapeOf(
  types: SubgraphTypes,
  { subgraph, parent, field }: FieldPlace,
): { shape: string; below?: string } {
  if (field === '__typename') return { shape: 'String!' };
  const own = types.of(subgraph, parent, field);
  if (own === undefined) return { shape: '' };
  const below = nameIn(own);
  return isCompositeType(types.schema.getType(below))
    ? { shape: own.replace(below, '{}'), below }
    : { shape: own };
}

interface FieldPlace {
  readonly subgraph: string;
  readonly parent: string | undefined;
  readonly field: string;
}

function mergeable(plan: Plan, types: SubgraphTypes): Plan {
  if (plan === undefined) return undefined;
  return mergeableNode(plan, types);
}

function mergeableNode(node: PlanNode, types: SubgraphTypes): PlanNode {
  if (node.kind === 'sequence' || node.kind === 'parallel')
    return { ...node, nodes: node.nodes.map((each) => mergeableNode(each, types)) };
  return mergeableFetch(node, types);
}

function mergeableFetch(fetch: RootFetch | EntityFetch, types: SubgraphTypes): RootFetch | EntityFetch {
  // Without fragments all objects of a place are of one type.
  if (!fetch.operation.includes('...')) return fetch;
  const written = parse(fetch.operation, { noLocation: true });
  // What is spread in two places stands there as two, and each may be renamed.
  const isSpread = written.definitions.some(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const document = isSpread ? parse(print(withoutSpreads(written)), { noLocation: true }) : written;
  const before = fetch.kind === 'root' ? fetch.outputRewrites : fetch.groups.flatMap(rewritesIn);
  const apart = new FieldsApart(document, { subgraph: fetch.subgraph, types, before });
  if (apart.renames.length === 0) return fetch;
  const operation = apart.text();
  // They come before those of the planner, whose paths have the names that it gave.
  if (fetch.kind === 'root')
    return { ...fetch, operation, outputRewrites: [...apart.renames, ...fetch.outputRewrites] };
  const groups = fetch.groups.map((group) => {
    const own = apart.renames
      .filter(({ path }) => path[0] === group.key)
      .map((rename) => ({ ...rename, path: rename.path.slice(1) }));
    return { ...group, outputRewrites: [...own, ...group.outputRewrites] };
  });
  return { ...fetch, operation, groups };
}

/** Their paths begin at the answer, as those of a root fetch. */
const rewritesIn = ({ key, outputRewrites }: EntityFetch['groups'][number]): readonly Rewriting[] =>
  outputRewrites.map((rewrite) => ({ ...rewrite, path: [key, ...rewrite.path] }));

type Rename = Extract<Rewriting, { kind: 'rename' }>;

/** A key as the planner has it, and its name in the text. */
interface KeyOfText {
  readonly key: string;
  readonly name: string;
}

interface PlacedSet {
  readonly parent: string | undefined;
  readonly set: SelectionSetNode;
}

interface AskedOf {
  readonly subgraph: string;
  readonly types: SubgraphTypes;
  /** The planner's own. */
  readonly before: readonly Rewriting[];
}

/** Fields of one text that may not stand under one response key, with names of their own. */
class FieldsApart {
  /** From the innermost: paths have the names of the text. */
  readonly renames: Rename[] = [];
  readonly #document: DocumentNode;
  readonly #asked: AskedOf;
  readonly #names = new Map<FieldNode, string>();
  #taken: Set<string> | undefined;

  constructor(document: DocumentNode, asked: AskedOf) {
    this.#document = document;
    this.#asked = asked;
    for (const definition of document.definitions)
      if (definition.kind === Kind.OPERATION_DEFINITION)
        this.#part(
          [
            {
              parent: asked.types.schema.getRootType(definition.operation)?.name,
              set: definition.selectionSet,
            },
          ],
          [],
        );
  }

  text(): string {
    const named = visit(this.#document, {
      [Kind.FIELD]: (field): FieldNode | undefined => {
        const value = this.#names.get(field);
        return value === undefined ? undefined : { ...field, alias: { kind: Kind.NAME, value } };
      },
    });
    return print(named);
  }

  #part(sets: readonly PlacedSet[], path: readonly KeyOfText[]): void {
    const { subgraph, types } = this.#asked;
    const found = new Map<
      string,
      Map<string, { readonly fields: FieldNode[]; readonly below: PlacedSet[] }>
    >();
    const collect = ({ parent, set }: PlacedSet): void => {
      for (const selection of set.selections) {
        if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          collect({ parent: selection.typeCondition?.name.value ?? parent, set: selection.selectionSet });
          continue;
        }
        const key = (selection.alias ?? selection.name).value;
        const { shape, below } = shapeOf(types, { subgraph, parent, field: selection.name.value });
        const underKey = found.get(key) ?? new Map();
        found.set(key, underKey);
        const alike = underKey.get(shape) ?? { fields: [], below: [] };
        underKey.set(shape, alike);
        alike.fields.push(selection);
        if (selection.selectionSet !== undefined)
          alike.below.push({ parent: below, set: selection.selectionSet });
      }
    };
    for (const set of sets) collect(set);
    for (const [key, underKey] of found)
      for (const [at, { fields, below }] of [...underKey.values()].entries()) {
        const name = at === 0 ? key : this.#freeName(key);
        if (below.length > 0) this.#part(below, [...path, { key, name }]);
        if (at === 0) continue;
        for (const field of fields) this.#names.set(field, name);
        this.renames.push(...this.#renamesOf(path, { key, name }));
      }
  }

  /** What is renamed by the planner is renamed at once: of objects of each type to what it is to be there, for planners use one name for several fields. */
  #renamesOf(path: readonly KeyOfText[], { key, name }: KeyOfText): readonly Rename[] {
    const planned = this.#asked.before.filter(
      (each): each is Rename =>
        each.kind === 'rename' &&
        each.key === key &&
        isAt(
          each.path,
          path.map((step) => step.key),
        ),
    );
    const rest: Rename = { kind: 'rename', path: path.map((step) => step.name), key: name, to: key };
    return [...planned.map((each) => ({ ...each, path: inText(each.path, path), key: name })), rest];
  }

  #freeName(key: string): string {
    if (this.#taken === undefined) {
      const taken = new Set<string>();
      visit(this.#document, { [Kind.NAME]: ({ value }) => void taken.add(value) });
      for (const each of this.#asked.before) if (each.kind === 'rename') taken.add(each.to);
      this.#taken = taken;
    }
    for (let at = 1; ; at += 1) {
      const name = `${key}__shape_${at}`;
      if (this.#taken.has(name)) continue;
      this.#taken.add(name);
      return name;
    }
  }
}

function isAt(path: PlanPath, keys: readonly string[]): boolean {
  const steps = path.filter((step) => typeof step === 'string');
  return steps.length === keys.length && steps.every((step, at) => step === keys[at]);
}

function inText(path: PlanPath, keys: readonly KeyOfText[]): PlanPath {
  let at = 0;
  return path.map((step) => {
    if (typeof step !== 'string') return step;
    const name = keys[at]?.name ?? step;
    at += 1;
    return name;
  });
}
