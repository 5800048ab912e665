import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineCache } from '../cache.ts';
import { exchange } from '../exchange.ts';
import { CannotProvision, type EnginePlace, type EngineRecipe, type Launch } from '../recipe.ts';
import { isOnPath, runTool } from '../run-tool.ts';

const version = '0.7.0b3';

/**
 * SecantusDB from PyPI: MongoDB's wire protocol on WiredTiger, with transactions and change streams. No registry carries a mongod; it has no text
 * indexes and no replica sets, and is slow.
 */
export const mongo: EngineRecipe = {
  name: 'mongo',
  portCount: 1,
  find: async (cache) => {
    if (!(await isOnPath('python3'))) throw new CannotProvision('there is no python3 with pip');
    const home = await fetchPackages(cache);
    return {
      title: `SecantusDB ${version}, MongoDB-compatible`,
      launch: async (place) => launch(home, place),
    };
  },
};

/** All of them, so that the same set comes again. */
const packages = [
  `SecantusDB==${version}`,
  'pymongo==4.20.1',
  'dnspython==2.9.2',
  's2sphere==0.2.5',
  'future==1.0.0',
  'shapely==2.2.0',
  'numpy==2.4.6',
  'python-dateutil==2.9.0.post0',
  'six==1.17.0',
];

function fetchPackages(cache: EngineCache): Promise<string> {
  return cache.folder({
    name: 'mongo',
    version,
    into: async (folder) => {
      const list = join(folder, 'requirements.txt');
      await writeFile(list, `${packages.join('\n')}\n`);
      const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--root-user-action=ignore'];
      await runTool('python3', [...pip, '--target', join(folder, 'site'), '--requirement', list]);
    },
  });
}

function launch(home: string, { dataDir, ports }: EnginePlace): Launch {
  const [port = 0] = ports;
  return {
    command: 'python3',
    args: ['-m', 'secantus', '--host', '127.0.0.1', '--port', String(port), '--storage-path', dataDir],
    env: { PYTHONPATH: join(home, 'site') },
    settings: {
      MONGO_URL: `mongodb://127.0.0.1:${port}`,
      DOCUMENT_STORE_URL: `mongodb://127.0.0.1:${port}/tributary`,
      MONGO_HOME: home,
    },
    handshake: () => hello(port),
  };
}

/** The command `hello` as OP_MSG (2013), the first thing every driver sends; a server that is ready answers `ok: 1`. */
async function hello(port: number): Promise<void> {
  const document = bson([element(0x10, 'hello', int32(1)), element(0x02, '$db', text('admin'))]);
  const body = Buffer.concat([int32(0), Buffer.from([0]), document]);
  const header = Buffer.concat([int32(16 + body.length), int32(1), int32(0), int32(2_013)]);
  const answer = await exchange(port, Buffer.concat([header, body]));
  const ok = element(0x01, 'ok', Buffer.from([0, 0, 0, 0, 0, 0, 0xf0, 0x3f]));
  if (!answer.includes(ok)) throw new Error('mongo refuses hello');
}

function bson(elements: readonly Buffer[]): Buffer {
  const content = Buffer.concat([...elements, Buffer.from([0])]);
  return Buffer.concat([int32(content.length + 4), content]);
}

function element(type: number, name: string, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type]), Buffer.from(`${name}\0`), value]);
}

function text(value: string): Buffer {
  return Buffer.concat([int32(value.length + 1), Buffer.from(`${value}\0`)]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
