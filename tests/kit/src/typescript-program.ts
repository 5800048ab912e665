/** Arguments by which a bare Node runs a TypeScript file: Node 20 does not by itself; vite, which the test runner brings, does. */
export function typescriptProgram(path: string): readonly string[] {
  const program = `import { runnerImport } from 'vite';
const conditions = ['source'];
await runnerImport(${JSON.stringify(path)}, { configFile: false, logLevel: 'error', oxc: { target: 'node20' }, resolve: { conditions }, ssr: { resolve: { conditions } } });`;
  return ['--input-type=module', '-e', program];
}
