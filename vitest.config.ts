import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';
import { LongestProjectsFirst, TellsEndedProjects } from './tests/kit/run-order.ts';
import { NamesSecondTries, oneMoreTry } from './tests/kit/second-tries.ts';

const require = createRequire(import.meta.url);

const everywhere = {
  exclude: ['**/node_modules/**', '**/dist/**'],
  pool: 'forks' as const,
  isolate: false,
  // Far beyond what any takes: a machine that is busy with other things is no fault.
  testTimeout: 60_000,
  hookTimeout: 120_000,
  env: { APOLLO_TELEMETRY_DISABLED: 'true', NODE_ENV: 'test' },
  ...(process.env['TRY_AGAIN'] === undefined ? {} : { retry: oneMoreTry }),
};

const isNight = process.env['NIGHTLY'] !== undefined;

/** What the product does a second time with what the adapter of Flink does in suites of its own: a change waits for those. */
const flinkAtNight = isNight
  ? []
  : ['upgraded', 'refused-savepoint'].map(
      (name) => `tests/journeys/large-engines/flink/${name}.engine.test.ts`,
    );

/** Suites of adapters of real engines; `npm run test:engines` starts those and says where they are. */
const onRealEngines = {
  extends: true as const,
  test: {
    ...everywhere,
    name: 'engines',
    exclude: [...everywhere.exclude, ...flinkAtNight],
    include: ['packages/engines/**/*.engine.test.ts', '{deploy,tests}/**/*.engine.test.ts'],
    globalSetup: ['./tests/kit/run-folder.ts', './tests/kit/engines-setup.ts'],
    execArgv: [`--import=${new URL('tests/kit/run-typescript.mjs', import.meta.url).href}`],
  },
};

/** The main jobs, and the command line of the log, as they run on embedded engines, on a product that stands on the real ones. */
const productOnRealEngines = {
  extends: true as const,
  test: {
    ...everywhere,
    name: 'set',
    include: [
      'tests/journeys/{both-forms,split-form}/**/*.journey.ts',
      'tests/journeys/log-command.journey.ts',
    ],
    globalSetup: ['./tests/kit/run-folder.ts', './tests/kit/product-setup.ts'],
  },
};

/**
 * Those who use the split form on embedded engines. A change waits for the same journeys in the split form on real engines (`npm run test:engines -- product`),
 * and for how the form itself starts, ends, recovers and is traced (`recovery`, `observability`).
 */
const usersOfTheSplitForm = {
  extends: true as const,
  test: {
    ...everywhere,
    name: 'split',
    include: ['tests/journeys/{both-forms,split-form}/**/*.journey.ts'],
    globalSetup: ['./tests/kit/run-folder.ts', './tests/kit/product-setup.ts'],
  },
};

/** Tests run the TypeScript sources directly: every workspace package exports its source under the condition `source`. */
export default defineConfig({
  resolve: {
    conditions: ['source'],
    // graphql ships two builds; two copies in one process make every instanceof check fail.
    alias: [{ find: /^graphql$/, replacement: require.resolve('graphql') }],
  },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['node'] } },
  test: {
    // As many as a small machine has cores: the run is bound by them, and more workers only made each test slower.
    maxWorkers: 2,
    sequence: { sequencer: LongestProjectsFirst },
    reporters: ['default', new TellsEndedProjects(), new NamesSecondTries()],
    // The shared product drains for up to 20 s; a runner that ends sooner leaves it behind.
    teardownTimeout: 60_000,
    projects: [
      ...(process.env['TEST_ENGINES'] === undefined ? [] : [onRealEngines, productOnRealEngines]),
      {
        extends: true,
        test: {
          ...everywhere,
          name: 'parts',
          // Files of one worker share what they import; loading it anew for each of them took a third of the run.
          isolate: false,
          exclude: [...everywhere.exclude, '**/*.engine.test.ts'],
          include: [
            '{packages,schema,prisma,subgraphs,workers,gateway,deploy}/**/*.test.ts',
            'tests/{architecture,federation,kit}/**/*.test.ts',
          ],
          globalSetup: ['./tests/kit/run-folder.ts', './tests/kit/database-setup.ts'],
          // What tests fork runs sources as well; vitest passes the condition on.
          execArgv: [`--import=${new URL('tests/kit/run-typescript.mjs', import.meta.url).href}`],
        },
      },
      {
        extends: true,
        test: {
          ...everywhere,
          name: 'product',
          include: ['tests/{journeys,security}/**/*.{test,journey}.ts'],
          exclude: [...everywhere.exclude, '**/*.engine.test.ts', 'tests/journeys/split-form/**'],
          globalSetup: ['./tests/kit/run-folder.ts', './tests/kit/product-setup.ts'],
        },
      },
      ...(isNight ? [usersOfTheSplitForm] : []),
    ],
  },
});
