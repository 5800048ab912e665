import { type FetchPlaces, fetchPlaces } from './fetch-places.ts';
import type { Plan, PlanNode } from './plan.ts';

/**
 * Whether what a plan tells subgraphs of objects, their keys and what fields require, is brought by a fetch before. A planner that takes an object for known by a key
 * that nothing brings makes a plan by which the object is never asked about.
 */
export function tellsWhatIsBrought(plan: Plan): boolean {
  // A plan of one fetch tells nothing.
  if (plan === undefined || plan.kind === 'root') return true;
  return broughtBy(plan, new Set()) !== undefined;
}

type Places = FetchPlaces['read'];

/** What is there when a node has ended, by what was there before; undefined where something is told that is not there. */
function broughtBy(node: PlanNode, before: Places): Places | undefined {
  if (node.kind === 'sequence') {
    let there: Places | undefined = before;
    for (const each of node.nodes) there = there && broughtBy(each, there);
    return there;
  }
  if (node.kind === 'parallel') {
    const all = new Set(before);
    for (const each of node.nodes) {
      const brought = broughtBy(each, before);
      if (brought === undefined) return undefined;
      for (const place of brought) all.add(place);
    }
    return all;
  }
  const { read, brought } = fetchPlaces(node);
  return [...read].every((place) => before.has(place) || isTypename(place))
    ? new Set([...before, ...brought])
    : undefined;
}

/** Of which type an object is, is known without being asked where it can be of one only. */
function isTypename(place: string): boolean {
  return place === '__typename' || place.endsWith('.__typename');
}
