/**
 * Arguments by which a bare Node runs a TypeScript file, and what that forks runs one as well: Node 20 does not by itself. They are inherited as
 * `loadingArguments` of a contained process.
 */
export function typescriptProgram(path: string): readonly string[] {
  return ['--conditions=source', `--import=${new URL('../run-typescript.mjs', import.meta.url).href}`, path];
}
