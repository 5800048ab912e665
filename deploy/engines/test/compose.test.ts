import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { checkBatchEngineUrl } from '@tributary/engines/batch-engine/open';
import { checkDocumentStoreUrl } from '@tributary/engines/document-store/open';
import { checkEventLogUrl } from '@tributary/engines/event-log/open';
import { checkFileScannerUrl } from '@tributary/engines/file-scanner/open';
import { checkKeyValueUrl } from '@tributary/engines/key-value/open';
import { checkObjectStoreUrl } from '@tributary/engines/object-store/open';
import { checkPubSubUrl } from '@tributary/engines/pubsub/open';
import { checkRelationalUrl } from '@tributary/engines/relational/open';
import { checkStreamEngineUrl } from '@tributary/engines/stream-engine/open';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { recipes } from '../src/recipes.ts';

const words = z.union([z.string(), z.array(z.string())]);

/** The few words of Compose that we use, and what ours have to be beyond the specification: versions, loopback, patience. */
const service = z.strictObject({
  image: z.string().regex(/^[\w./-]+:(?!latest)[\w.-]*\d[\w.-]*$/, 'an image has a version'),
  build: z.strictObject({ dockerfile_inline: z.string() }).optional(),
  profiles: z.array(z.string()).optional(),
  user: z.string().optional(),
  entrypoint: words.optional(),
  command: words,
  environment: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.enum(['service_healthy', 'service_started']) }))
    .optional(),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/, 'a port is on loopback')),
  volumes: z.array(z.string()).optional(),
  tmpfs: z.array(z.string()).optional(),
  healthcheck: z.strictObject({
    test: z.array(z.string()).min(2),
    interval: z.string(),
    timeout: z.string(),
    retries: z.number(),
    start_period: z.string(),
  }),
});
const composeFile = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), service.partial({ command: true, ports: true })),
  volumes: z.record(z.string(), z.null()),
});

const at = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const written: unknown = parse(at('compose/compose.yaml'), { merge: true });
const compose = composeFile.parse(written);
const services = Object.entries(compose.services);
const profile = at('profiles/compose.env');
const settings = parseEnv(profile);

/** Ports of this machine, and the service behind each. */
const published = new Map(
  services.flatMap(([name, { ports = [] }]) => ports.map((port) => [port.split(':')[1], name] as const)),
);

/** The schema that Docker Compose itself holds files to; its own words for tools (`deprecated`) are none of JSON Schema. */
const isComposeFile = new Ajv({ strict: false, allErrors: true }).compile(
  JSON.parse(
    at('compose/specification/compose-spec.json').replace(
      'https://json-schema.org',
      'http://json-schema.org',
    ),
  ),
);

test('the file is one by the Compose specification, which refuses a word that is none, or misplaced, or of another type', () => {
  expect([isComposeFile(written), isComposeFile.errors]).toEqual([true, null]);
  for (const fault of [
    { helthcheck: {} },
    { ports: '1:2' },
    { depends_on: { redis: { condition: 'soon' } } },
  ]) {
    const { kafka } = compose.services;
    const faulty = { ...compose, services: { ...compose.services, kafka: { ...kafka, ...fault } } };
    expect([fault, isComposeFile(faulty)]).toEqual([fault, false]);
  }
});

test('every engine that can be provisioned is among the services, but for the proxy that tests alone use', () => {
  const names = recipes.map(({ name }) => name).filter((name) => name !== 'toxiproxy');
  for (const name of names)
    expect(
      services.some(([service]) => service === name || service.startsWith(`${name}-`)),
      name,
    ).toBe(true);
});

test('services depend on services, keep what they keep in volumes that are declared, and share no port', () => {
  for (const [name, { depends_on: needed = {}, volumes = [] }] of services) {
    for (const other of Object.keys(needed)) expect(compose.services, name).toHaveProperty([other]);
    const kept = volumes.map((volume) => volume.split(':')[0] ?? '').filter((volume) => /^\w+$/.test(volume));
    for (const volume of kept) expect(compose.volumes, name).toHaveProperty([volume]);
  }
  expect(published.size).toBe(services.flatMap(([, { ports = [] }]) => ports).length);
});

