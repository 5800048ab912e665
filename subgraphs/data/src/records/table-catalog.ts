import type { Sql } from '@tributary/engines/relational';
import { platformTables } from '../models/names.ts';
import { dataSchema } from './column-types.ts';

/** What the database has in the models' schema. */
export interface TableCatalog {
  readonly tables: ReadonlyMap<string, StoredTable>;
  /** All indexes by name, and the tables they are of: no two of a schema have one name. */
  readonly indexes: ReadonlyMap<string, string>;
}

export interface StoredTable {
  readonly columns: ReadonlyMap<string, StoredColumn>;
  /** Its foreign keys by name, and the tables they point to. */
  readonly references: ReadonlyMap<string, string>;
  /** Its CHECK constraints by name, and whether all its rows were found to keep them. */
  readonly checks: ReadonlyMap<string, boolean>;
  /** Whether anything is stored in it. */
  readonly rows: boolean;
}

export interface StoredColumn {
  readonly type: string;
  readonly required: boolean;
  /** The entity whose ids it holds, where that was noted. */
  readonly note: string | undefined;
  /** Whether it was left over by a field that is gone. */
  readonly unused: boolean;
}

/** The note of a column that no model had when it was last looked at. Its own spelling: entities have names like `File`. */
export const unusedNote = 'unused';

interface ColumnRow {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly required: boolean;
  readonly note: string | null;
}

interface ReferenceRow {
  readonly table: string;
  readonly name: string;
  readonly target: string;
}

interface CheckRow {
  readonly table: string;
  readonly name: string;
  readonly validated: boolean;
}

export async function readTableCatalog(sql: Sql): Promise<TableCatalog> {
  const { rows } = await sql.query<ColumnRow>(
    `SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS "type", a.attnotnull AS "required",
       col_description(c.oid, a.attnum) AS "note"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND c.relname <> ALL ($2::text[]) AND a.attnum > 0 AND NOT a.attisdropped`,
    [dataSchema, platformTables],
  );
  const indexes = await sql.query<{ readonly name: string; readonly table: string }>(
    `SELECT c.relname AS name, t.relname AS "table" FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1`,
    [dataSchema],
  );
  const checks = await sql.query<CheckRow>(
    `SELECT c.relname AS "table", k.conname AS name, k.convalidated AS validated
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND k.contype = 'c'`,
    [dataSchema],
  );
  const references = await sql.query<ReferenceRow>(
    `SELECT c.relname AS "table", k.conname AS name, t.relname AS target
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class t ON t.oid = k.confrelid
     WHERE n.nspname = $1 AND k.contype = 'f'`,
    [dataSchema],
  );
  const tables = new Map<string, StoredTable>();
  for (const table of new Set(rows.map((row) => row.table))) {
    const columns = rows.filter((row) => row.table === table);
    tables.set(table, {
      columns: new Map(
        columns.map(({ column, type, required, note }) => [
          column,
          {
            type,
            required,
            note: note === unusedNote ? undefined : (note ?? undefined),
            unused: note === unusedNote,
          },
        ]),
      ),
      references: new Map(
        references.rows.filter((row) => row.table === table).map(({ name, target }) => [name, target]),
      ),
      checks: new Map(
        checks.rows.filter((row) => row.table === table).map(({ name, validated }) => [name, validated]),
      ),
      rows: await hasRows(sql, table),
    });
  }
  return { tables, indexes: new Map(indexes.rows.map(({ name, table }) => [name, table])) };
}

async function hasRows(sql: Sql, table: string): Promise<boolean> {
  const { rows } = await sql.query(`SELECT 1 FROM "${dataSchema}"."${table.replaceAll('"', '""')}" LIMIT 1`);
  return rows.length > 0;
}
