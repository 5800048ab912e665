/** Who may import whom: the table of docs/architecture.md. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'domain-imports-nothing',
      comment: 'Domain code is pure: it knows its own folder and the runtime words.',
      severity: 'error',
      from: { path: '^subgraphs/[^/]+/src/domain/' },
      to: { pathNot: '^subgraphs/[^/]+/src/domain/|^packages/runtime/|^node_modules/(zod|graphql)/' },
    },
    {
      name: 'usecases-know-domain-and-ports',
      severity: 'error',
      from: { path: '^subgraphs/[^/]+/src/usecases/' },
      to: { path: '^subgraphs/[^/]+/src/(resolvers|loaders|main|config)' },
    },
    {
      name: 'resolvers-open-nothing',
      severity: 'error',
      from: { path: '^subgraphs/[^/]+/src/(resolvers|loaders|usecases|domain)/' },
      to: { path: '/open\\.ts$' },
    },
    {
      name: 'no-subgraph-imports-another',
      comment: 'Subgraphs meet in the graph and in the log.',
      severity: 'error',
      from: { path: '^subgraphs/([^/]+)/' },
      to: { path: '^subgraphs/([^/]+)/', pathNot: '^subgraphs/$1/' },
    },
    {
      name: 'gateway-knows-no-subgraph',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: '^(subgraphs|workers|deploy)/' },
    },
    {
      name: 'packages-know-no-process',
      severity: 'error',
      from: { path: '^packages/', pathNot: '\\.(test|fixture)\\.ts$' },
      to: { path: '^(subgraphs|workers|gateway|deploy|tests)/' },
    },
    {
      name: 'engines-know-only-the-runtime',
      severity: 'error',
      from: { path: '^packages/engines/', pathNot: '\\.(test|conformance)\\.ts$' },
      to: { path: '^packages/(subgraph-kit|client)/' },
    },
    {
      name: 'only-main-opens-engines',
      severity: 'error',
      from: {
        path: '^(subgraphs|gateway|workers)/',
        pathNot: '/(main|engines|process-engines)\\.ts$|/test/|\\.test\\.ts$',
      },
      to: { path: '^packages/engines/[^/]+/open\\.ts$' },
    },
    {
      name: 'tests-stay-outside',
      severity: 'error',
      from: { pathNot: '^tests/|/test/|\\.(test|fixture|journey)\\.ts$|/conformance[a-z-]*\\.ts$' },
      to: { path: '^tests/|/test/|\\.test\\.ts$' },
    },
    {
      name: 'no-orphan-dependency',
      severity: 'error',
      comment: 'The gateway interface has types alone, and so nothing to resolve.',
      from: {},
      to: { couldNotResolve: true, pathNot: '^@apollo/server-gateway-interface$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|/generated/|^gateway/studio/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.check.json' },
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
