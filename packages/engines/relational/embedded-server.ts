import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '@tributary/runtime';
import type { PostgresBinaries } from './embedded-binaries.ts';
import { diskFull, type ServerHome } from './embedded-home.ts';
import type { ServerUser } from './embedded-user.ts';

export const superuser = 'tributary';

export interface ServerPlan {
  readonly home: ServerHome;
  readonly binaries: PostgresBinaries;
  readonly user: ServerUser;
  readonly durable: boolean;
}

/** Makes the cluster when there is none. Another start at the same time is no harm: one rename wins. */
export async function ensureCluster(plan: ServerPlan): Promise<void> {
  const { home, binaries } = plan;
  const found = await readFile(join(home.cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (found !== undefined) {
    if (Number(found) === binaries.majorVersion) return sweepDrafts(home);
    throw new CodedError(
      'CONFIG_INVALID',
      `The data in ${home.dataDir} is of PostgreSQL ${found.trim()}, this server is ${binaries.majorVersion}; dump it with the old one, or set DATA_DIR to an empty folder.`,
      { details: { dataDir: home.dataDir } },
    );
  }
  const draft = `${home.cluster}-new-${process.pid}-${randomBytes(4).toString('hex')}`;
  const passwordFile = `${draft}.password`;
  try {
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, home.password, { mode: 0o600 });
    if (plan.user.kind === 'other') {
      for (const path of [draft, passwordFile]) await chown(path, plan.user.uid, plan.user.gid);
    }
    await runInitdb(plan, draft, passwordFile);
    await rename(draft, home.cluster).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
  await sweepDrafts(home);
}

/** Drafts of starts that were killed: of processes that no longer live. */
async function sweepDrafts(home: ServerHome): Promise<void> {
  for (const name of await readdir(home.home)) {
    const pid = Number(/^cluster-new-(\d+)/.exec(name)?.[1] ?? Number.NaN);
    // An initdb that outlived its start may still be writing there; the next start finds it.
    if (Number.isInteger(pid) && !isAlive(pid))
      await rm(join(home.home, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function runInitdb(plan: ServerPlan, cluster: string, passwordFile: string): Promise<void> {
  const child = spawn(
    plan.binaries.initdb,
    [
      ...['-D', cluster, '-U', superuser, '--pwfile', passwordFile, '--auth=scram-sha-256'],
      ...['--encoding=UTF8', '--locale-provider=libc', '--locale=C', '--no-instructions'],
      ...(plan.durable ? [] : ['--no-sync']),
    ],
    { ...spawnOptions(plan), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const stopAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', stopAtExit);
  const exitCode = await ended(child).finally(() => process.off('exit', stopAtExit));
  if (exitCode !== 0) throw serverFault(plan.home, said.join(''));
}

/**
 * Spawns the server on a port of 127.0.0.1. It is a session of its own, so that Ctrl-C in a terminal reaches Node alone,
 * which first drains and then stops it.
 */
export async function spawnServer(plan: ServerPlan, port: number): Promise<ChildProcess> {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    shared_buffers: '128MB',
    max_connections: 100,
    max_wal_size: '512MB',
    TimeZone: 'UTC',
    log_timezone: 'UTC',
    // Below FATAL the log would repeat values of statements that failed.
    log_min_messages: 'fatal',
    log_min_error_statement: 'panic',
    ...(plan.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const log = await open(serverLog(plan.home), 'w', 0o600);
  try {
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(plan.binaries.postgres, ['-D', plan.home.cluster, ...args], {
      ...spawnOptions(plan),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    child.on('error', () => undefined);
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

/** Why a server ended, from its own log. */
export async function whyServerEnded(plan: ServerPlan): Promise<CodedError> {
  return serverFault(plan.home, await readFile(serverLog(plan.home), 'utf8').catch(() => ''));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function serverLog(home: ServerHome): string {
  return join(home.dataDir, 'server.log');
}

function spawnOptions(plan: ServerPlan): {
  cwd: string;
  env: Record<string, string>;
  uid?: number;
  gid?: number;
} {
  const account = plan.user.kind === 'other' ? { uid: plan.user.uid, gid: plan.user.gid } : {};
  return {
    cwd: plan.home.home,
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' },
    ...account,
  };
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

function serverFault(home: ServerHome, said: string): CodedError {
  if (/No space left on device|Disk quota exceeded/.test(said))
    return diskFull(home.dataDir, new Error(said));
  const line =
    said.split('\n').find((text) => /FATAL|PANIC|error|not found/i.test(text)) ?? 'it gave no reason';
  const message = `The embedded PostgreSQL in ${home.dataDir} did not start: ${line.trim().slice(0, 300)}`;
  return new CodedError('ENGINE_UNAVAILABLE', message, {
    cause: new Error(said),
    details: { dataDir: home.dataDir },
  });
}
