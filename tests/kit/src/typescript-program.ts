/** What the program forks inherits of Node's arguments: `loadingArguments` of a contained process. */
const forForks = [
  '--conditions=source',
  `--import=${new URL('../run-typescript.mjs', import.meta.url).href}`,
];

/** Arguments by which a bare Node runs a TypeScript file: Node 20 does not by itself; vite, which the test runner brings, does. */
export function typescriptProgram(path: string): readonly string[] {
  const program = `import { runnerImport } from 'vite';
const conditions = ['source'];
process.execArgv.push(...${JSON.stringify(forForks)});
await runnerImport(${JSON.stringify(path)}, { configFile: false, logLevel: 'error', oxc: { target: 'node20' }, resolve: { conditions }, ssr: { resolve: { conditions } } });`;
  return ['--input-type=module', '-e', program];
}
