import { fileURLToPath } from 'node:url';
import { typescriptProgram } from '@tributary/test-kit';
import { defaultRunnerSettings, type RunnerSettings } from '../src/runner.ts';

/** Node's arguments that run a TypeScript file beside this one. */
export function sourceArguments(file: string): readonly string[] {
  return typescriptProgram(fileURLToPath(new URL(file, import.meta.url)));
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
