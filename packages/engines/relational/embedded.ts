import { setTimeout as delay } from 'node:timers/promises';
import { CodedError, faultSentence, freePorts, type Logger } from '@tributary/runtime';
import { prepareBinaries } from './embedded-binaries.ts';
import { prepareHome } from './embedded-home.ts';
import { Keeper } from './embedded-keeper.ts';
import { findPostmaster, stopPostmaster, tell } from './embedded-postmaster.ts';
import { ensureCluster, type ServerPlan, spawnServer, superuser, whyServerEnded } from './embedded-server.ts';
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
  const life: ServerLife = { isStopping: false, pid: undefined };
  // Whatever ends this process in order (a second Ctrl-C, a stop that takes too long) ends its server too.
  const stopAtExit = (): void => {
    if (life.pid !== undefined) tell(life.pid, 'SIGINT');
  };
  process.once('exit', stopAtExit);
  const opened = ensureCluster(plan).then(() => startOrAdopt(plan, life));
  let keeper = await opened.catch((fault: unknown) => {
    process.off('exit', stopAtExit);
    // Where another process keeps the server, it is no longer ours to stop.
    if (!(fault instanceof CodedError && fault.code === 'CONFIG_INVALID')) stopAtExit();
    throw fault;
  });
  const { port } = keeper;
  options.log?.info({ engine: 'postgres', port, pid: keeper.pid }, 'embedded PostgreSQL is ready');

  const stopServer = async (): Promise<void> => {
    await stopPostmaster(home.cluster, keeper.pid);
    await keeper.close();
  };
  const watch = async (): Promise<void> => {
    for (;;) {
      await keeper.gone;
      if (life.isStopping) return;
      options.log?.error(
        { engine: 'postgres', pid: keeper.pid },
        'embedded PostgreSQL was lost; starting it again',
      );
      try {
        keeper = await startOrAdopt(plan, life, port);
        // It came back after whoever stops had looked for it.
        if (life.isStopping) return stopServer();
      } catch (err) {
        if (life.isStopping) return;
        // A full disk, above all: it waits for somebody to free some space.
        const reason = faultSentence(err);
        options.log?.error({ engine: 'postgres', reason, err }, 'embedded PostgreSQL does not start');
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
      if (life.isStopping) return;
      life.isStopping = true;
      await stopServer();
      await watching;
      process.off('exit', stopAtExit);
    },
  };
}

/** What a server's start and its end tell each other. */
interface ServerLife {
  isStopping: boolean;
  /** The server this process answers for, also while it is only starting. */
  pid: number | undefined;
}

/** Two starts at once both come here; the server's own lock file lets one server live, and one keeper gets it. */
async function startOrAdopt(plan: ServerPlan, life: ServerLife, wantedPort?: number): Promise<Keeper> {
  const keeper = await startOrAdoptOnce(plan, life, wantedPort);
  life.pid = keeper.pid;
  return keeper;
}

async function startOrAdoptOnce(plan: ServerPlan, life: ServerLife, wantedPort?: number): Promise<Keeper> {
  const deadlineMs = performance.now() + startLimitMs;
  let attempts = 0;
  while (performance.now() < deadlineMs) {
    const running = await findPostmaster(plan.home.cluster);
    if (running === undefined) {
      attempts += 1;
      const [port = 0] = wantedPort === undefined ? await freePorts(1) : [wantedPort];
      const child = await spawnServer(plan, port);
      life.pid = child.pid;
      const hasEnded = (): boolean =>
        child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
      const own = await answering(plan, () => life.isStopping || hasEnded(), deadlineMs);
      if (own !== undefined) return own;
      if (life.isStopping) {
        if (child.pid !== undefined && !hasEnded()) await stopPostmaster(plan.home.cluster, child.pid);
        throw new Error('it is not wanted any more');
      }
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
