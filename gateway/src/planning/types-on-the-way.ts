import type { QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import { withoutSpreads } from '../execution/named-fragments.ts';

type Asked = Parameters<QueryPlanner['buildQueryPlan']>;

export interface WayOptions {
  /** Look-ups are divided by the types on the way, where fields are required in several ways. */
  readonly needsTypes: boolean;
}

/**
 * What Apollo's planner has to be helped with. Going by the types on the way to an object, it loses them where a subgraph has a narrower type for a field than the graph,
 * looks for a field at a type that has none of that name, and fails. Where these types tell nothing apart, it plans once more without them.
 */
export function byTypesOnTheWay(planner: QueryPlanner, { needsTypes }: WayOptions) {
  const config: unknown = { ...Reflect.get(planner, 'config'), typeConditionedFetching: false };
  // The same planner but for this: another one would read all the graph again, and hold it twice.
  const without: QueryPlanner = Object.create(planner, { config: { value: config } });
  return (document: DocumentNode, ...asked: Asked): QueryPlan => {
    try {
      return planner.buildQueryPlan(...asked);
    } catch (error) {
      if (needsTypes || !(error instanceof TypeError) || !isReachedInOneWay(document)) throw error;
      return without.buildQueryPlan(...asked);
    }
  };
}

/** Whether all objects of a place in the answer are reached by the same fragments: where they are not, each has to be asked for what its own part of the operation asks. */
function isReachedInOneWay(document: DocumentNode): boolean {
  const ways = new Map<string, string>();
  const isOne = ({ selections }: SelectionSetNode, path: string, way: string): boolean =>
    selections.every((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD || selection.selectionSet === undefined) return true;
      const { selectionSet: below } = selection;
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return isOne(below, path, `${way} ${selection.typeCondition?.name.value ?? ''}`);
      const place = `${path}.${(selection.alias ?? selection.name).value}`;
      const known = ways.get(place) ?? way;
      ways.set(place, known);
      return known === way && isOne(below, place, `${way} .`);
    });
  return withoutSpreads(document).definitions.every(
    (definition) => definition.kind !== Kind.OPERATION_DEFINITION || isOne(definition.selectionSet, '', ''),
  );
}
