import { expect, test } from 'vitest';
import { parseKafkaUrl } from '../kafka/address.ts';
import { parseFlinkUrl } from './flink-address.ts';
import { connectorProperties, sourceTableSql } from './flink-tables.ts';
import { openStreamEngine } from './open.ts';

const parse = (url: string) => parseFlinkUrl(url, 'STREAM_ENGINE_URL');

test('an address names gateway, JobManager, brokers and states; what it leaves out has a default', () => {
  expect(parse('flink://gateway')).toEqual({
    setting: 'STREAM_ENGINE_URL',
    gatewayUrl: 'http://gateway:8083',
    jobManagerUrl: 'http://gateway:8081',
    brokers: undefined,
    commitMs: 1_000,
    timeoutMs: 30_000,
    statesUrl: undefined,
    login: undefined,
    tls: undefined,
  });
  expect(
    parse('flinks://gateway:99?jobManager=jobs:98&brokers=a:1,b:2&commitMs=250&states=s3://bucket/flink'),
  ).toMatchObject({
    gatewayUrl: 'https://gateway:99',
    jobManagerUrl: 'https://jobs:98',
    brokers: 'a:1,b:2',
    commitMs: 250,
    statesUrl: 's3://bucket/flink',
    tls: { caFile: undefined },
  });
  expect(
    parse('flinks://me:p%23ss@gateway?tlsCa=/ca&tlsCert=/cert&tlsKey=/key&tlsServerName=jobs'),
  ).toMatchObject({
    login: { username: 'me', password: 'p#ss' },
    tls: { caFile: '/ca', certFile: '/cert', keyFile: '/key', serverName: 'jobs' },
  });
});

test.each([
  ['flink://', 'it has no such form'],
  ['flink://me:secret@gateway', 'a user goes with flinks://'],
  ['flinks://secret@gateway', 'a user comes with a password'],
  ['flinks://me:secret%@gateway', 'is written %25'],
  ['flink://gateway?tlsCa=/secret', 'options of TLS go with flinks://'],
  ['flinks://gateway?tlsCert=/secret', 'tlsCert and tlsKey go together'],
  ['flink://gateway?jobmanager=secret', 'there is no jobmanager'],
  ['flink://gateway?jobManager=a/b', 'jobManager is host:port'],
  ['flink://gateway?brokers=a b', 'brokers are host:port'],
  ['flink://gateway?states=folder', 'states is the URL'],
  ['flink://gateway?commitMs=1', 'commitMs is from 100'],
])('%s is refused with what is wrong', (url, why) => {
  expect(() => parse(url)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(why) }),
  );
  expect(() => parse(url)).not.toThrow('secret');
});

test('Flink over a log that is no Kafka is refused before anything is opened, by the names of both settings', async () => {
  const options = { eventLogUrl: 'embedded:' } as never;
  await expect(openStreamEngine('flink://gateway', options)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/^STREAM_ENGINE_URL .* EVENT_LOG_URL/),
  });
});

test('the login of the log goes along to Flink, quoted for each of the languages it passes through', async () => {
  const login = await connectorProperties(
    parseKafkaUrl('kafkas://me:p%22%27%5C%3B@one,two', 'EVENT_LOG_URL'),
    undefined,
  );
  expect(login).toEqual({
    'bootstrap.servers': 'one:9092,two:9092',
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': 'SCRAM-SHA-512',
    'sasl.jaas.config':
      'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="me" password="p\\"\'\\\\;";',
  });
  expect(sourceTableSql({ topic: 'test.row', kafka: login, from: [3, 0] })).toContain(
    `password="p\\"''\\\\;";', `,
  );
  await expect(
    connectorProperties(parseKafkaUrl('kafkas://one?tlsServerName=broker', 'EVENT_LOG_URL'), undefined),
  ).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
