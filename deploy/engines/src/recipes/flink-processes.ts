import { join } from 'node:path';

/** Jobs that run beside each other: each pipeline takes one. */
const slots = 16;

export interface FlinkPorts {
  readonly gatewayPort: number;
  readonly restPort: number;
}

/** The file that all three processes read. A TaskManager that no script of Flink's starts computes no memory by itself: every part of it is said. */
export function flinkConfig({
  dataDir,
  gatewayPort,
  restPort,
  rpcPort,
}: FlinkPorts & { readonly dataDir: string; readonly rpcPort: number }): string {
  const folder = (name: string): string => `file://${join(dataDir, name)}`;
  const settings = {
    'jobmanager.rpc.address': '127.0.0.1',
    'jobmanager.rpc.port': rpcPort,
    'jobmanager.bind-host': '127.0.0.1',
    'taskmanager.host': '127.0.0.1',
    'taskmanager.bind-host': '127.0.0.1',
    'rest.address': '127.0.0.1',
    'rest.port': restPort,
    'rest.bind-address': '127.0.0.1',
    'rest.bind-port': restPort,
    'web.submit.enable': false,
    'sql-gateway.endpoint.rest.address': '127.0.0.1',
    'sql-gateway.endpoint.rest.bind-address': '127.0.0.1',
    'sql-gateway.endpoint.rest.port': gatewayPort,
    'sql-gateway.endpoint.rest.bind-port': gatewayPort,
    'taskmanager.numberOfTaskSlots': slots,
    'taskmanager.cpu.cores': 2,
    'taskmanager.memory.task.heap.size': '192m',
    'taskmanager.memory.framework.heap.size': '64m',
    'taskmanager.memory.task.off-heap.size': '0m',
    'taskmanager.memory.framework.off-heap.size': '64m',
    'taskmanager.memory.managed.size': '64m',
    'taskmanager.memory.network.min': '64m',
    'taskmanager.memory.network.max': '64m',
    'taskmanager.memory.jvm-metaspace.size': '128m',
    'taskmanager.memory.jvm-overhead.min': '64m',
    'taskmanager.memory.jvm-overhead.max': '64m',
    'io.tmp.dirs': join(dataDir, 'tmp'),
    'execution.checkpointing.dir': folder('checkpoints'),
    'execution.checkpointing.savepoint-dir': folder('savepoints'),
    'restart-strategy.type': 'fixed-delay',
    'restart-strategy.fixed-delay.attempts': 1_000,
    'restart-strategy.fixed-delay.delay': '1 s',
    'heartbeat.interval': 1_000,
    'heartbeat.timeout': 10_000,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

/** What Flink's own scripts open of Java 17. */
const opened = [
  ...['java.lang', 'java.net', 'java.io', 'java.nio', 'sun.nio.ch', 'java.lang.reflect', 'java.text'],
  ...['java.time', 'java.util', 'java.util.concurrent', 'java.util.concurrent.atomic'],
  'java.util.concurrent.locks',
].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`);

export interface FlinkFiles {
  readonly lib: string;
  readonly conf: string;
  readonly log4jFile: string;
}

/** A shell's program that runs the three, and each again a second after it ended. Their numbers are in `<dataDir>/<name>.pid`; all end when it is ended. */
export function flinkProgram(dataDir: string, { lib, conf, log4jFile }: FlinkFiles): string {
  const keep = (name: string, memory: readonly string[], main: readonly string[]): string =>
    ['keep', name, 'java', ...memory, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...opened]
      .concat([`-Dlog4j.configurationFile=${log4jFile}`, '-cp', `${lib}/*`, ...main])
      .map(quoted)
      .join(' ');
  const cluster = 'org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint';
  const worker = 'org.apache.flink.runtime.taskexecutor.TaskManagerRunner';
  const gateway = 'org.apache.flink.table.gateway.SqlGateway';
  return `trap 'trap - TERM; kill 0; wait' TERM
keep() {
  name=$1; shift
  while :; do
    "$@" & echo $! > ${quoted(dataDir)}/"$name".pid
    wait $!
    echo "$name ended with $?; it is started again"
    sleep 1
  done
}
${keep('jobmanager', ['-Xms64m', '-Xmx192m'], [cluster, '--configDir', conf])} &
${keep('taskmanager', ['-Xms128m', '-Xmx256m', '-XX:MaxDirectMemorySize=128m'], [worker, '--configDir', conf])} &
${keep('sql-gateway', ['-Xms64m', '-Xmx256m'], [gateway])} &
wait
`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The gateway answers, and a TaskManager has offered its slots. @throws Error as long as it is not so */
export async function flinkReady({ gatewayPort, restPort }: FlinkPorts): Promise<void> {
  const [info, overview] = await Promise.all([
    answer<{ readonly version?: string }>(`http://127.0.0.1:${gatewayPort}/info`),
    answer<{ readonly 'slots-available'?: number }>(`http://127.0.0.1:${restPort}/overview`),
  ]);
  if (info.version === undefined) throw new Error('the SQL Gateway does not say its version');
  if ((overview['slots-available'] ?? 0) === 0) throw new Error('no TaskManager has offered slots');
}

const patienceMs = 2_000;

async function answer<Body>(url: string): Promise<Body> {
  const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return (await response.json()) as Body;
}
