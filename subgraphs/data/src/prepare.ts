import { ensureOutbox } from '@tributary/engines/outbox/relational';
import { CodedError } from '@tributary/runtime';
import { keepShapes, shapeRefusals } from './documents/document-shapes.ts';
import { collectionOf, dropOtherIndexes } from './documents/document-store.ts';
import type { Model } from './models/model.ts';
import { parseModels } from './models/parse-models.ts';
import { migrateTables, migrationRefused, tableRefusals } from './records/migrate-tables.ts';
import { forgetEndedRooms } from './rooms/forget-ended-rooms.ts';
import { type DataDependencies, itemStoreOf } from './subgraph.ts';

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
    if (model.store !== 'DOCUMENT') continue;
    await openCollection(model, deps);
    await dropOtherIndexes(model, deps.documents);
  }
  await keepShapes(deps.relational, models);
  for (const model of models.values())
    if (model.room) await forgetEndedRooms(model, itemStoreOf(model, models, deps), deps);
}

/**
 * What `prepareData` would refuse of these models, in words: nothing when they fit what is stored. Changes nothing but that indexes of document
 * models are there already.
 * @throws CodedError MODEL_INVALID
 */
export async function modelRefusals(
  deps: Pick<DataDependencies, 'relational' | 'documents' | 'modelFiles'>,
): Promise<readonly string[]> {
  const models = parseModels(deps.modelFiles);
  const refusals = [
    ...(await tableRefusals(deps.relational, models)),
    ...(await shapeRefusals(models, deps)),
  ];
  if (refusals.length > 0) return refusals;
  // What stored documents have to say about a new index is known when it is made; it takes nothing from who runs now.
  try {
    for (const model of models.values()) if (model.store === 'DOCUMENT') await openCollection(model, deps);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'MIGRATION_REFUSED')
      return error.details['refusals'] as string[];
    throw error;
  }
  return [];
}

async function openCollection(
  model: Model,
  { documents }: Pick<DataDependencies, 'documents'>,
): Promise<void> {
  try {
    await collectionOf(model, documents)();
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    const index = String(cause.details['index']);
    if (cause.code === 'CONFLICT')
      throw migrationRefused([
        `stored documents of ${model.name} repeat a value that it now calls unique (${index})`,
      ]);
    if (cause.code === 'BAD_USER_INPUT')
      throw migrationRefused([
        `stored documents of ${model.name} have values that are too long for an index (${index})`,
      ]);
    throw cause;
  }
}
