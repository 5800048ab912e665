import { readFile } from 'node:fs/promises';
import {
  demoPassword,
  descendantsOf,
  eventually,
  type GraphCaller,
  graphCaller,
  type ReceivedSpan,
  type RunningProduct,
  startProduct,
  subscribing,
  type TraceReceiver,
  traceReceiver,
} from '@tributary/test-kit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectOrderlyEnd } from './orderly-end.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Must turn up in no line, span or figure, wherever a user can put it. */
const canary = 'canary7f3a';
const email = `user+${canary}@example.com`;

/** Somebody with a workspace of their own, whose name, address and words are all canaries. */
async function founder(url: string): Promise<GraphCaller> {
  const signIn = async (workspace?: string): Promise<GraphCaller> => {
    const { data } = await graphCaller(url)<{ signIn: { accessToken: string } }>(
      `mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken } } }`,
      { input: { email, password: demoPassword, ...(workspace === undefined ? {} : { workspace }) } },
    );
    return graphCaller(url, `Bearer ${data.signIn.accessToken}`);
  };
  const person = { email, password: demoPassword, name: canary };
  await graphCaller(url)(`mutation ($input: SignUpInput!) { signUp(input: $input) { __typename } }`, {
    input: person,
  });
  const stranger = await signIn();
  const input = { slug: 'watched', name: canary };
  await stranger(
    `mutation ($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { __typename } }`,
    { input },
  );
  return signIn('watched');
}

const createAirport = `mutation Found($input: AirportInput!) { createAirport(input: $input) { id } }`;
const airport = (iata: string) => ({
  iata,
  name: canary,
  city: canary,
  country: 'USA',
  latitude: 1,
  longitude: 2,
});

/** The spans of the trace in which an airport was made, once the relay's is among them. */
async function traceOfOneWrite(receiver: TraceReceiver) {
  return eventually(
    () => {
      const relayed = receiver.spans.filter(({ name }) => name === 'outbox.relayed');
      const traces = relayed.map(({ traceId }) => receiver.spans.filter((span) => span.traceId === traceId));
      const [found] = traces.filter((spans) => spans.some(({ name }) => name === 'subgraph data'));
      if (!found?.some(({ name }) => name === 'graphql')) throw new Error('the trace is not complete yet');
      return found;
    },
    { timeoutMs: 20_000 },
  );
}

/** The names of a span and of what it is part of, up to the root. */
function ancestry(trace: readonly ReceivedSpan[], span: ReceivedSpan | undefined): readonly string[] {
  if (span === undefined) return [];
  return [
    span.name,
    ...ancestry(
      trace,
      trace.find(({ spanId }) => spanId === span.parentSpanId),
    ),
  ];
}

function figure(metrics: string, name: RegExp): number {
  const [line] = metrics.split('\n').filter((candidate) => name.test(candidate));
  return Number(line?.split(' ').at(-1));
}

/** The trace of one write holds together, and tells nothing of whoever wrote. */
async function expectOneTrace(receiver: TraceReceiver, owner: GraphCaller): Promise<readonly ReceivedSpan[]> {
  await owner(createAirport, { input: airport('CAN') });
  const trace = await traceOfOneWrite(receiver);
  const relayed = trace.find(({ name }) => name === 'outbox.relayed');
  expect(ancestry(trace, relayed)).toEqual(
    expect.arrayContaining(['outbox.relayed', 'subgraph data', 'fetch data', 'graphql']),
  );
  expect(relayed?.links).toHaveLength(1);
  // Nobody sent this text before.
  expect(
    ancestry(
      trace,
      trace.find(({ name }) => name === 'plan'),
    ),
  ).toEqual(['plan', 'graphql']);
  expect(trace.find(({ name }) => name === 'fetch data')?.attributes).toEqual({
    'tributary.subgraph': 'data',
    'tributary.outcome': 'answered',
  });
  expect(receiver.text()).not.toContain(canary);
  return trace;
}

