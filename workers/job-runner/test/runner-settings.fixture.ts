import { fileURLToPath } from 'node:url';
import { defaultRunnerSettings, type RunnerSettings } from '../src/runner.ts';

/** Node's arguments that run a TypeScript file: Node 20 does not, vite, which the test runner brings, does. */
export function sourceArguments(file: string): readonly string[] {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const program = `import { runnerImport } from 'vite';
const conditions = ['source'];
await runnerImport(${JSON.stringify(path)}, { configFile: false, logLevel: 'error', oxc: { target: 'es2022' }, resolve: { conditions }, ssr: { resolve: { conditions } } });`;
  return ['--input-type=module', '-e', program, '--'];
}

export function testRunnerSettings(name: string, changed: Partial<RunnerSettings> = {}): RunnerSettings {
  const nodeArguments = sourceArguments('run-child.fixture.ts');
  return {
    ...defaultRunnerSettings,
    name,
    leaseMs: 3_000,
    graceMs: 300,
    drainMs: 100,
    gatewayUrl: 'http://127.0.0.1:9',
    nodeArguments,
    ...changed,
  };
}
