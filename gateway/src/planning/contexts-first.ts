import type { FieldNode } from 'graphql';
import { type FetchPlaces, fetchPlaces } from './fetch-places.ts';
import { fieldsOfLookUp, partOfLookUp, readLookUp, variablesIn } from './look-up-parts.ts';
import { type EntityFetch, nodesOf, type PlanNode, type RootFetch } from './plan.ts';

/**
 * What Apollo's planner has to be helped with. Where an object that sets a context comes from another subgraph than the field that takes it, it looks up the value
 * and the field at once: the value is not there when the field is asked for, and so the field is not. Such a plan is put in order anew, by what each fetch
 * reads of what others bring. Plans in which every value comes first are left as they are.
 * @throws Error where no order is right, or nobody brings a value
 */
export function withContextsFirst(plan: PlanNode): PlanNode {
  if (!hasContext(plan)) return plan;
  // What a value needs may stand in one look-up with the field that takes it.
  const ordered = inRounds(plan) ?? inRounds(withTakersApart(plan));
  if (ordered === undefined)
    throw new Error('Values from context and the fields that take them wait for each other.');
  return ordered;
}

/** Undefined where fetches wait for each other. */
function inRounds(plan: PlanNode): PlanNode | undefined {
  const fetches = inOrder(plan, []);
  const values = new Map(fetches.map((each) => [each, valuesFor(each, fetches)]));
  if ([...values].every(([{ before }, needed]) => needed.every((other) => before.has(other)))) return plan;
  const needs = new Map(
    [...values].map(([each, needed]) => [
      each,
      new Set([...needed, ...[...each.before].filter((other) => isNeeded(other, each))]),
    ]),
  );
  const parts = apart(needs).map(rounds);
  return parts.includes(undefined) ? undefined : nodesOf('parallel', parts);
}

/** Fields of a look-up that take different things from context, or nothing, are asked for apart. */
function withTakersApart(node: PlanNode): PlanNode {
  if (node.kind === 'sequence' || node.kind === 'parallel')
    return { ...node, nodes: node.nodes.map(withTakersApart) };
  if (node.kind === 'root' || node.context.length === 0) return node;
  const read = readLookUp(node);
  const { requires } = read.group;
  const parts = new Map<string, Set<FieldNode>>();
  for (const field of fieldsOfLookUp(read)) {
    const used = variablesIn(field);
    const taken = node.context.flatMap(({ variable }) => (used.has(variable) ? [variable] : [])).join(' ');
    parts.set(taken, (parts.get(taken) ?? new Set()).add(field));
  }
  const nodes = [...parts.values()].map((fields) => partOfLookUp(node, read, { fields, requires }));
  return nodesOf('parallel', nodes) ?? node;
}

function hasContext(node: PlanNode): boolean {
  if (node.kind === 'sequence' || node.kind === 'parallel') return node.nodes.some(hasContext);
  return node.kind === 'entities' && node.context.length > 0;
}

interface PlannedFetch {
  readonly fetch: RootFetch | EntityFetch;
  readonly places: FetchPlaces;
  /** What has ended when it begins. */
  readonly before: ReadonlySet<PlannedFetch>;
}
type Needs = ReadonlyMap<PlannedFetch, ReadonlySet<PlannedFetch>>;

function inOrder(node: PlanNode, before: readonly PlannedFetch[]): readonly PlannedFetch[] {
  if (node.kind === 'parallel') return node.nodes.flatMap((each) => inOrder(each, before));
  if (node.kind !== 'sequence') return [{ fetch: node, places: fetchPlaces(node), before: new Set(before) }];
  const found: PlannedFetch[] = [];
  for (const each of node.nodes) found.push(...inOrder(each, [...before, ...found]));
  return found;
}

/** Whoever brings a value from context of a fetch. */
function valuesFor({ fetch, places }: PlannedFetch, all: readonly PlannedFetch[]): readonly PlannedFetch[] {
  return places.contexts.flatMap((sources) => {
    const bringing = all.filter((other) => sources.some((place) => other.places.brought.has(place)));
    if (bringing.length === 0)
      throw new Error(`No subgraph is asked for a value from context that ${fetch.subgraph} takes.`);
    return bringing;
  });
}

/** Of what went before a fetch. What mutations do stays in order, with all that is asked in between. */
function isNeeded(other: PlannedFetch, { places, before }: PlannedFetch): boolean {
  if (places.isMutation || [...other.places.brought].some((place) => places.read.has(place))) return true;
  return [...before].some((each) => each.places.isMutation && (each === other || each.before.has(other)));
}

/** Fetches that need each other, however far, together. */
function apart(needs: Needs): readonly Needs[] {
  let parts: readonly Needs[] = [];
  for (const [fetch, needed] of needs) {
    const isOwn = (part: Needs): boolean =>
      [...part].some(([each, others]) => needed.has(each) || others.has(fetch));
    const own = parts.filter(isOwn).flatMap((part) => [...part]);
    parts = [...parts.filter((part) => !isOwn(part)), new Map([...own, [fetch, needed]])];
  }
  return parts;
}

/** Each fetch in the first round in which it has all it needs. Undefined where some wait for each other. */
function rounds(needs: Needs): PlanNode | undefined {
  const done = new Set<PlannedFetch>();
  const found: (PlanNode | undefined)[] = [];
  while (done.size < needs.size) {
    const ready = [...needs].filter(
      ([fetch, needed]) => !done.has(fetch) && [...needed].every((each) => done.has(each)),
    );
    if (ready.length === 0) return undefined;
    for (const [fetch] of ready) done.add(fetch);
    found.push(
      nodesOf(
        'parallel',
        ready.map(([{ fetch }]) => fetch),
      ),
    );
  }
  return nodesOf('sequence', found);
}
