import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLogger, freePorts } from '@tributary/runtime';
import type { AclEntry } from 'kafkajs';
import { openKafkaEventLog } from '../event-log/kafka.ts';
import type { EventLog } from '../event-log/port.ts';
import { parseKafkaUrl } from './address.ts';
import { withAdmin } from './admin.ts';
import { type BrokerProcess, startBrokerProcess } from './broker-process.fixture.ts';
import { openDriver } from './driver.ts';
import { limitReading } from './reading-quota.fixture.ts';

const run = promisify(execFile);
const silent = createLogger({ name: 'test', level: 'silent' });

const scramMechanisms = ['scram-sha-256', 'scram-sha-512'];

/** A broker of a test's own, for what one does not do to one that others use. */
export interface OwnBroker extends BrokerProcess {
  readonly url: string;
  /** TLS with a user: `shop`, `p#ss`. */
  readonly loginPort: number;
  /** TLS that wants to see a certificate. */
  readonly mutualPort: number;
  readonly certFile: string;
  readonly keyFile: string;
  /** Where other brokers of its cluster find it. */
  readonly controllerPort: number;
  /** Ports of 127.0.0.1 between which a test may stand: clients come to one, where nobody listens by itself, and are to be let on to the other. */
  readonly way: { readonly from: number; readonly to: number };
  /** Sets one thing of a topic's configuration. */
  configure(topic: string, name: string, value: string): Promise<void>;
  deleteTopic(topic: string): Promise<void>;
  /** From now on whoever comes by the plain door reads so much in a second, and gets empty answers for what is more. */
  limitReading(bytesPerSecond: number): Promise<void>;
  /** Lets a user read one topic. */
  grantRead(user: string, topic: string): Promise<void>;
}

export function openLog(url: string): Promise<EventLog> {
  return openKafkaEventLog(parseKafkaUrl(url, 'EVENT_LOG_URL'), silent);
}

/** A broker with the programs of the one that was provisioned. */
export async function startBroker(): Promise<OwnBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-kafka-'));
  const [keyFile, certFile, bothFile] = [
    join(folder, 'key.pem'),
    join(folder, 'cert.pem'),
    join(folder, 'both.pem'),
  ];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  await run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '1',
    ...subject,
    '-keyout',
    keyFile,
    '-out',
    certFile,
  ]);
  await writeFile(bothFile, `${await readFile(keyFile, 'utf8')}${await readFile(certFile, 'utf8')}`);
  const [port = 0, loginPort = 0, mutualPort = 0, controllerPort = 0, from = 0, to = 0] = await freePorts(6);
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAIN',
    listeners: `PLAIN://127.0.0.1:${port},LOGIN://localhost:${loginPort},MUTUAL://localhost:${mutualPort},WAY://127.0.0.1:${to},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAIN://127.0.0.1:${port},LOGIN://localhost:${loginPort},MUTUAL://localhost:${mutualPort},WAY://127.0.0.1:${from}`,
    'listener.security.protocol.map':
      'PLAIN:PLAINTEXT,LOGIN:SASL_SSL,MUTUAL:SSL,WAY:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.login.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required user_shop="p#ss" user_guest="guest";`,
    ...Object.fromEntries(
      scramMechanisms.map((mechanism) => [
        `listener.name.login.${mechanism}.sasl.jaas.config`,
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
      ]),
    ),
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': bothFile,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': certFile,
    'listener.name.mutual.ssl.client.auth': 'required',
    // Whoever comes by the plain door or with the certificate may do all; a guest what is granted.
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS;User:shop;User:CN=localhost',
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': '0',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '2',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
  };
  const url = `kafka://127.0.0.1:${port}/?timeoutMs=1000`;
  const scram = scramMechanisms.flatMap((mechanism) => [
    '--add-scram',
    `${mechanism.toUpperCase()}=[name=shop,password=p#ss]`,
  ]);
  const { kill, start, freeze, thaw, ...process } = await startBrokerProcess({
    folder,
    settings,
    format: scram,
    answers: async () => void (await (await openLog(url))[Symbol.asyncDispose]()),
  });
  return {
    url,
    loginPort,
    mutualPort,
    certFile,
    keyFile,
    controllerPort,
    way: { from, to },
    freeze,
    thaw,
    kill,
    start,
    configure: async (topic, name, value) => {
      const driver = await openDriver(parseKafkaUrl(url, 'EVENT_LOG_URL'), silent);
      const resource = { type: topicResource, name: topic, configEntries: [{ name, value }] };
      await withAdmin(driver, (admin) => admin.alterConfigs({ validateOnly: false, resources: [resource] }));
    },
    deleteTopic: async (topic) => {
      const driver = await openDriver(parseKafkaUrl(url, 'EVENT_LOG_URL'), silent);
      await withAdmin(driver, (admin) => admin.deleteTopics({ topics: [topic] }));
    },
    limitReading: (bytesPerSecond) => limitReading(port, { user: 'ANONYMOUS', bytesPerSecond }),
    grantRead: async (user, topic) => {
      const driver = await openDriver(parseKafkaUrl(url, 'EVENT_LOG_URL'), silent);
      await withAdmin(driver, (admin) => admin.createAcls({ acl: [readingOf(user, topic)] }));
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

/** The protocol's number for it, also in what is configured. */
const topicResource = 2;

/** The protocol's numbers; Node does not find the driver's own names for them. */
function readingOf(user: string, topic: string): AclEntry {
  const [literal, read, allow] = [3, 3, 3];
  const resource = { resourceType: topicResource, resourceName: topic, resourcePatternType: literal };
  return { ...resource, principal: `User:${user}`, host: '*', operation: read, permissionType: allow };
}
