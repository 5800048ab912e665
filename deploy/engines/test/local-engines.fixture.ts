import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { exchange } from '../src/exchange.ts';
import { LocalEngines } from '../src/local-engines.ts';
import type { EngineRecipe } from '../src/recipe.ts';

const program = fileURLToPath(new URL('engine.fixture.mjs', import.meta.url));

/** A program that really runs, listens and keeps a file; its name decides what goes wrong. */
function recipe(name: string): EngineRecipe {
  return {
    name,
    portCount: 1,
    ...(name === 'needy' ? { needs: ['first'] } : {}),
    find: async (cache) => {
      const into = async (folder: string): Promise<void> => {
        await writeFile(join(folder, 'answer'), 'pong');
        if (name === 'unfetchable') throw new Error('the registry is away');
      };
      const home = await cache.folder({ name, version: '1', into });
      return {
        title: `${name} 1`,
        launch: async ({ dataDir, ports: [port = 0], secret }) => {
          await writeFile(join(dataDir, 'starts'), 'x', { flag: 'a' });
          const url = `test://:${await secret('password')}@127.0.0.1:${port}/?timeoutMs=1000&other=1`;
          const broken = name === 'broken' ? join(dataDir, 'nothing.mjs') : program;
          const words = [broken, String(port), join(home, 'answer')];
          return {
            // One that starts others, as a supervisor of several processes does.
            ...(name === 'needy'
              ? {
                  command: 'sh',
                  args: [
                    '-c',
                    '"$@" & echo $! > "$0"; wait',
                    join(dataDir, 'pid'),
                    process.execPath,
                    ...words,
                  ],
                }
              : { command: process.execPath, args: words }),
            ...(name === 'stubborn' ? { stopSignal: 'SIGINT' as const, env: { STUBBORN: '1' } } : {}),
            ...(name === 'leaving' ? { env: { WORKER_IN: dataDir } } : {}),
            settings: { [`${name.toUpperCase()}_URL`]: url },
            handshake: async () => expect((await exchange(port, 'ping')).toString()).toBe('pong'),
          };
        },
      };
    },
  };
}

/** Engines of a test's own, in folders that go with it. */
export async function openEngines() {
  const folder = await mkdtemp(join(tmpdir(), 'engines-'));
  const folders = { cacheDir: join(folder, 'cache'), stateDir: join(folder, 'state') };
  const told: string[] = [];
  const recipes = ['first', 'second', 'needy', 'broken', 'unfetchable', 'stubborn', 'leaving'].map(recipe);
  /** As another shell has it: nothing is shared but the folders. */
  const shell = () => new LocalEngines(folders, { recipes, tell: (line) => told.push(line) });
  return {
    ...folders,
    told,
    shell,
    [Symbol.asyncDispose]: async () => {
      for (const { name } of await shell().status()) await shell().down(name);
      await rm(folder, { recursive: true });
    },
  };
}
