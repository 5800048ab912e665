import { setTimeout as delay } from 'node:timers/promises';
import { CodedError, type Logger } from '@tributary/runtime';
import { prepareBinaries } from './embedded-binaries.ts';
import { prepareHome } from './embedded-home.ts';
import { Keeper } from './embedded-keeper.ts';
import { findPostmaster, stopPostmaster, tell } from './embedded-postmaster.ts';
import {
  ensureCluster,
  freePort,
  type ServerPlan,
  spawnServer,
  superuser,
  whyServerEnded,
} from './embedded-server.ts';
import { chooseServerUser } from './embedded-user.ts';

export interface EmbeddedPostgresOptions {
  /** Belongs to this server alone; made when missing. */
  readonly dataDir: string;
  /** The outermost folder of this product; `dataDir` when absent. A root process opens folders up to it for the server's user (o+x). */
  readonly ownRoot?: string;
  readonly log?: Logger;
  /** False gives up durability for speed: for tests, whose data nobody wants back. */
  readonly durable?: boolean;
}

/** A real PostgreSQL server on 127.0.0.1, stopped when disposed. */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** `postgres://` with password, of the database `tributary`. Stays the same while this process lives. */
  readonly url: string;
  /** Of the server now; another one after it had to be started again. */
  readonly pid: number;
}

const startLimitMs = 60_000;

/**
 * Starts the server of a data folder, or adopts the one that a killed process left running. A server that dies is started again on its port.
 * @throws CodedError CONFIG_INVALID when the folder cannot be used (not writable, another version's data, in use by another process),
 * ENGINE_UNAVAILABLE when the server does not start (disk full).
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, ownRoot = dataDir, durable = true } = options;
  const user = await chooseServerUser();
  const home = await prepareHome(dataDir, ownRoot, user);
  const plan: ServerPlan = { home, user, durable, binaries: await prepareBinaries(user, home.engineCache) };
  await ensureCluster(plan);
  let keeper = await startOrAdopt(plan, undefined);
  const { port } = keeper;
  options.log?.info({ engine: 'postgres', port, pid: keeper.pid }, 'embedded PostgreSQL is ready');

  // Whatever ends this process in order (a second Ctrl-C, a stop that takes too long) ends its server too.
  const stopAtExit = (): void => tell(keeper.pid, 'SIGINT');
  process.once('exit', stopAtExit);

  let stopping = false;
  const watch = async (): Promise<void> => {
    for (;;) {
      await keeper.gone;
      if (stopping) return;
      options.log?.error(
        { engine: 'postgres', pid: keeper.pid },
        'embedded PostgreSQL was lost; starting it again',
      );
      try {
        keeper = await startOrAdopt(plan, port);
      } catch (err) {
        if (stopping) return;
        options.log?.error({ engine: 'postgres', err }, 'embedded PostgreSQL does not start');
        await delay(1_000, undefined, { ref: false });
      }
    }
  };
  const watching = watch();

  return {
    url: databaseUrl(home.password, port, 'tributary'),
    get pid() {
      return keeper.pid;
    },
    [Symbol.asyncDispose]: async () => {
      if (stopping) return;
      stopping = true;
      await stopPostmaster(home.cluster, keeper.pid);
      process.off('exit', stopAtExit);
      await keeper.close();
      await watching;
    },
  };
}

/** Two starts at once both come here; the server's own lock file lets one server live, and one keeper gets it. */
async function startOrAdopt(plan: ServerPlan, wantedPort: number | undefined): Promise<Keeper> {
  const deadlineMs = performance.now() + startLimitMs;
  let attempts = 0;
  while (performance.now() < deadlineMs) {
    const running = await findPostmaster(plan.home.cluster);
    if (running === undefined) {
      attempts += 1;
      const child = await spawnServer(plan, wantedPort ?? (await freePort()));
      const own = await answering(
        plan,
        () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined,
        deadlineMs,
      );
      if (own !== undefined) return own;
      // Lost a race for the port or against another start: look again, a few times.
      if (attempts >= 3 && (await findPostmaster(plan.home.cluster)) === undefined)
        throw await whyServerEnded(plan);
      continue;
    }
    // It may also be on its way out (a second Ctrl-C left it so): then it vanishes, and the loop starts another.
    const adopted = await answering(plan, () => false, performance.now() + 2_000);
    if (adopted !== undefined) return adopted;
  }
  throw new CodedError(
    'ENGINE_UNAVAILABLE',
    `The embedded PostgreSQL in ${plan.home.dataDir} runs but does not answer.`,
  );
}

async function answering(
  plan: ServerPlan,
  hasEnded: () => boolean,
  deadlineMs: number,
): Promise<Keeper | undefined> {
  while (!hasEnded() && performance.now() < deadlineMs) {
    const running = await findPostmaster(plan.home.cluster);
    if (running !== undefined && running.port > 0) {
      const url = databaseUrl(plan.home.password, running.port, 'postgres');
      const keeper = await Keeper.take({
        url,
        database: 'tributary',
        dataDir: plan.home.dataDir,
        ...running,
      });
      if (keeper !== undefined) return keeper;
    }
    await delay(20);
  }
  return undefined;
}

function databaseUrl(password: string, port: number, database: string): string {
  return `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`;
}
