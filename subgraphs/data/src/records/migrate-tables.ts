import {
  type Relational,
  type Sql,
  type TransactionOptions,
  wholeTableLimitMs,
} from '@tributary/engines/relational';
import { changeSchema } from '@tributary/engines/relational/change-schema';
import { violatedConstraint } from '@tributary/engines/relational/violated-constraint';
import { CodedError, type Logger } from '@tributary/runtime';
import type { Models } from '../models/model.ts';
import type { PendingCheck, StoredFault } from './column-checks.ts';
import { dataSchema } from './column-types.ts';
import { readTableCatalog } from './table-catalog.ts';
import { isUniqueName } from './table-names.ts';
import { planTables, type TablePlan } from './table-plan.ts';

/** One key for all processes that might migrate at the same time: the digits of "models" on a telephone. */
const migrationLock = 663_357;

export interface Migration {
  readonly log: Logger;
  /** What else stands in the way, to be told together with what the tables say. */
  readonly refusals?: readonly string[];
}

/** A large table takes longer to index or to read through than a request may. */
const patient: TransactionOptions = { statementLimitMs: wholeTableLimitMs };

/**
 * Makes the tables what the models need, in one transaction under an advisory lock: all of the plan, or none of it. Bounds that stored rows
 * have to keep are validated after it, while others read and write.
 * @throws CodedError MIGRATION_REFUSED saying what the change would destroy, or which stored rows break a bound.
 */
export async function migrateTables(
  relational: Relational,
  models: Models,
  { log, refusals: others = [] }: Migration,
): Promise<void> {
  const work = async (tx: Sql): Promise<readonly PendingCheck[]> => {
    const plan = planTables(models, await readTableCatalog(tx));
    // Nobody may write a value into a column between the look for one and its end.
    for (const table of new Set(plan.losses.map((loss) => loss.table)))
      await tx.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    const refusals = [...(await refusalsOf(tx, plan)), ...others];
    if (refusals.length > 0) throw migrationRefused(refusals);
    const statements = [...plan.losses.flatMap((loss) => loss.statements), ...plan.statements];
    for (const statement of statements) await apply(tx, models, statement);
    if (statements.length > 0)
      log.info({ count: statements.length, migration: 'models' }, 'tables follow the models');
    return plan.pending;
  };
  const pending = await alone(relational, work);
  for (const check of pending) await validate(relational, check);
}

/** What would stand in the way of migrating, without changing anything. */
export function tableRefusals(relational: Relational, models: Models): Promise<readonly string[]> {
  return alone(relational, async (tx) => refusalsOf(tx, planTables(models, await readTableCatalog(tx))));
}

async function refusalsOf(tx: Sql, plan: TablePlan): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const { probe, refusal } of plan.losses)
    if ((await tx.query(probe)).rows.length > 0) lost.push(refusal);
  return [...plan.refusals, ...lost, ...(await brokenBounds(tx, [...plan.pending, ...plan.unfit]))];
}

/** A transaction on the models' schema that no other process's is beside. */
export function alone<Result>(relational: Relational, work: (tx: Sql) => Promise<Result>): Promise<Result> {
  return changeSchema(relational, migrationLock, async (tx) => {
    await tx.query(`CREATE SCHEMA IF NOT EXISTS "${dataSchema}"`);
    return work(tx);
  });
}

export function migrationRefused(refusals: readonly string[]): CodedError {
  const message = `The models do not fit what is stored: ${refusals.join('; ')}.`;
  return new CodedError('MIGRATION_REFUSED', message, { details: { refusals } });
}

async function brokenBounds(sql: Sql, pending: readonly StoredFault[]): Promise<readonly string[]> {
  const refusals: string[] = [];
  for (const { probe, refusal } of pending) {
    const count = (await sql.query<{ readonly count: number }>(probe)).rows[0]?.count ?? 0;
    if (count > 0) refusals.push(refusal(count));
  }
  return refusals;
}

/** Rows that were written between the count and the check may still break it: then they are counted again, to be named. */
async function validate(relational: Relational, check: PendingCheck): Promise<void> {
  try {
    await relational.transaction((tx) => tx.query(check.validate), patient);
  } catch (cause) {
    const refusals = await brokenBounds(relational, [check]);
    throw refusals.length === 0 ? cause : migrationRefused(refusals);
  }
}

async function apply(tx: Sql, models: Models, statement: string): Promise<void> {
  try {
    await tx.query(statement);
  } catch (cause) {
    if (!(cause instanceof CodedError) || cause.code !== 'CONFLICT') throw cause;
    const name = violatedConstraint(cause);
    const fields = [...models.values()].flatMap((model) =>
      model.attributes
        .filter((attribute) => name !== undefined && isUniqueName(model, attribute, name))
        .map((attribute) => `${model.name}.${attribute.name}`),
    );
    const message = `Stored rows repeat a value that a model now calls unique (${fields.join(', ')}).`;
    throw new CodedError('MIGRATION_REFUSED', message, { cause });
  }
}
