import { randomInt } from 'node:crypto';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { areFree } from '@tributary/runtime';
import type { EngineCache } from '../cache.ts';
import { exchange } from '../exchange.ts';
import { CannotProvision, type EnginePlace, type EngineRecipe, type Launch } from '../recipe.ts';
import { isOnPath, runTool } from '../run-tool.ts';
import { requireJava } from './java.ts';
import { javaProperties } from './java-properties.ts';
import { copyFromMaven } from './maven.ts';

const version = '4.4.0';
const log4jBridge = '2.25.5';

/** Apache Kafka from Maven Central: one node that is broker and controller (KRaft). Needs Java 17 and Maven. */
export const kafka: EngineRecipe = {
  name: 'kafka',
  portCount: 3,
  find: async (cache) => {
    await requireJava();
    if (!(await isOnPath('mvn'))) throw new CannotProvision('there is no mvn');
    const jars = await fetchJars(cache);
    return { title: `Apache Kafka ${version}`, launch: (place) => launch(jars, place) };
  },
};

function fetchJars(cache: EngineCache): Promise<string> {
  return cache.folder({
    name: 'kafka',
    version,
    into: async (folder) => {
      await copyFromMaven(folder, {
        into: join(folder, 'jars'),
        artifacts: [
          ['org.apache.kafka', 'kafka_2.13', version],
          ['org.apache.logging.log4j', 'log4j-slf4j-impl', log4jBridge],
        ],
      });
    },
  });
}

/** Java takes names of files for what the locale says, and in that of POSIX knows ASCII alone. */
const inUtf8 = { LC_ALL: 'C.UTF-8' };

async function launch(home: string, { dataDir, ports }: EnginePlace): Promise<Launch> {
  const [port = 0, controllerPort = 0, wayPort = 0] = ports;
  const logs = join(dataDir, 'logs');
  // A list of folders, in which nothing makes a comma part of a name.
  if (logs.includes(','))
    throw new CannotProvision(
      `Kafka keeps no data below a path with a comma (${logs}); set TRIBUTARY_ENGINES_STATE`,
    );
  const config = join(dataDir, 'server.properties');
  const quiet = join(dataDir, 'log4j2.properties');
  await mkdir(logs, { recursive: true });
  const proxyPort = await keptProxyPort(dataDir);
  await writeFile(config, serverProperties({ port, controllerPort, wayPort, proxyPort, logs }));
  await writeFile(quiet, log4jProperties);
  const classes = ['-cp', join(home, 'jars', '*')];
  const formatted = await access(join(logs, 'meta.properties')).then(
    () => true,
    () => false,
  );
  if (!formatted) {
    const clusterId = (await runTool('java', [...classes, 'kafka.tools.StorageTool', 'random-uuid'])).trim();
    const format = ['kafka.tools.StorageTool', 'format', '--cluster-id', clusterId, '--config', config];
    await runTool('java', [...classes, `-Dlog4j2.configurationFile=${quiet}`, ...format], { env: inUtf8 });
  }
  const url = `kafka://127.0.0.1:${port}`;
  const heap = ['-Xms128m', '-Xmx256m', '-XX:+UseSerialGC'];
  return {
    command: 'java',
    args: [...heap, `-Dlog4j2.configurationFile=${quiet}`, ...classes, 'kafka.Kafka', config],
    env: inUtf8,
    settings: {
      KAFKA_URL: url,
      EVENT_LOG_URL: url,
      KAFKA_HOME: home,
      KAFKA_WAY_FROM: `127.0.0.1:${proxyPort}`,
      KAFKA_WAY_TO: `127.0.0.1:${wayPort}`,
    },
    handshake: () => apiVersions(port),
  };
}

/**
 * Where a proxy may stand between clients and the broker: a broker names the address that clients are to come back to, so it has to know it before there is a proxy.
 * Below those that `freePorts` chooses from, and systems by themselves, so that it is still free then.
 */
async function keptProxyPort(dataDir: string): Promise<number> {
  const file = join(dataDir, 'proxy-port');
  const kept = Number(await readFile(file, 'utf8').catch(() => ''));
  if (kept > 0) return kept;
  for (;;) {
    const port = randomInt(18_000, 20_000);
    if (!(await areFree([port]))) continue;
    await writeFile(file, String(port));
    return port;
  }
}

interface ServerProperties {
  readonly port: number;
  readonly controllerPort: number;
  readonly wayPort: number;
  readonly proxyPort: number;
  readonly logs: string;
}

/** What a single node needs: every replication factor is one, and groups need not wait for members that will not come. */
function serverProperties({ port, controllerPort, wayPort, proxyPort, logs }: ServerProperties): string {
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    listeners: `PLAINTEXT://127.0.0.1:${port},WAY://127.0.0.1:${wayPort},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port},WAY://127.0.0.1:${proxyPort}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,WAY:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': logs,
    // 128 MB when nothing is said: half of the heap, and with it too little to look through the logs of some products after a kill.
    'log.cleaner.dedupe.buffer.size': '16777216',
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': '0',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
  };
  return javaProperties(settings);
}

const log4jProperties = `status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d %p %c: %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
`;

/** ApiVersions v0 (KIP-35): api key 18, version 0, a correlation id, the client's name. The answer repeats the id, then an error code. */
async function apiVersions(port: number): Promise<void> {
  const client = Buffer.from('engines');
  const request = Buffer.alloc(14 + client.length);
  request.writeInt32BE(request.length - 4, 0);
  request.writeInt16BE(18, 4);
  request.writeInt32BE(7, 8);
  request.writeInt16BE(client.length, 12);
  client.copy(request, 14);
  const answer = await exchange(port, request);
  const [correlationId, errorCode] = [answer.readInt32BE(4), answer.readInt16BE(8)];
  if (correlationId !== 7 || errorCode !== 0) throw new Error(`kafka answers with error ${errorCode}`);
}
