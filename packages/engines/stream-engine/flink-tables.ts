import { CodedError } from '@tributary/runtime';
import type { KafkaAddress } from '../kafka/address.ts';
import { readTlsFiles, type TlsMaterial } from '../tls-files.ts';
import { sqlText } from './flink-text.ts';

/** Where the connector's jar keeps Kafka's own classes. */
const shaded = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security';

/** How Flink's connector reaches the brokers that the event log is on. Certificates travel as texts: Flink's machines need no files of ours. @throws CodedError CONFIG_INVALID */
export async function connectorProperties(
  { setting, brokers, login, tls }: KafkaAddress,
  brokersOfFlink: string | undefined,
): Promise<Readonly<Record<string, string>>> {
  if (tls?.serverName !== undefined)
    throw new CodedError(
      'CONFIG_INVALID',
      `${setting} has a tlsServerName, which Flink's connector cannot use: it checks each broker's own name.`,
      { details: { setting } },
    );
  const { ca, cert, key }: TlsMaterial = tls === undefined ? {} : await readTlsFiles(setting, tls);
  const protocol = `${login === undefined ? '' : 'SASL_'}${tls === undefined ? 'PLAINTEXT' : 'SSL'}`;
  return {
    'bootstrap.servers': brokersOfFlink ?? brokers.join(','),
    ...(protocol === 'PLAINTEXT' ? {} : { 'security.protocol': protocol }),
    ...(login === undefined
      ? {}
      : {
          'sasl.mechanism': login.mechanism.toUpperCase(),
          'sasl.jaas.config': jaas(login),
        }),
    ...(ca === undefined ? {} : { 'ssl.truststore.type': 'PEM', 'ssl.truststore.certificates': ca }),
    ...(cert === undefined || key === undefined
      ? {}
      : { 'ssl.keystore.type': 'PEM', 'ssl.keystore.certificate.chain': cert, 'ssl.keystore.key': key }),
  };
}

function jaas({ mechanism, username, password }: NonNullable<KafkaAddress['login']>): string {
  const module =
    mechanism === 'plain' ? `${shaded}.plain.PlainLoginModule` : `${shaded}.scram.ScramLoginModule`;
  const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  return `${module} required username=${quoted(username)} password=${quoted(password)};`;
}

export interface SourceTable {
  readonly topic: string;
  readonly kafka: Readonly<Record<string, string>>;
  /** The first record to read, by partition. */
  readonly from: readonly number[];
}

/** The topic's records as they are: text, place, and the log's own time. */
export function sourceTableSql({ topic, kafka, from }: SourceTable): string {
  const offsets = from.map((offset, partition) => `partition:${partition},offset:${offset}`).join(';');
  return tableSql(
    'told_log',
    `v STRING, part INT METADATA FROM 'partition' VIRTUAL, off BIGINT METADATA FROM 'offset' VIRTUAL, ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL, pt AS PROCTIME()`,
    {
      connector: 'kafka',
      topic,
      format: 'raw',
      'scan.startup.mode': 'specific-offsets',
      'scan.startup.specific-offsets': offsets,
      ...prefixed(kafka),
      // Positions are ours, and kept with the results: nothing is committed to the brokers.
      'properties.commit.offsets.on.checkpoint': 'false',
    },
  );
}

export interface SinkTable {
  readonly topic: string;
  readonly kafka: Readonly<Record<string, string>>;
  readonly columns: readonly (readonly [name: string, type: string])[];
}

/** A topic that a job alone writes, in transactions that end with its checkpoints. */
export function sinkTableSql({ topic, kafka, columns }: SinkTable): string {
  return tableSql('told_results', columns.map(([name, type]) => `${name} ${type}`).join(', '), {
    connector: 'kafka',
    topic,
    format: 'debezium-json',
    'sink.delivery-guarantee': 'exactly-once',
    'sink.transactional-id-prefix': topic,
    ...prefixed(kafka),
    // The brokers' own limit (15 minutes) is the greatest they take.
    'properties.transaction.timeout.ms': '900000',
  });
}

function tableSql(name: string, columns: string, options: Readonly<Record<string, string>>): string {
  const listed = Object.entries(options).map(([key, value]) => `${sqlText(key)} = ${sqlText(value)}`);
  return `CREATE TEMPORARY TABLE ${name} (${columns}) WITH (${listed.join(', ')})`;
}

function prefixed(kafka: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(kafka).map(([name, value]) => [`properties.${name}`, value]));
}
