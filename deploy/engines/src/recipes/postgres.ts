import { access, chown, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareBinaries } from '@tributary/engines/relational/embedded-binaries';
import { chooseServerUser, type ServerUser } from '@tributary/engines/relational/embedded-user';
import pg from 'pg';
import type { EngineCache } from '../cache.ts';
import type { EnginePlace, EngineRecipe, Launch } from '../recipe.ts';
import { runTool } from '../run-tool.ts';

interface Binaries {
  readonly title: string;
  readonly postgres: string;
  readonly initdb: string;
  /** Data of another major version cannot be opened. */
  readonly majorVersion: number;
}

/** The newest PostgreSQL that Debian's packages installed, else the one from npm. */
export const postgres: EngineRecipe = {
  name: 'postgres',
  portCount: 1,
  find: async (cache) => {
    const user = await chooseServerUser();
    const binaries = (await fromDebian()) ?? (await fromNpm(user, cache));
    return { title: binaries.title, launch: (place) => launch(binaries, { place, user }) };
  },
};

async function fromDebian(): Promise<Binaries | undefined> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  const newest = versions.map(Number).sort((left, right) => right - left)[0];
  if (newest === undefined) return undefined;
  const bin = join('/usr/lib/postgresql', String(newest), 'bin');
  const [postgres, initdb] = [join(bin, 'postgres'), join(bin, 'initdb')];
  const whole = await Promise.all([access(postgres), access(initdb)]).then(
    () => true,
    () => false,
  );
  return whole
    ? { title: `PostgreSQL ${newest} of Debian`, postgres, initdb, majorVersion: newest }
    : undefined;
}

async function fromNpm(user: ServerUser, cache: EngineCache): Promise<Binaries> {
  const found = await prepareBinaries(user, await cache.prefix('postgres'));
  return { title: `PostgreSQL ${found.majorVersion} from npm`, ...found };
}

interface Where {
  readonly place: EnginePlace;
  readonly user: ServerUser;
}

async function launch({ postgres, initdb, majorVersion }: Binaries, { place, user }: Where): Promise<Launch> {
  const [port = 0] = place.ports;
  const password = await place.secret('password');
  const cluster = join(place.dataDir, `postgres-${majorVersion}`);
  const runsAs = user.kind === 'other' ? { user: { uid: user.uid, gid: user.gid } } : {};
  const made = await access(join(cluster, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  if (!made) {
    // Left by an initialisation that was cut short.
    await rm(cluster, { recursive: true, force: true });
    await mkdir(cluster, { mode: 0o700 });
    const passwordFile = join(place.dataDir, 'initial-password');
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (user.kind === 'other')
      for (const path of [cluster, passwordFile]) await chown(path, user.uid, user.gid);
    const shape = ['--encoding=UTF8', '--locale=C', '--username=tributary', '--auth=scram-sha-256'];
    await runTool(initdb, ['-D', cluster, ...shape, `--pwfile=${passwordFile}`], {
      cwd: place.dataDir,
      ...runsAs,
    });
    await rm(passwordFile);
  }
  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', max_connections: 200 };
  const url = `postgres://tributary:${password}@127.0.0.1:${port}/postgres`;
  return {
    command: postgres,
    args: ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    ...runsAs,
    // Its fast shutdown. SIGTERM waits for clients, and a product does not leave: it was killed in the end
    // (https://www.postgresql.org/docs/current/server-shutdown.html).
    stopSignal: 'SIGINT',
    settings: { POSTGRES_URL: url, DATABASE_URL: url },
    handshake: () => answersQueries(url),
  };
}

async function answersQueries(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end();
  }
}
