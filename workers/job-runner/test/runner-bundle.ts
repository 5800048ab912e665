import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

export interface RunnerBundle extends AsyncDisposable {
  /** What `node` runs, with nothing else. */
  readonly path: string;
}

/** A TypeScript program and our packages' sources in one file: it starts in the time of Node alone, as often as a test needs. */
export async function bundled(file: string): Promise<RunnerBundle> {
  // Below the packages it imports, which are left outside.
  const folder = await mkdtemp(fileURLToPath(new URL('../../../node_modules/.bundle-', import.meta.url)));
  const path = join(folder, 'program.mjs');
  await build({
    input: fileURLToPath(new URL(file, import.meta.url)),
    platform: 'node',
    external: (id) => /^[\w@]/.test(id) && !/^@(?:tributary|oxc-project)\//.test(id),
    resolve: { conditionNames: ['source', 'import', 'node'] },
    transform: { target: 'es2022' },
    logLevel: 'silent',
    output: { file: path, format: 'esm', codeSplitting: false },
  });
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
