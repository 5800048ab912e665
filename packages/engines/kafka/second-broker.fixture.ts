import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, freePorts } from '@tributary/runtime';
import type { Admin } from 'kafkajs';
import { parseKafkaUrl } from './address.ts';
import { withAdmin } from './admin.ts';
import type { OwnBroker } from './broker.fixture.ts';
import { type BrokerProcess, startBrokerProcess } from './broker-process.fixture.ts';
import { openDriver } from './driver.ts';

const silent = createLogger({ name: 'test', level: 'silent' });
/** Its number in the cluster; the other one's is 1. */
const nodeId = 2;

export interface SecondBroker extends Pick<BrokerProcess, 'kill' | 'start'>, AsyncDisposable {
  /** Makes a topic of two partitions: the first is on the other broker, the second on this one, and neither has a copy. */
  createTopic(topic: string): Promise<void>;
  addPartitions(topic: string, count: number): Promise<void>;
}

/** Another broker of the cluster of a test's own. */
export async function startSecondBroker({ url, controllerPort }: OwnBroker): Promise<SecondBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-kafka-'));
  const [port = 0] = await freePorts(1);
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
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': '0',
    // As the other one has them: which broker coordinates a group is reckoned from their number.
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '2',
  };
  const driver = await openDriver(parseKafkaUrl(url, 'EVENT_LOG_URL'), silent);
  const administer = <Answer>(work: (admin: Admin) => Promise<Answer>) => withAdmin(driver, work);
  const { kill, start, ...process } = await startBrokerProcess({
    folder,
    settings,
    answers: async () => {
      await administer(async (admin) => {
        const { brokers } = await admin.describeCluster();
        if (!brokers.some((broker) => broker.nodeId === nodeId)) throw new Error('it is not there yet');
      });
      // Others may be told of it before it listens.
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect').finally(() => socket.destroy());
    },
  });
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
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}
