import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { Closing } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defaultStandaloneSettings } from '../src/standalone/settings-file.ts';
import { startGateway } from './graph/start-gateway.ts';
import { openShop } from './standalone/shop.ts';

interface UnderTest extends AsyncDisposable {
  readonly url: string;
}
interface Limits {
  readonly arrivalMs?: number;
  readonly underWay?: number;
}

const gateways: Readonly<Record<string, (limits: Limits) => Promise<UnderTest>>> = {
  'the product': ({ underWay = 1_000, ...settings }) =>
    startGateway({
      settings: {
        ...settings,
        underWay: { perCaller: underWay, inAll: underWay },
        requestsPerMinute: 100_000,
      },
    }),
  'the gateway alone': ({ underWay = 1_000, ...settings }) =>
    openShop({ ...settings, limits: { ...defaultStandaloneSettings.limits, underWay } }),
};

const body = JSON.stringify({ query: '{ __typename }' });
const head = `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n`;

/** Sends one byte after another, for as long as it is not cut. */
function trickle(url: string, text: string, everyMs: number) {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  let at = 0;
  const sending = setInterval(() => {
    if (at < text.length) socket.write(text[at] ?? '');
    at += 1;
  }, everyMs);
  let came = '';
  socket.on('data', (data) => {
    came += String(data);
  });
  socket.on('error', () => undefined);
  return {
    /** What came back, once it is closed. */
    answered: once(socket, 'close').then(() => came),
    [Symbol.dispose]: () => {
      clearInterval(sending);
      socket.destroy();
    },
  };
}

const asked = (url: string): Promise<Response> =>
  fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

describe.each(Object.entries(gateways))('%s', (_name, open) => {
  it.each([
    ['its head', `${head}${'x-slow: 1\r\n'.repeat(1_000)}`],
    ['its body, a byte now and then', `${head}\r\n${' '.repeat(1_000)}`],
    [
      'the head of a wish for a socket',
      `GET /graphql HTTP/1.1\r\nupgrade: websocket\r\n${'x-slow: 1\r\n'.repeat(1_000)}`,
    ],
  ])('tells a client that is slow with %s 408 and a code, and closes the connection', async (part, text) => {
    await using gateway = await open({ arrivalMs: 500 });
    // The part that is not slow comes at once.
    const start = part.startsWith('its body') ? text.indexOf('\r\n\r\n') + 4 : 0;
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    let came = '';
    socket.on('data', (data) => {
      came += String(data);
    });
    socket.write(text.slice(0, start));
    let at = start;
    const sending = setInterval(() => socket.write(text[at++] ?? ' '), 10);
    await once(socket, 'close');
    clearInterval(sending);
    expect(came).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(came).toContain('"code":"REQUEST_TIMEOUT"');
    expect(came.toLowerCase()).toContain('connection: close');
  });

  it('waits for none who is slow with its body when it stops, and tells it 408', async () => {
    await using gateway = await open({ arrivalMs: 600_000 });
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    onTestFinished(() => void socket.destroy());
    socket.write(`${head}expect: 100-continue\r\n\r\n`);
    // It is being answered.
    await once(socket, 'data');
    const sending = setInterval(() => socket.write(' '), 10);
    onTestFinished(() => clearInterval(sending));
    const told = text(socket);
    await gateway[Symbol.asyncDispose]();
    expect(await told).toMatch(/^HTTP\/1\.1 408 .*"code":"REQUEST_TIMEOUT"/s);
  });

  it('gives the places of those who send their bodies slowly to others, and tells them 408', async () => {
    await using gateway = await open({ underWay: 4, arrivalMs: 600_000 });
    await using clients = new Closing();
    const slow = Array.from({ length: 4 }, (_, at) =>
      clients.use(`client ${at}`, trickle(gateway.url, `${head}\r\n${' '.repeat(90_000)}`, 1)),
    );
    let told = '';
    void Promise.race(slow.map(({ answered }) => answered)).then((came) => {
      told = came;
    });
    await eventually(async () => {
      const { status } = await asked(gateway.url);
      expect(told).toMatch(/^HTTP\/1\.1 408 .*"code":"REQUEST_TIMEOUT"/s);
      expect(status).toBe(200);
    });
  });
});
