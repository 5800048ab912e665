import { CodedError } from '@tributary/runtime';
import { type JsonbFields, jsonbField } from '../filter/jsonb.ts';
import { changeSchema } from '../relational/change-schema.ts';
import type { Relational, Sql } from '../relational/port.ts';
import { violatedConstraint } from '../relational/violated-constraint.ts';
import { checkEngineName, declarationDigest, shortDigest } from './declared-names.ts';
import { takenIn } from './document-check.ts';
import type { IndexDeclaration } from './port.ts';

/** 'docs' in ASCII: processes that start at once make collections one after the other. */
const schemaLock = 0x646f6373;

/** How filters, orders and indexes find a field in a collection's table. They must agree, or indexes lie idle. */
export const documentFields: JsonbFields = {
  json: 'fields',
  columns: {
    id: { expression: 'id', type: 'string' },
    version: { expression: 'version::float8', type: 'number' },
  },
};

/** The fields a read asks for, by the number of the parameter that names them; null is for all. Others are not taken out of the table. */
export function readFields(parameter: string): string {
  const some = `SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(fields) WHERE key = ANY (${parameter}::text[])`;
  return `CASE WHEN ${parameter}::text[] IS NULL THEN fields ELSE (${some}) END AS fields`;
}

/** A collection's table, and what its constraints are called by those who declared them. */
export interface CollectionTable {
  readonly table: string;
  readonly indexByConstraint: ReadonlyMap<string, string>;
}

/** Makes what is missing. */
export async function createCollection(
  relational: Relational,
  name: string,
  indexes: readonly IndexDeclaration[],
): Promise<CollectionTable> {
  for (const each of [name, ...indexes.map((index) => index.name)]) checkEngineName(each);
  const table = `document."${name}"`;
  const primaryKey = `${name}.id`;
  const indexByConstraint = new Map(indexes.map((index) => [constraintName(name, index), index.name]));
  indexByConstraint.set(primaryKey, 'id');
  const collection = { table, indexByConstraint };
  // Who asks for what is there already must not wait for another's long index.
  if (await isThere(relational, name, indexes)) return collection;
  try {
    await changeSchema(relational, schemaLock, async (tx) => {
      await tx.query('CREATE SCHEMA IF NOT EXISTS document');
      await tx.query(
        `CREATE TABLE IF NOT EXISTS ${table} (
           workspace_id text NOT NULL,
           id text COLLATE "C" NOT NULL,
           version integer NOT NULL,
           fields jsonb NOT NULL,
           CONSTRAINT "${primaryKey}" PRIMARY KEY (workspace_id, id)
         )`,
      );
      for (const index of indexes)
        await tx.query(createIndex(table, constraintName(name, index), index)).catch((error: unknown) => {
          throw tooLongInWords(error, index);
        });
    });
  } catch (error) {
    throw conflictInWords(error, indexByConstraint);
  }
  return collection;
}

async function isThere(sql: Sql, collection: string, indexes: readonly IndexDeclaration[]): Promise<boolean> {
  const stored = await storedIndexes(sql, collection);
  return (
    stored.includes(`${collection}.id`) &&
    indexes.every((index) => stored.includes(constraintName(collection, index)))
  );
}

/** `<which index>.<what it says>.`, as `constraintName` has it: what others made is left alone. */
const declaredOnce = /^[0-9a-f]{12}\.[0-9a-f]{12}\./;

export async function dropOtherIndexes(
  relational: Relational,
  collection: string,
  indexes: readonly IndexDeclaration[],
): Promise<void> {
  checkEngineName(collection);
  const kept = new Set(indexes.map((index) => constraintName(collection, index)));
  const others = async (sql: Sql): Promise<readonly string[]> =>
    (await storedIndexes(sql, collection)).filter((name) => declaredOnce.test(name) && !kept.has(name));
  if ((await others(relational)).length === 0) return;
  await changeSchema(relational, schemaLock, async (tx) => {
    for (const name of await others(tx)) await tx.query(`DROP INDEX IF EXISTS document."${name}"`);
  });
}

/** A unique violation under the name its index was declared with. */
export function conflictInWords(error: unknown, indexByConstraint: ReadonlyMap<string, string>): unknown {
  if (!(error instanceof CodedError) || error.code !== 'CONFLICT') return error;
  const constraint = violatedConstraint(error) ?? '';
  // Another process may have declared what this one does not know.
  const index = indexByConstraint.get(constraint) ?? declaredName(constraint);
  if (index === undefined) return error;
  return takenIn(index, error);
}

/** program_limit_exceeded: PostgreSQL's for an entry that does not fit a page of the index. */
const entryTooLong = '54000';

function tooLongInWords(error: unknown, { name, fields }: IndexDeclaration): unknown {
  const isTooLong = error instanceof Error && 'code' in error && error.code === entryTooLong;
  if (!isTooLong) return error;
  const message = `Stored documents have values in ${fields.join(', ')} that are too long for an index.`;
  return new CodedError('BAD_USER_INPUT', message, { cause: error, details: { index: name } });
}

function createIndex(table: string, constraint: string, { fields, unique }: IndexDeclaration): string {
  const { columns } = documentFields;
  const expressions = fields.map((field) =>
    Object.hasOwn(columns, field) ? field : `(${jsonbField(documentFields, field)})`,
  );
  const kind = unique ? 'UNIQUE INDEX' : 'INDEX';
  return `CREATE ${kind} IF NOT EXISTS "${constraint}" ON ${table} (workspace_id, ${expressions.join(', ')})`;
}

async function storedIndexes(sql: Sql, collection: string): Promise<readonly string[]> {
  const { rows } = await sql.query<{ name: string }>(
    `SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'document' AND tablename = $1`,
    [collection],
  );
  return rows.map(({ name }) => name);
}

/** Undefined for what is none of ours, or cut. */
function declaredName(constraint: string): string | undefined {
  return declaredOnce.test(constraint) && constraint.length < 63 ? constraint.split('.')[2] : undefined;
}

/** `<which index>.<what it says>.<its name, to be read by people>`, within PostgreSQL's 63 bytes. */
function constraintName(collection: string, index: IndexDeclaration): string {
  return `${namePrefix(collection, index)}${declarationDigest(index)}.${index.name}`.slice(0, 63);
}

function namePrefix(collection: string, index: IndexDeclaration): string {
  return `${shortDigest([collection, index.name])}.`;
}
