import type { TestProject } from 'vitest/node';
import { ledgerKills } from './ledger-kills.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URLs of the engines that were started for this run, by setting: `REDIS_URL`. */
    readonly engines: Readonly<Record<string, string>>;
    /** How often the ledgers kill each thing they kill: once on real engines, twice on embedded ones, and 20 times at night (`.ci/nightly`). */
    readonly ledgerKills: number;
  }
}

/** `npm run test:engines` starts engines and says where. The suites do to them what nobody should do to an engine in use: no other setting is read. */
export function setup(project: TestProject): void {
  const engines = realEngines();
  project.provide('engines', engines);
  project.provide('ledgerKills', ledgerKills(1));
  // Where `freshDatabase` makes databases.
  project.provide('postgresUrl', engines['POSTGRES_URL'] ?? '');
}

/** The settings of the engines of this run; a product takes from them what it knows. */
export function realEngines(): Readonly<Record<string, string>> {
  return JSON.parse(process.env['TEST_ENGINES'] ?? '{}') as Record<string, string>;
}
