import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { eventually } from '@tributary/test-kit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parseSparkUrl } from '../batch-engine/spark-address.ts';
import { SparkConnection } from '../batch-engine/spark-connection.ts';
import { SparkSession } from '../batch-engine/spark-session.ts';
import { answerOf, openSpark, runningJobs, sparkUrl } from './provisioned.fixture.ts';

vi.setConfig({ testTimeout: 300_000 });
/** Of this file alone: others run beside it. */
const user = 'silent';
const patience = { timeoutMs: 120_000 };

interface Line {
  readonly url: string;
  /** How often a session was named to Spark. */
  readonly asked: () => number;
  /** From now on nothing goes either way; connections stay, also new ones. */
  fallSilent(): void;
}

/** A line to the Spark of this run that is given up soon when it is silent. */
async function openLine(): Promise<Line> {
  let asked = 0;
  let isSilent = false;
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: Number(new URL(sparkUrl()).port) });
    const pass = (to: Socket) => (bytes: Buffer) => {
      if (!isSilent) to.write(bytes);
    };
    for (const socket of [near, far])
      socket.on('error', () => undefined).on('close', () => [near, far].map((each) => each.destroy()));
    near.on('data', (bytes) => {
      if (/[0-9a-f]{8}-[0-9a-f]{4}-4/.test(bytes.toString('latin1'))) asked += 1;
    });
    near.on('data', pass(far));
    far.on('data', pass(near));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const port = String((server.address() as AddressInfo).port);
  return {
    url: sparkUrl({ port, username: user, timeoutMs: '3000' }),
    asked: () => asked,
    fallSilent: () => {
      isSilent = true;
    },
  };
}

test('a query that says nothing for long is left alone as long as Spark answers whether it is there', async () => {
  const line = await openLine();
  using connection = await SparkConnection.open(parseSparkUrl(line.url, 'SPARK_URL'));
  const session = new SparkSession(connection);
  // As a server may be set: no word of progress, and its tasks take hours.
  await session.configure({ 'spark.connect.progress.reportInterval': '0' });
  const query = 'SELECT count(*) FROM range(4000000) a(x), range(4000000) b(y) WHERE (x * y) % 1000003 = 1';
  const reading = session.execute({ root: { sql: { query } } }).next();
  let ended = false;
  reading
    .catch(() => undefined)
    .finally(() => {
      ended = true;
    });
  await eventually(async () => expect(await runningJobs(user)).toBe(1), patience);
  const before = line.asked();
  await eventually(() => expect(line.asked()).toBeGreaterThan(before + 3), patience);
  expect({ ended, atWork: await runningJobs(user) }).toEqual({ ended: false, atWork: 1 });
  await session[Symbol.asyncDispose]();
  await expect(reading).rejects.toThrow();
  await eventually(async () => expect(await runningJobs(user)).toBe(0), patience);
});

test('a Spark that falls silent in the middle of a query, with its connection there, is given up with a code to try again', async () => {
  const line = await openLine();
  await using engine = await openSpark(line.url);
  // Ends by itself: nobody can tell this Spark to end it.
  const sql = "SELECT count(*) FROM range(3000000) t(n) WHERE md5(md5(md5(CAST(n AS STRING)))) = ''";
  const asked = answerOf(engine, { sql, tables: [], onProgress: () => line.fallSilent() });
  await expect(asked).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  await using another = await openSpark(sparkUrl({ username: user }));
  expect((await answerOf(another, { sql: 'SELECT 1', tables: [] })).rows).toEqual([[1]]);
});
