import { type Attribute, type Model, type Models, mostTextLength } from '../models/model.ts';
import { type PendingCheck, planChecks, type StoredFault } from './column-checks.ts';
import { bareType, columnType, dataSchema } from './column-types.ts';
import { quoted, tableOf } from './record-sql.ts';
import { planReferences } from './reference-plan.ts';
import { type StoredTable, type TableCatalog, unusedNote } from './table-catalog.ts';
import { constraintName, indexNames } from './table-names.ts';

/** What would bring the tables in line with the models: statements that lose nothing, and what would have to be destroyed. */
export interface TablePlan {
  readonly statements: readonly string[];
  readonly refusals: readonly string[];
  /** Checks that stored rows have to pass. */
  readonly pending: readonly PendingCheck[];
  /** What loses the values of a column, and may be done where it has none. */
  readonly losses: readonly Loss[];
  /** Values that a new index has no room for, or no second place. */
  readonly unfit: readonly StoredFault[];
}

export interface Loss {
  readonly table: string;
  /** Finds a row that has a value in the column. */
  readonly probe: string;
  /** Why it cannot be where there is one. */
  readonly refusal: string;
  readonly statements: readonly string[];
}

/**
 * Compares the models with what the database has. Making tables, columns that may be empty and indexes is safe, and so is
 * letting go of NOT NULL; bounds are safe once the stored rows are found to keep them, and giving up or changing a column once it is found to hold nothing.
 * Whatever would drop or reinterpret stored values is refused in words. Pure.
 */
export function planTables(models: Models, catalog: TableCatalog): TablePlan {
  const relational = [...models.values()].filter((model) => model.store === 'RELATIONAL');
  const tables: string[] = [];
  const others: string[] = [];
  const refusals: string[] = [];
  const pending: PendingCheck[] = [];
  const losses: Loss[] = [];
  const unfit: StoredFault[] = [];
  const takenNames = new Set([...catalog.indexes.keys(), ...relational.map(({ table }) => table)]);
  for (const model of relational) {
    const existing = catalog.tables.get(model.table);
    const named = catalog.indexes.get(model.table);
    if (named !== undefined)
      refusals.push(
        `the table of ${model.name} would have the name of an index of ${dataSchema}.${named}; choose another name`,
      );
    if (existing === undefined) tables.push(createTable(model));
    else changeColumns(model, existing, { statements: tables, refusals, losses });
    const checks = planChecks(model, existing);
    others.push(...checks.statements);
    pending.push(...checks.pending);
    const references = planReferences(model, models, existing);
    others.push(...references.statements);
    refusals.push(...references.refusals);
    for (const { names, statement, attribute } of indexesOf(model)) {
      if (names.some((name) => catalog.indexes.get(name) === model.table)) continue;
      const name = names.find((each) => !takenNames.has(each)) ?? names[1];
      takenNames.add(name);
      others.push(statement(name));
      const stored = existing?.columns.get(attribute.column)?.type;
      if (stored !== bareType(attribute)) continue;
      if (stored === 'text') unfit.push(longerThanIndexed(model, attribute));
      if (attribute.unique) unfit.push(repeated(model, attribute));
    }
    for (const attribute of model.attributes) {
      if (attribute.unique) continue;
      for (const name of indexNames(model, attribute, 'key'))
        if (catalog.indexes.get(name) === model.table)
          others.push(`DROP INDEX ${quoted(dataSchema)}.${quoted(name)}`);
    }
  }
  const known = new Set(relational.map(({ table }) => table));
  for (const [table, { rows }] of catalog.tables) {
    if (!known.has(table) && rows)
      refusals.push(`the table ${dataSchema}.${table} has rows, but no model uses it any more`);
  }
  // Tables first: foreign keys may point forwards, or in circles.
  return { statements: [...tables, ...others], refusals, pending, losses, unfit };
}

function createTable(model: Model): string {
  const columns = model.attributes.map(
    (attribute) =>
      `${quoted(attribute.column)} ${columnType(attribute)}${attribute.required ? ' NOT NULL' : ''}`,
  );
  return `CREATE TABLE ${tableOf(model)} ("workspace_id" uuid NOT NULL, ${columns.join(', ')}, PRIMARY KEY ("workspace_id", "id"))`;
}

