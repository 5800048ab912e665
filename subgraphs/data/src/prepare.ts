import { ensureOutbox } from '@tributary/engines/outbox/relational';
import { collectionOf } from './documents/document-store.ts';
import { parseModels } from './models/parse-models.ts';
import { migrateTables } from './records/migrate-tables.ts';
import type { DataDependencies } from './subgraph.ts';

/**
 * Makes tables and collections what the models need. Safe to run in many processes at once, and again.
 * @throws CodedError MODEL_INVALID; MIGRATION_REFUSED saying what a change would destroy.
 */
export async function prepareData(
  deps: Pick<DataDependencies, 'relational' | 'documents' | 'log' | 'modelFiles'>,
): Promise<void> {
  const models = parseModels(deps.modelFiles);
  await ensureOutbox(deps.relational);
  await migrateTables(deps.relational, models, deps.log);
  for (const model of models.values()) {
    if (model.store === 'DOCUMENT') await collectionOf(model, deps.documents)();
  }
}