test('what starts without being asked for is in the profile, and what it names, also in its comments, is a port of the right service', () => {
  const urls = [...profile.matchAll(/\b[a-z0-9]+:\/\/\S*?127\.0\.0\.1:\S+/g)].map(([url]) => url);
  const named = new Set<string>();
  for (const url of urls)
    for (const [, port = ''] of url.matchAll(/127\.0\.0\.1:(\d+)/g)) {
      const name = published.get(port);
      expect(name, url).toBeDefined();
      named.add(name ?? '');
    }
  const unnamed = services.filter(([name, { profiles }]) => profiles === undefined && !named.has(name));
  expect(unnamed).toEqual([]);
  expect(published.get(new URL(settings['EVENT_LOG_URL'] ?? '').port)).toBe('kafka');
  expect(named).toContain('flink-sql-gateway');
  expect(named).toContain('spark');
  expect(named).toContain('clamav');
});

test('the URLs of the profile are ones the adapters take, with the logins that the services have', () => {
  const rules = { production: true, allowEmbedded: true };
  const url = (name: string): string => settings[name] ?? 'missing';
  checkRelationalUrl(url('DATABASE_URL'), rules);
  checkEventLogUrl(url('EVENT_LOG_URL'), rules);
  checkDocumentStoreUrl(url('DOCUMENT_STORE_URL'), rules);
  checkObjectStoreUrl(url('OBJECT_STORE_URL'), rules);
  checkFileScannerUrl(url('FILE_SCANNER_URL'), rules);
  checkKeyValueUrl(url('KEY_VALUE_URL'), rules);
  checkPubSubUrl(url('PUBSUB_URL'), rules);
  checkStreamEngineUrl(url('STREAM_ENGINE_URL'), { ...rules, eventLogUrl: url('EVENT_LOG_URL') });
  for (const [, named = ''] of profile.matchAll(/: (flink:\/\/\S+)/g))
    checkStreamEngineUrl(named, { ...rules, eventLogUrl: url('EVENT_LOG_URL') });
  const [, sparkUrl = ''] = /: (spark:\/\/\S+)/.exec(profile) ?? [];
  checkBatchEngineUrl(sparkUrl, rules);
  const { postgres, redis, s3, spark } = compose.services;
  expect(spark?.environment).toEqual({ SPARK_CONNECT_AUTHENTICATE_TOKEN: new URL(sparkUrl).password });
  const database = new URL(url('DATABASE_URL'));
  expect(postgres?.environment).toMatchObject({
    POSTGRES_USER: database.username,
    POSTGRES_PASSWORD: database.password,
    POSTGRES_DB: database.pathname.slice(1),
  });
  expect(redis?.command).toContain(new URL(url('KEY_VALUE_URL')).password);
  const bucket = new URL(url('OBJECT_STORE_URL'));
  expect(s3?.environment).toMatchObject({
    MINIO_ROOT_USER: bucket.username,
    MINIO_ROOT_PASSWORD: bucket.password,
    MINIO_KMS_SECRET_KEY: expect.stringMatching(new RegExp(`^${bucket.searchParams.get('kmsKeyId')}:`)),
  });
  expect([s3?.command].flat().join()).toContain(`/data${bucket.pathname} `);
});

test('workers of Spark may make their folders whoever it runs as', () => {
  const { spark } = compose.services;
  // They lie below SPARK_HOME, which is the image's user's.
  expect(spark?.command).toContain('/opt/spark/bin/spark-submit');
  expect(spark?.user).toContain('TRIBUTARY_UID');
  expect(spark?.tmpfs).toEqual(['/opt/spark/work:mode=1777']);
});

test('the profile names every engine that the other profiles name', () => {
  expect(Object.keys(settings).sort()).toEqual(Object.keys(parseEnv(at('profiles/local.env'))).sort());
});
