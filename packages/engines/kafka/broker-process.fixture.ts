import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, freeze } from '@tributary/test-kit';
import { inject } from 'vitest';

const run = promisify(execFile);
/** All brokers of a test are of one cluster. */
const clusterId = 'AAAAAAAAQACAAAAAAAAAAQ';

export interface BrokerProcess extends AsyncDisposable {
  /** Nothing of it runs any more when this returns. */
  freeze(): void;
  thaw(): void;
  /** As a machine that loses its power, but for what the system had not written yet. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export interface BrokerProcessOptions {
  /** Has all that the broker has, and is removed with it. */
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
  /** What formatting is told beside the settings. */
  readonly format?: readonly string[];
  /** Resolves once the broker serves. */
  answers(): Promise<unknown>;
}

/** A broker with the programs of the one that was provisioned; runs when this resolves. */
export async function startBrokerProcess(options: BrokerProcessOptions): Promise<BrokerProcess> {
  const { folder, settings, format = [], answers } = options;
  const home = inject('engines')['KAFKA_HOME'] ?? 'missing: run npm run test:engines -- kafka';
  const config = join(folder, 'server.properties');
  const lines = Object.entries({ ...settings, 'log.dirs': join(folder, 'logs') }).map(
    ([key, value]) => `${key}=${value}\n`,
  );
  await writeFile(config, lines.join(''));
  const classes = ['-Dlog4j2.level=ERROR', '-cp', join(home, 'jars', '*')];
  await run('java', [
    ...classes,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    clusterId,
    '-c',
    config,
    ...format,
  ]);
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn('java', ['-Xms128m', '-Xmx256m', '-XX:+UseSerialGC', ...classes, 'kafka.Kafka', config], {
      stdio: 'ignore',
    });
    await once(child, 'spawn');
    await eventually(answers, { timeoutMs: 60_000 });
  };
  const kill = async (): Promise<void> => {
    const dying = child;
    if (dying === undefined || dying.exitCode !== null || dying.signalCode !== null) return;
    const gone = once(dying, 'exit');
    dying.kill('SIGKILL');
    await gone;
  };
  await start();
  return {
    freeze: () => {
      if (child?.pid !== undefined) freeze(child.pid);
    },
    thaw: () => void child?.kill('SIGCONT'),
    kill,
    start,
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
