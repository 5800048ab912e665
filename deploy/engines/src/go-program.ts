import { join } from 'node:path';
import type { EngineCache } from './cache.ts';
import { CannotProvision } from './recipe.ts';
import { isOnPath, runTool } from './run-tool.ts';

export interface GoProgram {
  /** Of the cache. */
  readonly name: string;
  readonly version: string;
  /** The package that `go install` builds. */
  readonly module: string;
  /** The file it makes. */
  readonly program: string;
}

/** Builds a pinned version with `go install`, which checks it against Go's checksum database. @throws CannotProvision */
export async function fetchGoProgram(
  cache: EngineCache,
  { name, version, module, program }: GoProgram,
): Promise<string> {
  const folder = await cache.folder({
    name,
    version,
    into: async (draft) => {
      if (!(await isOnPath('go'))) throw new CannotProvision('there is no go to build it with');
      const smaller = ['-trimpath', '-ldflags=-s -w'];
      await runTool('go', ['install', ...smaller, `${module}@${version}`], {
        cwd: draft,
        env: { GOBIN: draft },
      });
    },
  });
  return join(folder, program);
}
