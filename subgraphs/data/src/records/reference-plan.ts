import { type Attribute, type Model, type Models, modelNamed } from '../models/model.ts';
import { dataSchema } from './column-types.ts';
import { quoted, tableOf } from './record-sql.ts';
import type { StoredTable } from './table-catalog.ts';
import { constraintName } from './table-names.ts';

export interface ReferencePlan {
  readonly statements: readonly string[];
  readonly refusals: readonly string[];
}

/**
 * What brings a table's references in line with its model: the foreign keys to other models' tables, and the notes that say which entity of another
 * subgraph a column's ids are of. Ids that are stored mean what the column was made for: where there are rows, pointing it elsewhere is refused.
 */
export function planReferences(
  model: Model,
  models: Models,
  existing: StoredTable | undefined,
): ReferencePlan {
  const statements: string[] = [];
  const refusals: string[] = [];
  for (const attribute of model.attributes) {
    if (attribute.target === undefined && attribute.foreign === undefined) continue;
    const wanted = {
      table: attribute.target === undefined ? undefined : modelNamed(models, attribute.target).table,
      entity: attribute.foreign,
    };
    const stored = storedReference(model, attribute, existing);
    const isRetargeted =
      stored !== undefined &&
      (stored.table !== wanted.table || (stored.entity !== undefined && stored.entity !== wanted.entity));
    if (isRetargeted && existing?.rows === true) {
      const before = namedBy(stored, models);
      refusals.push(
        `${model.name}.${attribute.name} would turn references to ${before} into references to ${attribute.target ?? attribute.foreign}`,
      );
      continue;
    }
    statements.push(...changesOf(model, attribute, { stored, wanted }));
  }
  return { statements, refusals };
}

/** The table, or the entity of another subgraph, whose ids a column holds. */
interface Reference {
  readonly table: string | undefined;
  /** Undefined also where a column was made before such notes were. */
  readonly entity: string | undefined;
}

/** Undefined where the column is yet to be made, or holds no ids: then its type is refused. */
function storedReference(
  model: Model,
  attribute: Attribute,
  existing: StoredTable | undefined,
): Reference | undefined {
  const column = existing?.columns.get(attribute.column);
  if (column?.type !== 'uuid') return undefined;
  return { table: existing?.references.get(foreignKeyName(model, attribute)), entity: column.note };
}

function namedBy({ table, entity }: Reference, models: Models): string {
  const model = [...models.values()].find((each) => each.table === table);
  return model?.name ?? table ?? entity ?? 'another subgraph';
}

interface Change {
  readonly stored: Reference | undefined;
  readonly wanted: Reference;
}

/** The workspace is part of the key, so that a reference cannot leave its tenant even by a fault of ours. */
function changesOf(model: Model, attribute: Attribute, { stored, wanted }: Change): readonly string[] {
  const table = tableOf(model);
  const column = quoted(attribute.column);
  const name = quoted(foreignKeyName(model, attribute));
  const statements: string[] = [];
  if (stored?.table !== undefined && stored.table !== wanted.table)
    statements.push(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  if (wanted.table !== undefined && stored?.table !== wanted.table)
    statements.push(
      `ALTER TABLE ${table} ADD CONSTRAINT ${name} FOREIGN KEY ("workspace_id", ${column}) REFERENCES ${dataTable(wanted.table)} ("workspace_id", "id") ON DELETE RESTRICT`,
    );
  if (stored?.entity !== wanted.entity)
    statements.push(
      `COMMENT ON COLUMN ${table}.${column} IS ${wanted.entity === undefined ? 'NULL' : `'${wanted.entity}'`}`,
    );
  return statements;
}

function foreignKeyName(model: Model, attribute: Attribute): string {
  return constraintName(model, attribute, 'fkey');
}

function dataTable(table: string): string {
  return `${quoted(dataSchema)}.${quoted(table)}`;
}
