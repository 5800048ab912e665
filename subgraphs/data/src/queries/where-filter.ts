import type { Filter } from '@tributary/engines/filter';
import { isId } from '@tributary/runtime';
import { comparisonsOn, filterOfWhere, refusedWhere, type Where } from '@tributary/subgraph-kit';
import { attributeOf, holdsId, type Model } from '../models/model.ts';
import { isFilterable } from '../models/model-sdl.ts';

export type { Where };

/** The filter that `where` stands for on a model; undefined for all of it. @throws CodedError BAD_USER_INPUT naming the field. */
export function whereFilter(model: Model, where: Where | null | undefined): Filter | undefined {
  return filterOfWhere(where, (name, condition) => {
    const attribute = attributeOf(model, name);
    if (attribute === undefined || !isFilterable(attribute))
      throw refusedWhere(name, `${model.name} cannot be filtered by ${name}`);
    return comparisonsOn(name, condition as Where, (value) => {
      if (holdsId(attribute) && !isId(value))
        throw refusedWhere(name, `where.${name} is compared with something that is not an id`);
    });
  });
}

/** Both, where there are both. */
export function bothFilters(left: Filter | undefined, right: Filter | undefined): Filter | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return { kind: 'and', filters: [left, right] };
}
