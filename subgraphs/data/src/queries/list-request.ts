import type { Filter } from '@tributary/engines/filter';
import { type OrderedListArguments, type OrderedRequest, orderedRequest } from '@tributary/subgraph-kit';
import { attributeOf, type Model } from '../models/model.ts';
import { holdsType } from './value-type.ts';
import { type Where, whereFilter } from './where-filter.ts';

export interface ListArguments extends OrderedListArguments {
  readonly where?: Where | null;
}

/** A list as the stores understand it; nulls come last in either direction. */
export interface ListRequest extends OrderedRequest {
  readonly filter: Filter | undefined;
}

/** @throws CodedError BAD_USER_INPUT for a bad page size, where or order; CURSOR_INVALID for a cursor of another list. */
export function listRequest(model: Model, args: ListArguments): ListRequest {
  const holds = (field: string, value: unknown): boolean => holdsType(attributeOf(model, field), value);
  return {
    ...orderedRequest({ name: model.name, holds }, args),
    filter: whereFilter(model, args.where),
  };
}
