import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where engines are kept. Both folders are the user's, not the repository's: trees share them. */
export interface EngineFolders {
  /** What was fetched, by engine and version. Deleting it costs the next fetch. */
  readonly cacheDir: string;
  /** What runs: state, logs, and the engines' data. */
  readonly stateDir: string;
}

/** Reads `TRIBUTARY_ENGINES_CACHE` and `TRIBUTARY_ENGINES_STATE`; without them, the folders the system has for it. */
export function engineFolders(): EngineFolders {
  const { TRIBUTARY_ENGINES_CACHE, TRIBUTARY_ENGINES_STATE, XDG_CACHE_HOME, XDG_STATE_HOME } = process.env;
  // Engines that refuse root run as another user, who cannot pass through root's home.
  const isRoot = process.getuid?.() === 0;
  const cache = XDG_CACHE_HOME || (isRoot ? '/var/cache' : join(homedir(), '.cache'));
  const state = XDG_STATE_HOME || (isRoot ? '/var/lib' : join(homedir(), '.local', 'state'));
  return Object.freeze({
    cacheDir: TRIBUTARY_ENGINES_CACHE || join(cache, 'tributary', 'engines'),
    stateDir: TRIBUTARY_ENGINES_STATE || join(state, 'tributary', 'engines'),
  });
}

/** This process's environment with more in it, for a child. */
export function childEnvironment(added: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...added };
}
