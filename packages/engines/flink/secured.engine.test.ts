import { newId } from '@tributary/runtime';
import { atNight } from '@tributary/test-kit';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { type OwnBroker, startBroker } from '../kafka/broker.fixture.ts';
import { bruteForce, comparable, eventOf, rowOf, testPipeline } from '../stream-engine/conformance-rows.ts';
import { openFlinkFront } from '../stream-engine/flink-front.fixture.ts';
import {
  everything,
  type FlinkUnderTest,
  openFlinkUnderTest,
  untilComputed,
} from '../stream-engine/open-flink.fixture.ts';

vi.setConfig({ testTimeout: 180_000 });

const pipeline = testPipeline({ windows: [{ name: 'TEN', kind: 'tumble', sizeMs: 10_000, offsetMs: 0 }] });
const rows = Array.from({ length: 60 }, (_, n) => ({
  timeMs: Date.parse('2026-11-01T00:00:00Z') + n * 1_000,
  place: ['DTW', 'LAS'][n % 2] ?? null,
  amount: n,
}));

/** Runs the pipeline over rows that are in the log, and over as many that come while it runs. */
async function expectComputed(under: FlinkUnderTest, url?: string): Promise<void> {
  await under.eventLog.declareTopics([{ name: 'test.row', partitions: 1, retentionMs: 1e10 }]);
  const events = rows.map((row) => eventOf(newId(), { properties: rowOf(row) }));
  await under.eventLog.append('test.row', events.slice(0, 30));
  await using engine = await under.connect(url);
  await using _running = await engine.run([pipeline], async () => undefined);
  await untilComputed(engine, [pipeline]);
  await under.eventLog.append('test.row', events.slice(30));
  await untilComputed(engine, [pipeline]);
  expect(comparable(await everything(engine, pipeline))).toEqual(comparable(bruteForce(rows, pipeline)));
  await engine.steer(pipeline.name, 'stop', async () => undefined);
}

test('a Flink behind HTTPS that wants a certificate and a user computes as one that stands open', async () => {
  const flink = new URL(inject('engines')['FLINK_URL'] ?? 'missing: run npm run test:engines -- flink');
  const login = { username: 'shop', password: 'p#ss' };
  await using front = await openFlinkFront({
    gatewayUrl: `http://${flink.host}`,
    jobManagerUrl: `http://${flink.searchParams.get('jobManager')}`,
    mutual: true,
    login,
  });
  const query = new URLSearchParams({
    ...Object.fromEntries(flink.searchParams),
    jobManager: `localhost:${front.port}`,
    commitMs: '200',
    ...{ tlsCa: front.certFile, tlsCert: front.certFile, tlsKey: front.keyFile },
  });
  await using under = await openFlinkUnderTest();
  await expectComputed(under, `flinks://shop:p%23ss@localhost:${front.port}?${query}`);
});

describe('a Kafka that wants TLS', () => {
  let broker: OwnBroker;
  beforeAll(async () => {
    broker = await startBroker();
  });
  afterAll(() => broker[Symbol.asyncDispose]());

  // The simpler of both waits for the night (`NIGHTLY=1`, .ci/nightly).
  test.each(atNight ? ['plain', 'scram-sha-512'] : ['scram-sha-512'])(
    'and a user, by %s, is read and written by Flink with what the URL of the log says',
    async (sasl) => {
      const options = new URLSearchParams({ sasl, tlsCa: broker.certFile, timeoutMs: '10000' });
      const kafka = new URL(`kafkas://shop:p%23ss@localhost:${broker.loginPort}/?${options}`);
      await using under = await openFlinkUnderTest(kafka);
      await expectComputed(under);
    },
  );

  test('and a certificate is shown the one that the URL of the log names', async () => {
    const { certFile: tlsCa, certFile: tlsCert, keyFile: tlsKey } = broker;
    const options = new URLSearchParams({ tlsCa, tlsCert, tlsKey, timeoutMs: '10000' });
    const kafka = new URL(`kafkas://localhost:${broker.mutualPort}/?${options}`);
    await using under = await openFlinkUnderTest(kafka);
    await expectComputed(under);
  });
});
