import { compileFilter } from '@tributary/engines/filter/evaluate';
import type { GraphQLFieldResolver } from 'graphql';
import type { DataContext } from '../context.ts';
import type { ChangeData } from '../items/change-event.ts';
import type { Item } from '../items/item-store.ts';
import type { Model } from '../models/model.ts';
import { eventTypesOf } from '../models/model-sdl.ts';
import { type Where, whereFilter } from '../queries/where-filter.ts';

/**
 * `airportChanged(where)`, executed once for each event, and once before the first (the opening call, which checks `where`).
 * Null means "not for this subscriber": another workspace, another model, outside `where`, or a row it may not see.
 */
export function changeResolvers(
  model: Model,
): Readonly<Record<string, GraphQLFieldResolver<unknown, DataContext>>> {
  const types = eventTypesOf(model);
  return {
    [`${model.singular}Changed`]: (_root, { where }: { where?: Where | null }, context) => {
      const filter = whereFilter(model, where);
      const holds = filter === undefined ? () => true : compileFilter(filter);
      const { stream, principal, reader } = context;
      if (stream === undefined) return null;
      const { event, cursor } = stream;
      const data = event.data as ChangeData;
      if (
        event.workspaceid !== principal.workspaceId ||
        !types.includes(event.type) ||
        data.model !== model.name
      )
        return null;
      const state = data.after ?? data.before;
      if (state === null || !reader.mayRead(model, state) || !holds(state)) return null;
      return {
        cursor,
        kind: kindOf(data),
        id: data.id,
        version: data.version,
        [model.singular]: data.after,
        previous: visible(data.before, (item) => reader.mayRead(model, item)),
        changedFields: data.changed,
        changedAt: event.time,
        changedBy: event.actorid,
      };
    },
  };
}

function kindOf({ before, after }: ChangeData): 'CREATED' | 'UPDATED' | 'DELETED' {
  if (before === null) return 'CREATED';
  return after === null ? 'DELETED' : 'UPDATED';
}

function visible(item: Item | null, mayRead: (item: Item) => boolean): Item | null {
  return item !== null && mayRead(item) ? item : null;
}
