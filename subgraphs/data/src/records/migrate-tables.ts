import type { Relational, Sql } from '@tributary/engines/relational';
import { CodedError, type Logger } from '@tributary/runtime';
import type { Models } from '../models/model.ts';
import { dataSchema } from './column-types.ts';
import { readTableCatalog } from './table-catalog.ts';
import { planTables } from './table-plan.ts';

/** One key for all processes that might migrate at the same time: the digits of "models" on a telephone. */
const migrationLock = 663_357;

/**
 * Makes the tables what the models need, in one transaction under an advisory lock: all of the plan, or none of it.
 * @throws CodedError MIGRATION_REFUSED saying what the change would destroy.
 */
export async function migrateTables(relational: Relational, models: Models, log: Logger): Promise<void> {
  await relational.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    await tx.query(`CREATE SCHEMA IF NOT EXISTS "${dataSchema}"`);
    const { statements, refusals } = planTables(models, await readTableCatalog(tx));
    if (refusals.length > 0) {
      throw new CodedError(
        'MIGRATION_REFUSED',
        `The models do not fit what is stored: ${refusals.join('; ')}.`,
        { details: { refusals } },
      );
    }
    for (const statement of statements) await apply(tx, statement);
    if (statements.length > 0)
      log.info({ count: statements.length, migration: 'models' }, 'tables follow the models');
  });
}

async function apply(tx: Sql, statement: string): Promise<void> {
  try {
    await tx.query(statement);
  } catch (cause) {
    if (!(cause instanceof CodedError) || cause.code !== 'CONFLICT') throw cause;
    const message = `Stored rows repeat a value that a model now calls unique (${String(cause.details['constraint'])}).`;
    throw new CodedError('MIGRATION_REFUSED', message, { cause });
  }
}
