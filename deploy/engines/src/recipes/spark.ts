import { chmod, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSparkUrl } from '@tributary/engines/batch-engine/spark-address';
import { SparkConnection } from '@tributary/engines/batch-engine/spark-connection';
import { SparkSession } from '@tributary/engines/batch-engine/spark-session';
import type { EngineCache } from '../cache.ts';
import { CannotProvision, type EnginePlace, type EngineRecipe, type Launch } from '../recipe.ts';
import { isOnPath, runTool } from '../run-tool.ts';

const version = '4.1.4';

/**
 * Apache Spark with its Connect server, from the distribution that PyPI carries: a driver, and one executor apart, so that a query that takes more memory than
 * there is ends the executor alone. Needs Java 17, and python3 with pip.
 */
export const spark: EngineRecipe = {
  name: 'spark',
  portCount: 2,
  find: async (cache) => {
    for (const tool of ['java', 'python3', 'bash', 'tar'])
      if (!(await isOnPath(tool))) throw new CannotProvision(`there is no ${tool}`);
    const home = await fetchSpark(cache);
    return { title: `Apache Spark ${version}`, launch: (place) => launch(home, place) };
  },
};

function fetchSpark(cache: EngineCache): Promise<string> {
  return cache.folder({
    name: 'spark',
    version,
    into: async (folder) => {
      const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder];
      await runTool('python3', [...pip, `pyspark==${version}`]);
      const [archive = ''] = await readdir(folder);
      const inside = `pyspark-${version}`;
      // Of what is in it, what a server needs: the rest is Python, R and examples.
      const parts = ['jars', 'bin', 'licenses'].map((part) => `${inside}/deps/${part}`);
      await runTool('tar', ['-xzf', join(folder, archive), '-C', folder, ...parts]);
      for (const part of await readdir(join(folder, inside, 'deps')))
        await rename(join(folder, inside, 'deps', part), join(folder, part));
      for (const rest of [archive, inside]) await rm(join(folder, rest), { recursive: true });
    },
  });
}

async function launch(home: string, { dataDir, ports, secret }: EnginePlace): Promise<Launch> {
  const [port = 0, uiPort = 0] = ports;
  const token = await secret('token');
  const files = join(dataDir, 'files');
  const work = join(dataDir, 'work');
  // Executors work below SPARK_HOME, and the cache belongs to nobody: a home of links instead.
  const ownHome = join(dataDir, 'home');
  for (const folder of [work, ownHome]) await rm(folder, { recursive: true, force: true });
  for (const folder of [files, work, ownHome]) await mkdir(folder, { recursive: true });
  for (const part of ['bin', 'jars']) await symlink(join(home, part), join(ownHome, part));
  await chmod(files, 0o700);
  const url = `spark://:${token}@127.0.0.1:${port}?folder=${encodeURIComponent(files)}`;
  const settings = {
    'spark.connect.grpc.binding.address': '127.0.0.1',
    'spark.connect.grpc.binding.port': port,
    'spark.connect.progress.reportInterval': '100ms',
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.driver.maxResultSize': '256m',
    'spark.executor.memory': '1g',
    'spark.executor.heartbeatInterval': '2s',
    'spark.local.dir': work,
    'spark.scheduler.mode': 'FAIR',
    // A task that goes on after it was cancelled is ended with its executor, which is started again.
    'spark.task.reaper.enabled': true,
    'spark.task.reaper.pollingInterval': '1s',
    'spark.task.reaper.killTimeout': '5s',
    'spark.sql.catalogImplementation': 'in-memory',
    'spark.sql.shuffle.partitions': 4,
    'spark.sql.warehouse.dir': join(work, 'warehouse'),
    'spark.ui.port': uiPort,
    'spark.ui.showConsoleProgress': false,
  };
  return {
    command: 'bash',
    args: [
      join(ownHome, 'bin', 'spark-submit'),
      ...['--class', 'org.apache.spark.sql.connect.service.SparkConnectServer'],
      // A driver and one executor of two cores, in processes of their own; 1024 is what their one worker may give, MB.
      ...['--master', 'local-cluster[1,2,1024]', '--driver-memory', '1g'],
      ...Object.entries(settings).flatMap(([key, value]) => ['--conf', `${key}=${value}`]),
      'spark-internal',
    ],
    env: {
      SPARK_HOME: ownHome,
      SPARK_SCALA_VERSION: '2.13',
      SPARK_LOCAL_IP: '127.0.0.1',
      SPARK_CONNECT_AUTHENTICATE_TOKEN: token,
    },
    settings: { SPARK_URL: url, BATCH_ENGINE_URL: url, SPARK_UI_URL: `http://127.0.0.1:${uiPort}` },
    handshake: () => computes(url),
  };
}

/** It is ready when an executor has computed something. */
async function computes(url: string): Promise<void> {
  using connection = await SparkConnection.open(parseSparkUrl(url, 'SPARK_URL'));
  await using session = new SparkSession(connection);
  await connection.ping(session.id);
  const pieces = session.execute({ root: { sql: { query: 'SELECT sum(id) FROM range(10)' } } });
  for await (const piece of pieces) if (piece.length > 0) return;
  throw new Error('it computes nothing');
}
