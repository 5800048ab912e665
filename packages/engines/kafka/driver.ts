import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Logger } from '@tributary/runtime';
import { type Cluster, type ISocketFactory, Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { readTlsFiles, tlsNaming } from '../tls-files.ts';
import type { KafkaAddress } from './address.ts';
import { knowingLeaderless } from './leaderless-partitions.ts';
import { inWholeAnswers } from './whole-answers.ts';

/** How often the driver itself tries before it answers: once more, for metadata that was stale. Who calls it waits and tries again by its own clock. */
const driverRetry = { retries: 2, initialRetryTime: 50, maxRetryTime: 250 };

/** The driver, its files of certificates read. @throws CodedError CONFIG_INVALID for a file that cannot be read */
export async function openDriver(address: KafkaAddress, log: Logger): Promise<Kafka> {
  const { brokers, login, timeoutMs, tls, setting } = address;
  // Brokers differ in names: the driver asks for each one's own unless one is given for all.
  const ssl = tls === undefined ? undefined : { ...(await readTlsFiles(setting, tls)), ...tlsNaming(tls) };
  return new Kafka({
    clientId: 'tributary',
    brokers: [...brokers],
    connectionTimeout: timeoutMs,
    authenticationTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    retry: driverRetry,
    socketFactory: openSocket,
    ...(ssl === undefined ? {} : { ssl }),
    ...(login === undefined ? {} : { sasl: login as NonNullable<KafkaConfig['sasl']> }),
    logLevel: logLevel.WARN,
    // The driver calls ordinary events errors (a leader that moved, a broker that restarts): what matters reaches callers as errors.
    logCreator: () => (entry) => {
      const { message, ...rest } = entry.log;
      log.debug({ engine: 'kafka', namespace: entry.namespace, reason: rest['error'] }, String(message));
    },
  });
}

const keepAliveMs = 60_000;

/** As the driver does it itself, but that it gets whole answers, and for the limit of listeners: while a broker is away it closes one dead socket again and again, and leaves one each time. */
const openSocket: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  // RFC 6066 §3: an address is no server name.
  const named = isIP(host) === 0 ? { servername: host } : {};
  const socket = ssl
    ? connectTls({ host, port, ...named, ...ssl }, onConnect)
    : connect({ host, port }, onConnect);
  socket.setMaxListeners(0);
  return inWholeAnswers(socket).setKeepAlive(true, keepAliveMs);
};

/**
 * A view of the brokers with connections of its own. The driver hands it to whoever assigns partitions; its own consumers cannot read without a group,
 * and its producer forgets what is in doubt (decision 126).
 */
export function openCluster(driver: Kafka): Cluster {
  const found: Cluster[] = [];
  driver.consumer({
    groupId: 'unused',
    allowAutoTopicCreation: false,
    metadataMaxAge: 60_000,
    partitionAssigners: [
      ({ cluster }) => {
        found.push(cluster);
        return {
          name: 'none',
          version: 0,
          assign: async () => [],
          protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
        };
      },
    ],
  });
  const [cluster] = found;
  if (cluster === undefined) throw new TypeError('the driver did not hand out its cluster');
  return knowingLeaderless(cluster);
}