function changeColumns(
  model: Model,
  existing: NonNullable<ReturnType<TableCatalog['tables']['get']>>,
  { statements, refusals, losses }: { statements: string[]; refusals: string[]; losses: Loss[] },
): void {
  for (const attribute of model.attributes) {
    const stored = existing.columns.get(attribute.column);
    if (stored?.unused === true) statements.push(noted(model, attribute.column, undefined));
    const place = `${model.name}.${attribute.name}`;
    if (stored === undefined) {
      if (attribute.required && existing.rows)
        refusals.push(`${place} is new and required, but stored rows have no value for it`);
      else
        statements.push(
          `ALTER TABLE ${tableOf(model)} ADD COLUMN ${quoted(attribute.column)} ${columnType(attribute)}${attribute.required ? ' NOT NULL' : ''}`,
        );
    } else if (stored.type !== bareType(attribute)) {
      const refusal = `${place} would turn stored ${stored.type} into ${bareType(attribute)}`;
      // A required one would need values that nobody has.
      if (attribute.required && existing.rows) refusals.push(refusal);
      else losses.push(retype(model, attribute, { existing, refusal }));
    } else if (attribute.required && !stored.required) {
      if (existing.rows)
        refusals.push(`${place} would become required, but stored rows may have no value for it`);
      else
        statements.push(
          `ALTER TABLE ${tableOf(model)} ALTER COLUMN ${quoted(attribute.column)} SET NOT NULL`,
        );
    } else if (!attribute.required && stored.required) {
      statements.push(`ALTER TABLE ${tableOf(model)} ALTER COLUMN ${quoted(attribute.column)} DROP NOT NULL`);
    }
  }
  const known = new Set(['workspace_id', ...model.attributes.map(({ column }) => column)]);
  for (const [column, { required, unused }] of existing.columns) {
    if (known.has(column) || unused) continue;
    losses.push({
      table: tableOf(model),
      probe: valuesIn(model, column),
      refusal: `the column ${dataSchema}.${model.table}.${column} would be dropped with its values`,
      // It stays, empty: whoever starts may have older models than those beside it, to whom the field is new (decision 274).
      statements: [
        ...(required ? [`ALTER TABLE ${tableOf(model)} ALTER COLUMN ${quoted(column)} DROP NOT NULL`] : []),
        noted(model, column, unusedNote),
      ],
    });
  }
}

function noted(model: Model, column: string, note: string | undefined): string {
  return `COMMENT ON COLUMN ${tableOf(model)}.${quoted(column)} IS ${note === undefined ? 'NULL' : `'${note}'`}`;
}

/** Its checks go first: what they compare is of the old type, and the plan makes those of the new one. */
function retype(
  model: Model,
  attribute: Attribute,
  { existing, refusal }: { readonly existing: StoredTable; readonly refusal: string },
): Loss {
  const table = tableOf(model);
  const column = quoted(attribute.column);
  const prefix = constraintName(model, attribute, 'check_');
  const checks = [...existing.checks.keys()].filter((name) => name.startsWith(prefix));
  const type = columnType(attribute);
  return {
    table,
    probe: valuesIn(model, attribute.column),
    refusal,
    statements: [
      ...checks.map((name) => `ALTER TABLE ${table} DROP CONSTRAINT ${quoted(name)}`),
      `ALTER TABLE ${table} ALTER COLUMN ${column} TYPE ${type} USING NULL`,
    ],
  };
}

function valuesIn(model: Model, column: string): string {
  return `SELECT 1 FROM ${tableOf(model)} WHERE ${quoted(column)} IS NOT NULL LIMIT 1`;
}

/** Shorter texts were asked for since the field is indexed; longer ones are older than that. */
function longerThanIndexed(model: Model, attribute: Attribute): StoredFault {
  const most = mostTextLength(attribute);
  return {
    probe: `SELECT count(*)::integer AS count FROM ${tableOf(model)} WHERE octet_length(${quoted(attribute.column)}) > ${most} AND char_length(${quoted(attribute.column)}) > ${most}`,
    refusal: (count) =>
      `${model.name}.${attribute.name} would be indexed, but ${count} stored ${count === 1 ? 'value is' : 'values are'} longer than ${most} characters`,
  };
}

function repeated(model: Model, attribute: Attribute): StoredFault {
  const column = quoted(attribute.column);
  return {
    probe: `SELECT count(*)::integer AS count FROM (SELECT FROM ${tableOf(model)} WHERE ${column} IS NOT NULL GROUP BY "workspace_id", ${column} HAVING count(*) > 1) r`,
    refusal: (count) =>
      `${model.name}.${attribute.name} would become unique, but ${count} stored ${count === 1 ? 'value is there' : 'values are there'} more than once`,
  };
}

interface NamedStatement {
  readonly names: readonly [string, string];
  readonly statement: (name: string) => string;
  readonly attribute: Attribute;
}

/** The id closes every index: lists break ties by it, and keyset pages start at it. */
function indexesOf(model: Model): readonly NamedStatement[] {
  return model.attributes.flatMap((attribute): readonly NamedStatement[] => {
    if (attribute.unique) {
      const statement = (name: string): string =>
        `CREATE UNIQUE INDEX ${quoted(name)} ON ${tableOf(model)} ("workspace_id", ${quoted(attribute.column)})`;
      return [{ names: indexNames(model, attribute, 'key'), statement, attribute }];
    }
    if (!attribute.indexed && attribute.target === undefined) return [];
    const statement = (name: string): string =>
      `CREATE INDEX ${quoted(name)} ON ${tableOf(model)} ("workspace_id", ${quoted(attribute.column)}, "id")`;
    return [{ names: indexNames(model, attribute, 'idx'), statement, attribute }];
  });
}
