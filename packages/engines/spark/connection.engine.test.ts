import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openTlsFront, type TlsFrontOptions } from '../tls-front.fixture.ts';
import { answerOf, openSpark, sparkUrl } from './provisioned.fixture.ts';

vi.setConfig({ testTimeout: 300_000 });

/** Passes bytes on to the Spark of this run. */
function passOn(near: Socket): void {
  const far = connect({ host: '127.0.0.1', port: Number(new URL(sparkUrl()).port) });
  for (const socket of [near, far])
    socket.on('error', () => undefined).on('close', () => [near, far].map((each) => each.destroy()));
  near.pipe(far).pipe(near);
}

async function portOf(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return String((server.address() as AddressInfo).port);
}

test('a token that is wrong, a port nobody listens on: the error names the setting and what to look at, never the token', async () => {
  const wrong = sparkUrl({ password: 'not-the-token', timeoutMs: '5000' });
  await expect(openSpark(wrong)).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringMatching(/^BATCH_ENGINE_URL .* refuses the token/),
  });
  await expect(openSpark(wrong)).rejects.not.toThrow('not-the-token');
  await expect(openSpark(sparkUrl({ port: '1', timeoutMs: '500' }))).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    details: { engine: 'spark', place: '127.0.0.1:1' },
  });
});

/** `sparks://` through a front that wants to see a certificate when `mutual`. */
async function overTls(options: TlsFrontOptions) {
  const front = await openTlsFront(Number(new URL(sparkUrl()).port), { ...options, protocols: ['h2'] });
  const url = (options: Readonly<Record<string, string>>): string =>
    sparkUrl({
      port: String(front.port),
      tlsServerName: 'localhost',
      timeoutMs: '5000',
      ...options,
    }).replace(/^spark:/, 'sparks:');
  return { ...front, url };
}

const one = { sql: 'SELECT 1', tables: [] };

test('sparks:// is used with a certificate that its authority vouches for, and refused without', async () => {
  await using under = await overTls({ mutual: false });
  await using engine = await openSpark(under.url({ tlsCa: under.certFile, timeoutMs: '60000' }));
  expect((await answerOf(engine, one)).rows).toEqual([[1]]);
  await expect(openSpark(under.url({}))).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  await expect(openSpark(under.url({ tlsCa: '/nothing.pem' }))).rejects.toThrow('cannot be read');
});

test('a certificate is held to the tlsServerName, also where that is an address', async () => {
  await using under = await overTls({ mutual: false, certificateOf: 'IP:192.0.2.7' });
  const { certFile: tlsCa } = under;
  await using engine = await openSpark(under.url({ tlsCa, tlsServerName: '192.0.2.7', timeoutMs: '60000' }));
  expect((await answerOf(engine, one)).rows).toEqual([[1]]);
  const other = under.url({ tlsCa, tlsServerName: '192.0.2.8' });
  await expect(openSpark(other)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
});

test('a Spark that asks for a certificate gets the one that is named, and lets nobody in without', async () => {
  await using under = await overTls({ mutual: true });
  const { certFile: tlsCa, certFile: tlsCert, keyFile: tlsKey } = under;
  await using engine = await openSpark(under.url({ tlsCa, tlsCert, tlsKey, timeoutMs: '60000' }));
  expect((await answerOf(engine, one)).rows).toEqual([[1]]);
  await expect(openSpark(under.url({ tlsCa }))).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
});

test('a connection that is cut in the middle of a query is made again, and the answer goes on where it stood', async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    passOn(socket);
  });
  const port = await portOf(server);
  await using engine = await openSpark(sparkUrl({ port, timeoutMs: '60000' }));
  let cuts = 0;
  const cut = (): void => {
    cuts += 1;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const sql = "SELECT count(*) FROM range(3000000) t(n) WHERE md5(md5(md5(CAST(n AS STRING)))) = ''";
  // Progress is told while it works: at its first word the line goes dead.
  const onProgress = (): void => {
    if (cuts === 0) cut();
  };
  expect((await answerOf(engine, { sql, tables: [], onProgress })).rows).toEqual([[0n]]);
  expect(cuts).toBe(1);
  await engine.ping();
});
