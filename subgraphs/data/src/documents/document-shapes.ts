import type { DocumentStore } from '@tributary/engines/document-store';
import type { Filter } from '@tributary/engines/filter';
import type { Relational, Sql } from '@tributary/engines/relational';
import type { Model, Models } from '../models/model.ts';
import { dataSchema } from '../records/column-types.ts';
import { alone } from '../records/migrate-tables.ts';

/** What a field's values were stored as: its scalar, or what its ids are of. */
interface FieldShape {
  readonly type: string;
  readonly required: boolean;
}

/** The fields of a document model by name. Bounds are no part of it: documents are held to them when they are next written. */
export type DocumentShape = Readonly<Record<string, FieldShape>>;

interface ShapeRow {
  readonly collection: string;
  readonly model: string;
  readonly shape: DocumentShape;
}

const shapes = `"${dataSchema}"."document_shape"`;

/**
 * What the models would drop, reinterpret or require in stored documents, in words. Documents carry no types of their own, so the shape each
 * collection was last started with is kept, and compared. A collection without documents takes any shape.
 */
export async function shapeRefusals(
  models: Models,
  { relational, documents }: { readonly relational: Relational; readonly documents: DocumentStore },
): Promise<readonly string[]> {
  const refusals: string[] = [];
  for (const { collection, model, shape } of await alone(relational, readShapes)) {
    const now = documentModels(models).find(({ table }) => table === collection);
    const found = now === undefined ? [unused(model, collection)] : changesThatHarm(now, shape);
    if (found.length === 0) continue;
    const stored = await documents.collection(collection, []);
    for (const { refusal, holds } of found) if (!(await stored.isEmpty(holds))) refusals.push(refusal);
  }
  return refusals;
}

/** Keeps the shapes of the models for the starts to come. */
export function keepShapes(relational: Relational, models: Models): Promise<void> {
  return alone(relational, async (tx) => {
    const own = documentModels(models);
    await tx.query(`DELETE FROM ${shapes} WHERE collection <> ALL ($1::text[])`, [
      own.map(({ table }) => table),
    ]);
    for (const model of own)
      await tx.query(
        `INSERT INTO ${shapes} (collection, model, shape) VALUES ($1, $2, $3::jsonb)
         ON CONFLICT (collection) DO UPDATE SET model = excluded.model, shape = excluded.shape`,
        [model.table, model.name, JSON.stringify(shapeOf(model))],
      );
  });
}

async function readShapes(tx: Sql): Promise<readonly ShapeRow[]> {
  await tx.query(
    `CREATE TABLE IF NOT EXISTS ${shapes} (collection text PRIMARY KEY, model text NOT NULL, shape jsonb NOT NULL)`,
  );
  const { rows } = await tx.query<ShapeRow>(
    `SELECT collection, model, shape FROM ${shapes} ORDER BY collection`,
  );
  return rows;
}

function documentModels(models: Models): readonly Model[] {
  return [...models.values()].filter(({ store }) => store === 'DOCUMENT');
}

/** Both are text, and one is stored as the other. */
const storedAs: Readonly<Record<string, string>> = { ID: 'String' };

function shapeOf({ attributes }: Model): DocumentShape {
  return Object.fromEntries(
    attributes
      .filter(({ system }) => !system)
      .map(({ name, type, target, foreign, required }) => [
        name,
        { type: target ?? foreign ?? storedAs[type] ?? type, required },
      ]),
  );
}

/** A change that must not be where a stored document is one of those that `holds` holds for; any, without it. */
interface Harm {
  readonly refusal: string;
  readonly holds?: Filter;
}

function hasValue(field: string): Filter {
  return { kind: 'compare', field, op: 'ne', value: null };
}

function changesThatHarm(model: Model, stored: DocumentShape): readonly Harm[] {
  const now = shapeOf(model);
  const changed = Object.entries(now).flatMap(([name, { type, required }]): readonly Harm[] => {
    const place = `${model.name}.${name}`;
    const before = Object.hasOwn(stored, name) ? stored[name] : undefined;
    if (before === undefined)
      return required
        ? [{ refusal: `${place} is new and required, but stored documents have no value for it` }]
        : [];
    if (before.type !== type) {
      const refusal = `${place} would turn stored ${before.type} into ${type}`;
      return [required ? { refusal } : { refusal, holds: hasValue(name) }];
    }
    return required && !before.required
      ? [{ refusal: `${place} would become required, but stored documents may have no value for it` }]
      : [];
  });
  const dropped = Object.keys(stored)
    .filter((name) => !Object.hasOwn(now, name))
    .map((name) => ({
      refusal: `the field ${model.name}.${name} would be dropped with its values`,
      holds: hasValue(name),
    }));
  return [...changed, ...dropped];
}

function unused(model: string, collection: string): Harm {
  return {
    refusal: `the collection ${collection} has documents of ${model}, but no document model uses it any more`,
  };
}
