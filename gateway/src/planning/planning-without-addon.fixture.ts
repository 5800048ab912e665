import Module from 'node:module';

// The planning process on a system that the native planner has no binary for.
const loader = Module as unknown as { _load(request: string, ...rest: readonly unknown[]): unknown };
const load = loader._load.bind(loader);
loader._load = (request, ...rest) => {
  if (request === '@graphql-hive/router-query-planner') throw new Error('there is no binary for this system');
  return load(request, ...rest);
};
await import('./planning-child.ts');
