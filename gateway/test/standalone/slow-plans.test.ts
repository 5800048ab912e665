import { createLogger, Registry } from '@tributary/runtime';
import { eventually, freeze } from '@tributary/test-kit';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { planningProcess } from '../../src/planning/planning-process.ts';
import { heard } from './heard.ts';
import { openShop, type Shop } from './shop.ts';

const late = { errors: [{ extensions: { code: 'DEADLINE_EXCEEDED' } }] };
const names = { products: [{ name: 'Table' }, { name: 'Couch' }] };

describe('while no plan is made', () => {
  let shop: Shop;
  const metrics = new Registry();
  const lines: string[] = [];
  beforeAll(async () => {
    const destination = { write: (line: string) => void lines.push(line) };
    const log = createLogger({ name: 'test', level: 'warn', destination });
    shop = await openShop(
      { deadline: { ms: 1_000, header: 'x-deadline-ms' }, slowMs: 500 },
      { metrics, log },
    );
  });
  afterAll(() => shop[Symbol.asyncDispose]());
  let asked = 0;
  /** Stops the process that knows the graph; what it answers lets it go on. */
  const held = async (): Promise<() => void> => {
    asked += 1;
    // Its plan has to be made, by a process that is there.
    const query = `query Before${asked} { products { upc } }`;
    await eventually(async () => expect((await shop.ask(query)).status).toBe(200));
    const { pid } = planningProcess;
    if (pid === undefined) throw new Error('there is no planning process');
    const letGo = (): void => {
      // It is ended when it takes too long.
      if (planningProcess.pid === pid) process.kill(pid, 'SIGCONT');
    };
    freeze(pid);
    onTestFinished(letGo);
    lines.length = 0;
    return letGo;
  };

  it('the deadline of an operation holds over HTTP, for all who wait; it is told of with its name, and planned later', async () => {
    const letGo = await held();
    const query = 'query Held { products { name } }';
    const answers = await Promise.all([shop.ask(query), shop.ask(query)]);
    for (const { status, body } of answers) {
      expect(status).toBe(504);
      expect(body).toMatchObject(late);
    }
    await eventually(() => expect(lines).toHaveLength(2));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      msg: 'slow operation',
      operationName: 'Held',
      operationType: 'query',
      operationHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      status: 504,
      planningMs: expect.any(Number),
    });
    expect(await metrics.metrics()).toMatch(
      /request_duration_seconds_count\{door="graphql",type="query",status="504"\} 2/,
    );
    letGo();
    await eventually(async () => expect((await shop.ask(query)).body.data).toEqual(names));
  });

  it('it holds where a variable decides what is planned', async () => {
    const query = 'query Both($full: Boolean!) { products { name weight @include(if: $full) } }';
    const ask = (full: boolean) => shop.ask(query, { variables: { full } });
    await eventually(async () => expect((await ask(false)).body.data).toEqual(names));
    await held();
    const { status, body } = await ask(true);
    expect(status).toBe(504);
    expect(body).toMatchObject(late);
    expect((await ask(false)).body.data).toEqual(names);
  });

  it('it holds over a socket', async () => {
    await held();
    const { all, sink } = heard();
    const url = `${shop.url.replace('http', 'ws')}/graphql`;
    const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
    client.subscribe({ query: 'query OverSocket { products { name } }' }, sink);
    await eventually(() => expect(JSON.stringify([all.payloads, all.errors])).toContain('DEADLINE_EXCEEDED'));
    await client.dispose();
  });
});

it('who leaves has left, and a plan that nobody waits for any more is not made', async () => {
  const metrics = new Registry();
  // There is no deadline by which it would be given up as well.
  await using shop = await openShop({}, { metrics });
  const count = async (histogram: string, outcome: string): Promise<number> => {
    const { values } = (await metrics.getSingleMetric(histogram)?.get()) ?? { values: [] };
    const counts = values as readonly { metricName?: string; labels: object; value: number }[];
    const of = counts.filter(({ metricName }) => metricName?.endsWith('_count') === true);
    return of.find(({ labels }) => JSON.stringify(labels).includes(`"${outcome}"`))?.value ?? 0;
  };
  const gone = (): Promise<number> => count('tributary_gateway_plan_wait_seconds', 'gone');
  const made = (): Promise<number> => count('tributary_gateway_plan_duration_seconds', 'planned');
  await eventually(async () => expect((await shop.ask('{ products { upc } }')).status).toBe(200));
  const { pid } = planningProcess;
  if (pid === undefined) throw new Error('there is no planning process');
  freeze(pid);
  const before = await made();
  // It is the one that is being made, and holds the line.
  const first = shop.ask('query First { products { name } }');
  await eventually(() => expect(shop.gateway.underWay).toBe(1));
  const leaving = new AbortController();
  const asked = fetch(`${shop.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'query Leaves { products { name } }' }),
    signal: leaving.signal,
  });
  const outcome = asked.catch((error: unknown) => error);
  await eventually(() => expect(shop.gateway.underWay).toBe(2));
  leaving.abort();
  expect(await outcome).toBeInstanceOf(Error);
  await eventually(() => expect(shop.gateway.underWay).toBe(1));
  process.kill(pid, 'SIGCONT');
  expect((await first).body.data).toEqual(names);
  // Whoever comes next is planned after it would have been.
  expect((await shop.ask('query Next { products { name } }')).body.data).toEqual(names);
  expect([await gone(), await made()]).toEqual([1, before + 2]);
});
