import { expect, onTestFinished, test } from 'vitest';
import { createMetrics, Gauge } from './metrics.ts';
import { serveMetrics } from './metrics-server.ts';
import type { NeededEngines } from './readiness.ts';

const there = { ping: async () => undefined };
const away = { ping: () => Promise.reject(new Error('connection refused by 10.0.0.7')) };

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Asks the address of a process that needs these. */
async function served(engines: NeededEngines): Promise<(path: string) => Promise<Answer>> {
  const metrics = createMetrics();
  const server = await serveMetrics({ host: '127.0.0.1', port: 0, metrics, engines });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return async (path) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return { status: response.status, text: await response.text() };
  };
}

test('a process that has its engines is ready', async () => {
  const ask = await served({ database: there, 'event-log': there });
  expect(await ask('/health/ready')).toEqual({ status: 200, text: 'ready\n' });
});

test('one that lacks engines lives, and names them to whoever asks whether it is ready, without a reason, until they are there', async () => {
  let log: NeededEngines[string] = away;
  const ask = await served({
    database: there,
    'event-log': { ping: () => log.ping() },
    'document-store': away,
  });
  expect(await ask('/health/live')).toEqual({ status: 200, text: 'live\n' });
  const missing = { status: 503, text: 'not ready event-log document-store\n' };
  expect(await ask('/health/ready')).toEqual(missing);
  log = there;
  expect(await ask('/health/ready')).toEqual({ status: 503, text: 'not ready document-store\n' });
});

test('it shows figures, and has nothing else', async () => {
  const ask = await served({});
  expect(await ask('/metrics')).toMatchObject({ status: 200, text: expect.stringContaining('# TYPE ') });
  expect((await ask('/')).status).toBe(404);
});

test('an address that is taken is refused by the setting that names it', async () => {
  const options = { host: '127.0.0.1', metrics: createMetrics(), engines: {} };
  await using first = await serveMetrics({ ...options, port: 0 });
  await expect(serveMetrics({ ...options, port: first.port })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('METRICS_PORT'),
  });
});

test('a figure that cannot be read is a 500, and everything else is answered as before', async () => {
  const metrics = createMetrics();
  const collect = (): never => {
    throw new Error('canary');
  };
  metrics.registerMetric(new Gauge({ name: 'broken', help: 'broken', registers: [], collect }));
  await using server = await serveMetrics({ host: '127.0.0.1', port: 0, metrics, engines: {} });
  const url = `http://127.0.0.1:${server.port}`;
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(3_000) });
  expect([answer.status, await answer.text()]).toEqual([500, 'the figures cannot be read\n']);
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
});
