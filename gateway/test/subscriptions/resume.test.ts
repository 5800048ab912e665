import { createResumableClient } from '@tributary/client';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { airportUpdated } from './airport-subgraph.ts';
import { realTimeGateway } from './real-time-gateway.ts';

const query =
  'subscription ($after: String) { airportChanged(after: $after) { cursor airport { id name } } }';

interface Payload {
  readonly airportChanged: {
    readonly cursor: string;
    readonly airport: { readonly id: string; readonly name: string };
  };
}

test('a client that drops and misses 500 changes has every one once, in order per key, after it reconnects', async () => {
  await using gateway = await realTimeGateway({ recentLimit: 100 });
  const names: string[] = [];
  let socket: WebSocket | undefined;
  let subscribed = 0;
  const client = createResumableClient({
    url: gateway.url,
    webSocketImpl: WebSocket,
    retryWait: async () => undefined,
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
      },
      ping: (_received, payload) => {
        if (payload?.['subscribed'] !== undefined) subscribed += 1;
      },
    },
  });
  const stop = client.subscribe<Payload>(
    { query },
    {
      next: ({ data }) => data && names.push(data.airportChanged.airport.name),
      error: () => undefined,
      complete: () => undefined,
    },
  );
  await eventually(() => expect(subscribed).toBe(1));
  await gateway.log.append('data.record', [airportUpdated('a0', 'before')]);
  await eventually(() => expect(names).toEqual(['before']));
  socket?.terminate();
  const changes = Array.from({ length: 500 }, (_, index) =>
    airportUpdated(`a${index % 7}`, `change ${index}`),
  );
  await gateway.log.append('data.record', changes);
  await eventually(() => expect(names.length).toBe(501));
  await gateway.log.append('data.record', [airportUpdated('a0', 'after')]);
  await eventually(() => expect(names.at(-1)).toBe('after'));
  expect(new Set(names).size).toBe(502);
  expect(names.length).toBe(502);
  for (let key = 0; key < 7; key += 1) {
    const own = names
      .filter((name) => name.startsWith('change '))
      .map((name) => Number(name.slice(7)))
      .filter((index) => index % 7 === key);
    expect(own).toEqual([...own].sort((a, b) => a - b));
  }
  stop();
  await client.dispose();
});

test('whoever asks is told once that a subscription has its position, and misses nothing from there on', async () => {
  await using gateway = await realTimeGateway();
  let socket: WebSocket | undefined;
  const told: string[] = [];
  const client = createResumableClient({
    url: gateway.url,
    webSocketImpl: WebSocket,
    retryWait: async () => undefined,
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
      },
    },
  });
  const stop = client.subscribe<Payload>(
    { query },
    {
      subscribed: () => told.push('subscribed'),
      next: ({ data }) => data && told.push(data.airportChanged.airport.name),
      error: () => undefined,
      complete: () => undefined,
    },
  );
  await eventually(() => expect(told).toEqual(['subscribed']));
  await gateway.log.append('data.record', [airportUpdated('a0', 'first')]);
  await eventually(() => expect(told).toContain('first'));
  socket?.terminate();
  await gateway.log.append('data.record', [airportUpdated('a0', 'second')]);
  await eventually(() => expect(told).toEqual(['subscribed', 'first', 'second']));
  stop();
  await client.dispose();
});
