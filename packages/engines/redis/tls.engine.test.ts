import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTlsFront, type TlsFrontOptions } from '../tls-front.fixture.ts';
import { freshRedisUrl, openRedis } from './provisioned.fixture.ts';

/** TLS in front of the Redis of this run; it wants to see a certificate when `mutual`. */
async function overTls(options: TlsFrontOptions) {
  const front = await openTlsFront(Number(new URL(freshRedisUrl()).port), options);
  const url = (options: Readonly<Record<string, string>>): string =>
    freshRedisUrl({ port: String(front.port), ...options }).replace(/^redis:/, 'rediss:');
  return { ...front, url };
}

test('rediss:// is used with a certificate that its authority vouches for, and refused without', async () => {
  await using under = await overTls({ mutual: false });
  const trusted = { tlsCa: under.certFile, tlsServerName: 'localhost' };
  await using keyValue = await openRedis(under.url(trusted));
  await keyValue.set('k', 'x');
  expect(await keyValue.get('k')).toBe('x');
  const { tlsCa, tlsServerName } = trusted;
  await expect(openRedis(under.url({ tlsServerName }))).rejects.toThrow('is not trusted');
  await expect(openRedis(under.url({ tlsCa, tlsServerName: 'other' }))).rejects.toThrow('is not trusted');
});

test('a certificate is held to the tlsServerName, also where that is an address', async () => {
  await using under = await overTls({ mutual: false, certificateOf: 'IP:192.0.2.7' });
  const { certFile: tlsCa } = under;
  await using keyValue = await openRedis(under.url({ tlsCa, tlsServerName: '192.0.2.7' }));
  await keyValue.ping();
  for (const other of [{}, { tlsServerName: '192.0.2.8' }])
    await expect(openRedis(under.url({ tlsCa, ...other }))).rejects.toThrow('is not trusted');
});

test('a server that asks for a certificate gets the one that is named', async () => {
  await using under = await overTls({ mutual: true });
  const trusted = { tlsCa: under.certFile, tlsServerName: 'localhost' };
  const shown = { ...trusted, tlsCert: under.certFile, tlsKey: under.keyFile };
  await using keyValue = await openRedis(under.url(shown));
  await keyValue.ping();
  await expect(openRedis(under.url(trusted))).rejects.toThrow('cannot be used');
  const missing = { ...shown, tlsKey: join(tmpdir(), 'nothing.pem') };
  await expect(openRedis(under.url(missing))).rejects.toThrow('cannot be read');
});

test('TLS where there is none, and none where there is TLS, is told as such', async () => {
  await using under = await overTls({ mutual: false });
  const plain = freshRedisUrl().replace(/^redis:/, 'rediss:');
  await expect(openRedis(plain)).rejects.toThrow('cannot be used');
  const bare = under.url({}).replace(/^rediss:/, 'redis:');
  await expect(openRedis(bare)).rejects.toThrow('it wants TLS');
});
