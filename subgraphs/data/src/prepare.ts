import { ensureOutbox } from '@tributary/engines/outbox/relational';
import { CodedError } from '@tributary/runtime';
import { keepShapes, shapeRefusals } from './documents/document-shapes.ts';
import { collectionOf } from './documents/document-store.ts';
import type { Model } from './models/model.ts';
import { parseModels } from './models/parse-models.ts';
import { migrateTables, migrationRefused, tableRefusals } from './records/migrate-tables.ts';
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
  const refusals = await shapeRefusals(models, deps);
  await migrateTables(deps.relational, models, { log: deps.log, refusals });
  for (const model of models.values()) {
    if (model.store === 'DOCUMENT') await openCollection(model, deps);
  }
  await keepShapes(deps.relational, models);
}

/**
 * What `prepareData` would refuse of these models, in words, without changing anything: nothing when they fit what is stored.
 * @throws CodedError MODEL_INVALID
 */
export async function modelRefusals(
  deps: Pick<DataDependencies, 'relational' | 'documents' | 'modelFiles'>,
): Promise<readonly string[]> {
  const models = parseModels(deps.modelFiles);
  return [...(await tableRefusals(deps.relational, models)), ...(await shapeRefusals(models, deps))];
}

async function openCollection(
  model: Model,
  { documents }: Pick<DataDependencies, 'documents'>,
): Promise<void> {
  try {
    await collectionOf(model, documents)();
  } catch (cause) {
    if (!(cause instanceof CodedError) || cause.code !== 'CONFLICT') throw cause;
    throw migrationRefused([
      `stored documents of ${model.name} repeat a value that it now calls unique (${String(cause.details['index'])})`,
    ]);
  }
}
