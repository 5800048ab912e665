import type { BatchEngine } from '@tributary/engines/batch-engine';
import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import { ensureOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import { openRelational } from '@tributary/engines/relational/open';
import { applyMigrations } from '@tributary/prisma';
import { type Closing, systemClock as clock, type Logger } from '@tributary/runtime';
import type { RunnerConfig } from './config.ts';

export interface Engines {
  readonly relational: Relational;
  readonly batchEngine: BatchEngine;
}

/** Opens the engines of the split form, with tables and outbox in place; `closing` closes them in reverse. */
export async function openEngines(config: RunnerConfig, closing: Closing, log: Logger): Promise<Engines> {
  const options = { ...config.database, ...config.rules, log };
  const relational = closing.use('database', await openRelational(config.databaseUrl, options));
  await applyMigrations(relational.pool, log);
  await ensureOutbox(relational);
  const batchEngine = closing.use(
    'batch engine',
    await openBatchEngine(config.batchEngineUrl, { ...config.rules, clock }),
  );
  return { relational, batchEngine };
}
