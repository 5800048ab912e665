import type { Relational } from '@tributary/engines/relational';
import type { ItemStore } from '../items/item-store.ts';
import type { Model, Models } from '../models/model.ts';
import { RecordReads } from './record-reads.ts';
import { RecordWrites } from './record-writes.ts';
import { StatementNames } from './statement-names.ts';

/** The items of a relational model: rows of its table. Opens nothing. */
export function createRecordStore(model: Model, models: Models, relational: Relational): ItemStore {
  const reads = new RecordReads(model, relational, new StatementNames(`read:${model.table}`));
  const writes = new RecordWrites(model, models, relational);
  return {
    byKey: (scope, key, values) => reads.byKey(scope, key, values),
    list: (scope, request) => reads.list(scope, request),
    count: (workspaceId, filter) => reads.count(workspaceId, filter),
    listByReference: (scope, reference, query) => reads.listByReference(scope, reference, query),
    countByReference: (workspaceId, reference, query) =>
      reads.countByReference(workspaceId, reference, query),
    create: (items, by) => writes.create(items, by),
    update: (workspaceId, id, change) => writes.update(workspaceId, id, change),
    remove: (workspaceId, id, ending) => writes.remove(workspaceId, id, ending),
  };
}
