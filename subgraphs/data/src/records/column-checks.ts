import { createHash } from 'node:crypto';
import { constraintInWords } from '../models/constraint.ts';
import type { Attribute, Model } from '../models/model.ts';
import { bareType } from './column-types.ts';
import { quoted, tableOf } from './record-sql.ts';
import type { StoredTable } from './table-catalog.ts';
import { constraintName } from './table-names.ts';

/** What stored rows may stand in the way of. */
export interface StoredFault {
  /** Counts the rows that do. */
  readonly probe: string;
  /** Why it cannot be, given how many. */
  readonly refusal: (count: number) => string;
}

/** A check that rows stored before it was made have yet to pass. */
export interface PendingCheck extends StoredFault {
  /** Reads all rows while others write. */
  readonly validate: string;
}

export interface CheckPlan {
  readonly statements: readonly string[];
  readonly pending: readonly PendingCheck[];
}

/**
 * What brings a table's CHECK constraints in line with its model. On a table with rows a check is added NOT VALID, which holds for every
 * write from then on, and validated afterwards: reading a large table keeps nobody from it. The name of a check holds a digest of
 * its condition, so a changed bound is another check.
 */
export function planChecks(model: Model, existing: StoredTable | undefined): CheckPlan {
  const checks = model.attributes.flatMap((attribute) => checkOf(model, attribute) ?? []);
  const known = existing?.checks ?? new Map<string, boolean>();
  const table = tableOf(model);
  const statements: string[] = [];
  const pending: PendingCheck[] = [];
  for (const name of known.keys()) {
    if (ownName.test(name) && !checks.some((check) => check.name === name))
      statements.push(`ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${quoted(name)}`);
  }
  for (const { name, condition, attribute } of checks) {
    const validated = known.get(name);
    if (validated === true) continue;
    const isStored =
      existing?.rows === true && existing.columns.get(attribute.column)?.type === bareType(attribute);
    if (validated === undefined)
      statements.push(
        `ALTER TABLE ${table} ADD CONSTRAINT ${quoted(name)} CHECK (${condition})${isStored ? ' NOT VALID' : ''}`,
      );
    const words = constraintInWords(attribute.constraint ?? {});
    if (isStored || validated === false)
      pending.push({
        probe: `SELECT count(*)::integer AS count FROM ${table} WHERE NOT (${condition})`,
        refusal: (count) =>
          `${model.name}.${attribute.name} would have to be ${words}, but ${count} stored ${count === 1 ? 'row is' : 'rows are'} not`,
        validate: `ALTER TABLE ${table} VALIDATE CONSTRAINT ${quoted(name)}`,
      });
  }
  return { statements, pending };
}

const ownName = /_check_[0-9a-f]{8}$/;

interface Check {
  readonly name: string;
  readonly condition: string;
  readonly attribute: Attribute;
}

function checkOf(model: Model, attribute: Attribute): Check | undefined {
  const { constraint } = attribute;
  if (constraint === undefined) return undefined;
  const column = quoted(attribute.column);
  const length = `char_length(${column})`;
  const conditions = [
    [column, '>=', constraint.min],
    [column, '<=', constraint.max],
    [length, '>=', constraint.minLength],
    [length, '<=', constraint.maxLength],
  ].flatMap(([subject, operator, bound]) => (bound === undefined ? [] : `${subject} ${operator} ${bound}`));
  const condition = conditions.join(' AND ');
  const digest = createHash('sha256').update(condition).digest('hex').slice(0, 8);
  return { name: constraintName(model, attribute, `check_${digest}`), condition, attribute };
}
