import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLogger, freePorts } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import type { Admin } from 'kafkajs';
import { inject } from 'vitest';
import { parseKafkaUrl } from './address.ts';
import { withAdmin } from './admin.ts';
import type { OwnBroker } from './broker.fixture.ts';
import { openDriver } from './driver.ts';

const run = promisify(execFile);
const silent = createLogger({ name: 'test', level: 'silent' });
/** Its number in the cluster; the other one's is 1. */
const nodeId = 2;

export interface SecondBroker extends AsyncDisposable {
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Makes a topic of two partitions: the first is on the other broker, the second on this one, and neither has a copy. */
  createTopic(topic: string): Promise<void>;
  addPartitions(topic: string, count: number): Promise<void>;
}

/** Another broker of the cluster of a test's own. */
export async function startSecondBroker({ url, controllerPort }: OwnBroker): Promise<SecondBroker> {
  const home = inject('engines')['KAFKA_HOME'] ?? 'missing: run npm run test:engines -- kafka';
  const folder = await mkdtemp(join(tmpdir(), 'tributary-kafka-'));
  const [port = 0] = await freePorts(1);
  const config = join(folder, 'server.properties');
  const settings = {
    'process.roles': 'broker',
    'node.id': String(nodeId),
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAIN',
    listeners: `PLAIN://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
    'log.dirs': join(folder, 'logs'),
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': '0',
    // As the other one has them: which broker coordinates a group is reckoned from their number.
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '2',
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(config, lines.join(''));
  const classes = ['-Dlog4j2.level=ERROR', '-cp', join(home, 'jars', '*')];
  const format = ['kafka.tools.StorageTool', 'format', '-t', 'AAAAAAAAQACAAAAAAAAAAQ', '-c', config];
  await run('java', [...classes, ...format]);
  const driver = await openDriver(parseKafkaUrl(url, 'EVENT_LOG_URL'), silent);
  const administer = <Answer>(work: (admin: Admin) => Promise<Answer>) => withAdmin(driver, work);
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn('java', ['-Xms128m', '-Xmx256m', '-XX:+UseSerialGC', ...classes, 'kafka.Kafka', config], {
      stdio: 'ignore',
    });
    await once(child, 'spawn');
    await eventually(
      () =>
        administer(async (admin) => {
          const { brokers } = await admin.describeCluster();
          if (!brokers.some((broker) => broker.nodeId === nodeId)) throw new Error('it is not there yet');
        }),
      { timeoutMs: 60_000 },
    );
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
    kill,
    start,
    createTopic: async (topic) => {
      const replicaAssignment = [1, nodeId].map((replica, partition) => ({ partition, replicas: [replica] }));
      const counts = { numPartitions: -1, replicationFactor: -1 };
      await administer((admin) => admin.createTopics({ topics: [{ topic, replicaAssignment, ...counts }] }));
    },
    addPartitions: async (topic, count) => {
      await administer((admin) => admin.createPartitions({ topicPartitions: [{ topic, count }] }));
    },
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
