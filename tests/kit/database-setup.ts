import { startEmbeddedPostgres } from '@tributary/engines/relational/embedded';
import type { TestProject } from 'vitest/node';
import { runFolder } from './run-folder.ts';

/** Each meets six uploads. Ledgers that kill twenty times in any case ask nobody. */
const killsOfUploads = 4;

/** One embedded PostgreSQL for the whole run; each test file makes databases of its own on it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await runFolder(project, 'database-');
  const server = await startEmbeddedPostgres({ dataDir, durable: false });
  project.provide('postgresUrl', server.url);
  project.provide('ledgerKills', Number(process.env['LEDGER_KILLS'] ?? killsOfUploads));
  return async () => server[Symbol.asyncDispose]();
}
