import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineCache } from '../cache.ts';
import { CannotProvision, type EnginePlace, type EngineRecipe, type Launch } from '../recipe.ts';
import { isOnPath, runTool } from '../run-tool.ts';
import { flinkConfig, flinkProgram, flinkReady } from './flink-processes.ts';
import { requireJava } from './java.ts';
import { copyFromMaven } from './maven.ts';

const version = '2.2.1';
const kafkaConnector = '5.0.0-2.2';

/**
 * Apache Flink as one engine of three processes: JobManager, TaskManager and SQL Gateway; one that dies is started again, as a cluster would. PyPI carries its
 * distribution, Maven Central the gateway and the connector. Needs Java 17, Maven, and python3 with pip.
 */
export const flink: EngineRecipe = {
  name: 'flink',
  portCount: 3,
  needs: ['kafka'],
  find: async (cache) => {
    await requireJava();
    for (const tool of ['mvn', 'python3'])
      if (!(await isOnPath(tool))) throw new CannotProvision(`there is no ${tool}`);
    const home = await fetchFlink(cache);
    return { title: `Apache Flink ${version}`, launch: (place) => launch(home, place) };
  },
};

/** The connector's version is in the folder's name: another one is another folder. */
function fetchFlink(cache: EngineCache): Promise<string> {
  return cache.folder({
    name: 'flink',
    version: `${version}-kafka-${kafkaConnector}`,
    into: async (folder) => {
      const wheel = join(folder, 'wheel');
      const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--root-user-action=ignore'];
      await runTool('python3', [...pip, '--target', wheel, `apache-flink-libraries==${version}`]);
      await rename(join(wheel, 'pyflink', 'lib'), join(folder, 'lib'));
      await rm(wheel, { recursive: true });
      await copyFromMaven(folder, {
        into: join(folder, 'lib'),
        // Both bring all they need inside, or find it in Flink's own jars.
        alone: true,
        artifacts: [
          ['org.apache.flink', 'flink-sql-gateway', version],
          ['org.apache.flink', 'flink-sql-connector-kafka', kafkaConnector],
        ],
      });
    },
  });
}

async function launch(home: string, { dataDir, ports }: EnginePlace): Promise<Launch> {
  const [gatewayPort = 0, restPort = 0, rpcPort = 0] = ports;
  const conf = join(dataDir, 'conf');
  for (const folder of [conf, join(dataDir, 'tmp')]) await mkdir(folder, { recursive: true });
  // What processes that were killed were working with; checkpoints and savepoints lie elsewhere.
  for (const name of await readdir(join(dataDir, 'tmp')))
    await rm(join(dataDir, 'tmp', name), { recursive: true });
  await writeFile(join(conf, 'config.yaml'), flinkConfig({ dataDir, gatewayPort, restPort, rpcPort }));
  const quiet = join(conf, 'log4j.properties');
  await writeFile(quiet, log4jProperties);
  const url = `flink://127.0.0.1:${gatewayPort}?jobManager=127.0.0.1:${restPort}`;
  return {
    command: 'sh',
    args: ['-c', flinkProgram(dataDir, { lib: join(home, 'lib'), conf, log4jFile: quiet })],
    env: { FLINK_CONF_DIR: conf },
    settings: { FLINK_URL: url, STREAM_ENGINE_URL: url, FLINK_DATA: dataDir },
    handshake: () => flinkReady({ gatewayPort, restPort }),
  };
}

const log4jProperties = `status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d %p %c: %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
`;
