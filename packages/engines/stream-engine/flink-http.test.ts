import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { parseFlinkUrl } from './flink-address.ts';
import { type FlinkFrontOptions, openFlinkFront } from './flink-front.fixture.ts';
import { FlinkGateway } from './flink-gateway.ts';

/** Answers what a Flink answers to whoever asks whether it is there, and remembers what was asked. */
async function startPlaces() {
  const asked: string[] = [];
  const server = createServer((request, answer) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url === '/jobs/overview')
      answer.writeHead(500).end('{"errors":["x\\nCaused by: out of slots"]}');
    else answer.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function behindFront(options: Pick<FlinkFrontOptions, 'mutual' | 'login' | 'certificateOf'>) {
  const { asked, url } = await startPlaces();
  const front = await openFlinkFront({ gatewayUrl: url, jobManagerUrl: url, ...options });
  onTestFinished(() => front[Symbol.asyncDispose]());
  const place = `localhost:${front.port}`;
  const open = (login: string, more: Readonly<Record<string, string>>): Promise<FlinkGateway> => {
    const query = new URLSearchParams({ jobManager: place, ...more });
    return FlinkGateway.open(parseFlinkUrl(`flinks://${login}${place}?${query}`, 'STREAM_ENGINE_URL'));
  };
  return { ...front, asked, open };
}

const away = (why: string) =>
  expect.objectContaining({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringMatching(new RegExp(`^STREAM_ENGINE_URL names a Flink that is away: .*${why}`)),
  });

test('flinks:// trusts the authority that the URL names, and nobody without', async () => {
  const { asked, certFile, open } = await behindFront({ mutual: false });
  const gateway = await open('', { tlsCa: certFile });
  await gateway.ping();
  expect(asked).toEqual(['GET /info', 'GET /config']);
  await expect(open('', {}).then((each) => each.ping())).rejects.toEqual(away('is not trusted'));
  const other = { tlsCa: certFile, tlsServerName: 'flink.example' };
  await expect(open('', other).then((each) => each.ping())).rejects.toEqual(away('is not trusted'));
  await expect(open('', { tlsCa: '/nothing.pem' })).rejects.toThrow('cannot be read');
});

test('a certificate is held to the tlsServerName, also where that is an address', async () => {
  const { certFile: tlsCa, open } = await behindFront({ mutual: false, certificateOf: 'IP:192.0.2.7' });
  await (await open('', { tlsCa, tlsServerName: '192.0.2.7' })).ping();
  for (const other of [{}, { tlsServerName: '192.0.2.8' }, { tlsServerName: 'localhost' }])
    await expect((await open('', { tlsCa, ...other })).ping()).rejects.toEqual(away('is not trusted'));
});

test('a certificate of a name is taken of a host that the URL names by its address, where the tlsServerName is that name', async () => {
  const { certFile: tlsCa, port, open } = await behindFront({ mutual: false });
  const at = (more: Readonly<Record<string, string>>): Promise<FlinkGateway> =>
    open('', { tlsCa, jobManager: `127.0.0.1:${port}`, ...more });
  const named = (await at({ tlsServerName: 'localhost' })).jobs();
  // The answer of the place behind it.
  await expect(named).rejects.toMatchObject({ message: 'Flink refuses: out of slots' });
  await expect((await at({})).jobs()).rejects.toEqual(away('is not trusted'));
});

test('a front that asks for a certificate gets the one that the URL names', async () => {
  const { certFile, keyFile, open } = await behindFront({ mutual: true });
  await (await open('', { tlsCa: certFile, tlsCert: certFile, tlsKey: keyFile })).ping();
  await expect((await open('', { tlsCa: certFile })).ping()).rejects.toEqual(away(''));
});

test('a front that asks who comes gets the user and the password of the URL, which no error repeats', async () => {
  const login = { username: 'shop', password: 'p#ss:wörd' };
  const { certFile: tlsCa, open } = await behindFront({ mutual: false, login });
  const named = (password: string) => `shop:${encodeURIComponent(password)}@`;
  const gateway = await open(named(login.password), { tlsCa });
  await gateway.ping();
  await expect(gateway.jobs()).rejects.toMatchObject({
    code: 'INTERNAL',
    message: 'Flink refuses: out of slots',
  });
  for (const wrong of [named('not-it'), '']) {
    const refused = (await open(wrong, { tlsCa })).ping();
    await expect(refused).rejects.toEqual(away('refuses the user or the password'));
    await expect(refused).rejects.not.toThrow('not-it');
  }
});