describe('in one process', () => {
  let receiver: TraceReceiver;
  let product: RunningProduct;
  let owner: GraphCaller;

  beforeAll(async () => {
    receiver = await traceReceiver();
    const env = { DEMO: 'off', LOG_LEVEL: 'debug', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: receiver.url };
    product = await startProduct({ form: 'one', env });
    owner = await founder(product.url);
  });
  afterAll(async () => {
    await product[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
  });

  test('a write is one trace from gateway to subgraph to relay', async () => {
    await expectOneTrace(receiver, owner);
  });

  test('/metrics tells how long requests and subgraphs take, which sockets are open, and how far the relay lags', async () => {
    const query = 'subscription { airportChanged { __typename } }';
    await using _subscribed = await subscribing(product.url, { query });
    await owner(createAirport, { input: airport('CAO') });
    await eventually(async () => {
      const metrics = await (await fetch(`${product.url}/metrics`)).text();
      expect(
        figure(metrics, /^tributary_gateway_request_duration_seconds_count\{door="graphql",type="mutation"/),
      ).toBeGreaterThan(0);
      expect(
        figure(
          metrics,
          /^tributary_gateway_fetch_duration_seconds_count\{subgraph="data",outcome="answered"/,
        ),
      ).toBeGreaterThan(0);
      expect(figure(metrics, /^tributary_sockets /)).toBe(1);
      expect(figure(metrics, /^tributary_subscriptions /)).toBe(1);
      expect(figure(metrics, /^tributary_outbox_relay_leading /)).toBe(1);
      expect(figure(metrics, /^tributary_outbox_relay_lag_seconds_count/)).toBeGreaterThan(0);
      expect(figure(metrics, /^tributary_audit_lag_seconds_count/)).toBeGreaterThan(0);
      for (const name of ['database_connections', 'metrics_lag_seconds'])
        expect(metrics).toMatch(new RegExp(`^tributary_${name}\\{`, 'm'));
    });
  });

  test('every log line is JSON, a request is found by its id, and nothing of a user is in lines or figures', async () => {
    const requestId = 'request-of-the-test';
    const token = owner.authorization ?? '';
    await fetch(`${product.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: token, 'x-request-id': requestId },
      body: JSON.stringify({ query: createAirport, variables: { input: airport('CAL') } }),
    });
    // Refusals and faults are where values slip out.
    await owner(createAirport, { input: { ...airport('CAL'), iata: canary, latitude: canary } });
    await owner(createAirport, { input: airport('CAL') });
    await owner(`{ airports(where: { name: { eq: "${canary}" } }) { nodes { ${canary} } } }`);
    await graphCaller(product.url, `Bearer ${canary}`)('{ __typename }');
    await fetch(`${product.url}/v1/airports/${canary}?${canary}=${canary}`, { headers: { cookie: canary } });
    await using _subscribed = await subscribing(product.url, {
      query: `subscription { airportChanged { airport { name } } }`,
      authorization: token,
    });
    await owner(createAirport, { input: airport('CAM') });
    const metrics = await (await fetch(`${product.url}/metrics`)).text();
    expect(await product.stop()).toBe(0);

    const lines = product
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const outside = product.output().split('Ctrl-C stops it.')[1]?.split('\n') ?? [];
    expect(outside.filter((line) => line !== '' && !line.startsWith('{'))).toEqual([]);
    expect(logged.find((line) => line['requestId'] === requestId)).toMatchObject({
      msg: 'request',
      route: 'graphql',
      status: 200,
      operationName: 'Found',
      operationType: 'mutation',
      principalKind: 'user',
    });
    expect(
      logged.filter(({ msg }) => msg === 'request').every(({ requestId: id }) => typeof id === 'string'),
    ).toBe(true);
    for (const secret of [canary, token.slice('Bearer '.length), demoPassword]) {
      expect(product.output()).not.toContain(secret);
      expect(metrics).not.toContain(secret);
    }
  });
});

describe('in the split form', () => {
  let receiver: TraceReceiver;
  let product: RunningProduct;
  beforeAll(async () => {
    receiver = await traceReceiver();
    const env = {
      DEMO: 'off',
      LOG_LEVEL: 'info',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: receiver.url,
      AWS_PROFILE: 'of-this-test',
    };
    product = await startProduct({ form: 'split', env });
  });
  afterAll(async () => {
    await product?.[Symbol.asyncDispose]();
    await receiver?.[Symbol.asyncDispose]();
  });

  test('a write is one trace across processes, and each process has figures of its own', async () => {
    const trace = await expectOneTrace(receiver, await founder(product.url));
    expect(new Set(trace.map(({ service }) => service))).toEqual(
      new Set(['gateway', 'data', 'outbox-relay']),
    );
    const said = product
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { name: string; url?: string; port?: number })
      // The process that starts the others also says where the database listens.
      .filter(({ name }) => name !== 'tributary');
    const places = new Map(
      said.flatMap(({ name, url, port }) =>
        url === undefined && port === undefined ? [] : [[name, url ?? `http://127.0.0.1:${port}`] as const],
      ),
    );
    expect([...places.keys()].sort()).toEqual([
      'analytics',
      'data',
      'files',
      'gateway',
      'identity',
      'job-runner',
      'jobs',
      'outbox-relay',
      'rest',
    ]);
    for (const [name, url] of places) {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(metrics).toContain('process_resident_memory_bytes');
      if (name === 'outbox-relay') expect(figure(metrics, /^tributary_outbox_relay_leading /)).toBe(1);
    }
  });

  test('each process finds what drivers of engines look up by themselves', async () => {
    const children = descendantsOf(product.pid);
    const told = await Promise.all(
      children.map(async (pid) => {
        const [command, environment] = await Promise.all(
          ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8')),
        );
        return { part: /(\w[\w-]*)\/dist\/main\.js/.exec(command ?? '')?.[1], environment };
      }),
    );
    const parts = told.filter(({ part }) => part !== undefined);
    expect(parts).toHaveLength(9);
    for (const { environment } of parts)
      expect(environment?.split('\0')).toContain('AWS_PROFILE=of-this-test');
  });

  test('Ctrl-C ends it with 0: sockets are told, and no process is left', async () => {
    // A process for each part, beside PostgreSQL and its workers.
    await expectOrderlyEnd(product, 9);
  });
});
