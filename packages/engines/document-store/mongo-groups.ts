import type { Document as BsonDocument } from 'mongodb';
import { checkFilter } from '../filter/checked-filter.ts';
import type { Filter } from '../filter/port.ts';
import { pathOf, present } from './mongo-document.ts';
import { filterToMongo } from './mongo-filter.ts';
import { pageStages } from './mongo-page.ts';
import type { FindByRequest, GroupedRequest } from './port.ts';

/** A page per group in one request: each group is looked up by itself, a range of its field's index, cut at the limit. Runs on the database. */
export function findByStages(collection: string, request: FindByRequest): BsonDocument[] {
  const { workspaceId, field, filter, orderBy = [], limitPerGroup, after, fields } = request;
  checkFilter(amongGroups(request));
  const conditions = [
    { w: workspaceId, ...present },
    // Looking up by a field finds arrays that hold the value, too.
    { [pathOf(field)]: { $type: 'string', $not: { $type: 'array' } } },
    ...(filter === undefined ? [] : [filterToMongo(filter)]),
  ];
  return [
    { $documents: [...new Set(request.values)].map((group) => ({ group })) },
    {
      $lookup: {
        from: collection,
        localField: 'group',
        foreignField: pathOf(field),
        pipeline: [
          { $match: { $and: conditions } },
          ...pageStages({ orderBy, after, limit: limitPerGroup, fields }),
        ],
        as: 'document',
      },
    },
    // Unwound at once, the page of a group may be larger than one document of MongoDB.
    { $unwind: '$document' },
  ];
}

export function countByStages(request: GroupedRequest): BsonDocument[] {
  const { workspaceId, field, filter } = request;
  const conditions = [
    { w: workspaceId, ...present },
    filterToMongo(amongGroups(request)),
    ...(filter === undefined ? [] : [filterToMongo(filter)]),
  ];
  return [{ $match: { $and: conditions } }, { $group: { _id: `$${pathOf(field)}`, count: { $sum: 1 } } }];
}

function amongGroups({ field, values }: GroupedRequest): Filter {
  return { kind: 'in', field, values: [...new Set(values)] };
}
