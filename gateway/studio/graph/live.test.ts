import { createResumableClient } from '@tributary/client';
import { eventually } from '@tributary/test-kit';
import { gql, type TypedDocumentNode } from '@urql/core';
import { afterEach, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { airportUpdated } from '../../test/subscriptions/airport-subgraph.ts';
import { realTimeGateway } from '../../test/subscriptions/real-time-gateway.ts';
import { openDocument, tokenOf } from '../session/browser-stand-in.ts';
import { Session } from '../session/session.ts';
import { createGraph } from './graph-client.ts';
import { type Hearer, Live } from './live.ts';

interface Changed {
  readonly airportChanged: { readonly airport: { readonly name: string } } | null;
}
const changes: TypedDocumentNode<Changed, { after?: string }> = gql(
  'subscription ($after: String) { airportChanged(after: $after) { airport { id name } } }',
);
const notes: TypedDocumentNode<object, object> = gql('subscription { noteChanged { id } }');
const soon = { leastMs: 20, mostMs: 50 };

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Writes down what it hears, in order. */
function hearer(): Hearer<Changed> & { readonly heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    begun: () => void heard.push('begun'),
    next: ({ airportChanged }) => void heard.push(airportChanged?.airport.name ?? 'nothing'),
    refused: (refusal) => void heard.push(refusal?.code ?? 'comes'),
  };
}

test('a subscription that is refused because it is too much at once begins anew, and says meanwhile that it does not come', async () => {
  await using gateway = await realTimeGateway({ chargesAllowed: 0 });
  const socket = createResumableClient({ url: gateway.url, webSocketImpl: WebSocket });
  const live = new Live(socket, soon);
  const { heard, ...hears } = hearer();
  const stop = live.follow(changes, {}, hears);
  await eventually(() => expect(live.standstill()).toEqual({ waiting: 1, refused: 0 }));
  // It may have been tried more than once by then.
  expect(new Set(heard)).toEqual(new Set(['RATE_LIMITED']));
  gateway.allowCharges(1_000);
  await eventually(() => expect(heard.slice(-2)).toEqual(['comes', 'begun']));
  expect(live.standstill()).toEqual({ waiting: 0, refused: 0 });
  await gateway.log.append('data.record', [airportUpdated('a0', 'after')]);
  await eventually(() => expect(heard.at(-1)).toBe('after'));
  stop();
  await socket.dispose();
});

test('one whose cursor is older than what is kept begins anew, and says so, because what was between is lost', async () => {
  await using gateway = await realTimeGateway();
  const socket = createResumableClient({ url: gateway.url, webSocketImpl: WebSocket });
  const live = new Live(socket, soon);
  const { heard, ...hears } = hearer();
  const refused = vi.spyOn(socket, 'subscribe').mockImplementationOnce((_payload, sink) => {
    sink.error([{ message: 'It is older than what is kept.', extensions: { code: 'CURSOR_EXPIRED' } }]);
    return () => undefined;
  });
  const stop = live.follow(changes, {}, hears);
  await eventually(() => expect(heard).toEqual(['CURSOR_EXPIRED', 'comes', 'begun']));
  expect(refused).toHaveBeenCalledTimes(2);
  stop();
  await socket.dispose();
});

test('one that is refused for good is not tried again, and counts until nobody follows it', async () => {
  await using gateway = await realTimeGateway();
  const socket = createResumableClient({ url: gateway.url, webSocketImpl: WebSocket });
  const live = new Live(socket, soon);
  const refused: unknown[] = [];
  const stop = live.follow(
    notes,
    {},
    {
      next: () => undefined,
      refused: (refusal) => void refused.push(refusal?.code),
    },
  );
  await eventually(() => expect(live.standstill()).toEqual({ waiting: 0, refused: 1 }));
  expect(refused).toHaveLength(1);
  stop();
  expect(live.standstill()).toEqual({ waiting: 0, refused: 0 });
  await socket.dispose();
});

/** Whoever is signed in has one access token after the other, as the gateway of the test reads them. */
async function signedInAt(url: string): Promise<{ readonly session: Session; readonly asked: string[] }> {
  let made = 0;
  const document = openDocument(() => {
    made += 1;
    const id = tokenOf(`token ${made}`);
    return { status: 200, body: { accessToken: JSON.stringify({ id, role: 'EDITOR' }) } };
  });
  vi.stubGlobal('location', { ...location, href: url.replace('ws:', 'http:') });
  vi.stubGlobal('WebSocket', WebSocket);
  const session = new Session();
  await session.signIn('ann@demo.local', 'secret');
  return { session, asked: document.asked };
}

test('a token that was revoked is not shown again: the next comes back with what counts now', async () => {
  await using gateway = await realTimeGateway();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const { session, asked } = await signedInAt(gateway.url);
  const { live } = createGraph(session);
  const { heard, ...hears } = hearer();
  let connections = 0;
  live.socket.on('opened', () => {
    connections += 1;
  });
  const stop = live.follow(changes, {}, hears);
  await eventually(() => expect(heard).toEqual(['begun']));
  gateway.revoke(({ id }) => id.startsWith('token 1'));
  await eventually(() => expect(connections).toBe(2));
  await gateway.log.append('data.record', [airportUpdated('a0', 'after')]);
  await eventually(() => expect(heard).toEqual(['begun', 'after']));
  expect([connections, asked]).toEqual([2, ['POST /studio/session', 'POST /studio/session/refresh']]);
  stop();
  await live.socket.dispose();
});

test('however often a gateway that is away was tried, it is tried again', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const { session } = await signedInAt('ws://127.0.0.1:1/graphql');
  const { live } = createGraph(session);
  const { heard, ...hears } = hearer();
  let tries = 0;
  live.socket.on('connecting', () => {
    tries += 1;
  });
  const stop = live.follow(changes, {}, hears);
  await eventually(() => expect(tries).toBeGreaterThan(40));
  expect(heard).toEqual([]);
  stop();
});
