import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

const require = createRequire(import.meta.url);

/** Tests run the TypeScript sources directly: every workspace package exports its source under the condition `source`. */
export default defineConfig({
  resolve: {
    conditions: ['source'],
    // graphql ships two builds; two copies in one process make every instanceof check fail.
    alias: [{ find: /^graphql$/, replacement: require.resolve('graphql') }],
  },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['node'] } },
  test: {
    include: ['**/*.{test,conformance,journey}.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'tests/load/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    globalSetup: ['./tests/kit/global-setup.ts'],
    env: { APOLLO_TELEMETRY_DISABLED: 'true', NODE_ENV: 'test' },
    reporters: ['default'],
  },
});
