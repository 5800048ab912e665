import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'rolldown';

export interface RunnerBundle extends AsyncDisposable {
  /** What `node` runs, with nothing else. */
  readonly path: string;
}

/** Contracts are files that lie beside the code which reads them, wherever that code is bundled to. */
const contractsAtTheirPlace: Plugin = {
  name: 'contracts at their place',
  transform: (code, id) =>
    id.includes('/schema/src/')
      ? code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
      : undefined,
};

/** A TypeScript program and our packages' sources in one file: it starts in the time of Node alone, as often as a test needs. */
export async function bundled(file: string): Promise<RunnerBundle> {
  // Below the packages it imports, which are left outside.
  const folder = await mkdtemp(fileURLToPath(new URL('../../../node_modules/.bundle-', import.meta.url)));
  const path = join(folder, 'program.mjs');
  await build({
    input: fileURLToPath(new URL(file, import.meta.url)),
    platform: 'node',
    external: (id) => /^[\w@]/.test(id) && !/^@(?:tributary|oxc-project)\//.test(id),
    plugins: [contractsAtTheirPlace],
    resolve: { conditionNames: ['source', 'import', 'node'] },
    transform: { target: 'es2022' },
    logLevel: 'silent',
    output: { file: path, format: 'esm', codeSplitting: false },
  });
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
