import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Every tracked or new file git does not ignore. */
export function repositoryFiles(): readonly string[] {
  const listed = execFileSync(
    'git',
    ['-c', 'safe.directory=*', 'ls-files', '--cached', '--others', '--exclude-standard'],
    { cwd: root, encoding: 'utf8' },
  );
  return listed.split('\n').filter((path) => path !== '');
}

/** The TypeScript people write: nothing generated, nothing built. */
export function handWrittenSources(): readonly SourceFile[] {
  return repositoryFiles()
    .filter((path) => /\.(ts|tsx|mjs|cjs)$/.test(path) && !/(^|\/)(generated|dist)\/|\.d\.ts$/.test(path))
    .flatMap((path) => {
      try {
        return [{ path, text: readFileSync(`${root}${path}`, 'utf8') }];
      } catch {
        return []; // listed, but deleted in the work tree
      }
    });
}
