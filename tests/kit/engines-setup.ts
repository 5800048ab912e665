import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** URLs of the engines that were started for this run, by setting: `REDIS_URL`. */
    readonly engines: Readonly<Record<string, string>>;
  }
}

/** `npm run test:engines` starts engines and says where. The suites do to them what nobody should do to an engine in use: no other setting is read. */
export function setup(project: TestProject): void {
  const engines = JSON.parse(process.env['TEST_ENGINES'] ?? '{}') as Record<string, string>;
  project.provide('engines', engines);
  // Where `freshDatabase` makes databases.
  project.provide('postgresUrl', engines['POSTGRES_URL'] ?? '');
}
