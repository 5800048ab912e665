import { cable, eventually } from '@tributary/test-kit';
import { createClient } from 'graphql-sse';
import { EventSource } from 'undici';
import { expect, test } from 'vitest';
import { workspaceId } from '../graph/identity-subgraph.ts';
import { startGateway, type TestGateway } from '../graph/start-gateway.ts';
import { airportUpdated } from './airport-subgraph.ts';

const query = `subscription ($id: ID!) { productChanged(id: $id) { name } }`;

interface Told {
  readonly data?: { readonly productChanged: { readonly name: string } } | null;
  readonly extensions?: { readonly cursor?: string };
}

function rename(gateway: TestGateway, ...names: readonly string[]): Promise<unknown> {
  return gateway.eventLog.append(
    'data.record',
    names.map((name) => ({
      ...airportUpdated('p1', name, { workspaceId }),
      subject: 'Product/p1',
      data: name,
    })),
  );
}

test('an EventSource as browsers have it goes on by itself where it was cut off, also before its first event', async () => {
  await using gateway = await startGateway();
  await using network = await cable(gateway.url);
  const search = new URLSearchParams({ query, variables: '{"id":"p1"}' });
  const source = new EventSource(`${network.url}/graphql?${search}`, { node: { reconnectionTime: 10 } });
  const names: (string | undefined)[] = [];
  let opened = 0;
  source.addEventListener('open', () => {
    opened += 1;
  });
  source.addEventListener('next', (event) => {
    const { data } = event as MessageEvent<string>;
    names.push((JSON.parse(data) as Told).data?.productChanged.name);
  });
  try {
    await eventually(() => expect(opened).toBe(1));
    for (const [round, due] of [
      ['early', ['missed early']],
      ['late', ['missed early', 'live early', 'missed late']],
    ] as const) {
      network.cut();
      await rename(gateway, `missed ${round}`);
      network.mend();
      await eventually(() => expect(names).toEqual(due));
      await rename(gateway, `live ${round}`);
      await eventually(() => expect(names).toEqual([...due, `live ${round}`]));
    }
    expect(opened).toBe(3);
  } finally {
    source.close();
  }
});

test('a stock graphql-sse client comes back after a cut, and with its last cursor has what it missed', async () => {
  await using gateway = await startGateway();
  await using network = await cable(gateway.url);
  let cursor: string | undefined;
  const names: (string | undefined)[] = [];
  const client = createClient({
    url: `${network.url}/graphql`,
    // Asked for anew by each connection, so that it can say where the last one ended.
    headers: () => (cursor === undefined ? {} : { 'last-event-id': cursor }),
    retryAttempts: 1_000,
    retry: async () => undefined,
  });
  const stop = client.subscribe<Told['data']>(
    { query, variables: { id: 'p1' } },
    {
      next: ({ data, extensions }) => {
        names.push((data as Told['data'])?.productChanged.name);
        cursor = (extensions as Told['extensions'])?.cursor;
      },
      error: (error) => names.push(String(error)),
      complete: () => names.push('complete'),
    },
  );
  await eventually(async () => {
    await rename(gateway, 'seen');
    expect(names).not.toEqual([]);
  });
  await eventually(() => expect(new Set(names)).toEqual(new Set(['seen'])));
  names.length = 0;
  network.cut();
  await rename(gateway, 'missed one', 'missed two');
  network.mend();
  await eventually(() =>
    expect(names.filter((name) => name !== 'seen')).toEqual(['missed one', 'missed two']),
  );
  stop();
  client.dispose();
});
