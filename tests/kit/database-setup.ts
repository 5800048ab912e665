import { startEmbeddedPostgres } from '@tributary/engines/relational/embedded';
import type { TestProject } from 'vitest/node';
import { ledgerKills } from './ledger-kills.ts';
import { runFolder } from './run-folder.ts';

/** One embedded PostgreSQL for the whole run; each test file makes databases of its own on it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await runFolder(project, 'database-');
  const server = await startEmbeddedPostgres({ dataDir, durable: false });
  project.provide('postgresUrl', server.url);
  project.provide('ledgerKills', ledgerKills(2));
  return async () => server[Symbol.asyncDispose]();
}
