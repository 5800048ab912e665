import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { promisify } from 'node:util';
import { systemClock } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { openKeyValue } from '../key-value/open.ts';
import { freshRedisUrl } from './provisioned.fixture.ts';

const clock = systemClock;

/** TLS in front of the Redis of this run, as a provider puts it there; it wants to see a certificate when `mutual`. */
async function overTls({ mutual }: { readonly mutual: boolean }) {
  const folder = await mkdtemp(join(tmpdir(), 'redis-tls-'));
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject];
  await promisify(execFile)('openssl', [...made, '-keyout', keyFile, '-out', certFile]);
  const [key, cert] = await Promise.all([readFile(keyFile), readFile(certFile)]);
  const redisPort = Number(new URL(freshRedisUrl()).port);
  const options = mutual ? { requestCert: true, rejectUnauthorized: true, ca: cert } : {};
  const server = createServer({ key, cert, ...options }, (near) => {
    const far = connect({ host: '127.0.0.1', port: redisPort });
    for (const socket of [near, far])
      socket.on('error', () => undefined).on('close', () => [near, far].map((each) => each.destroy()));
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    keyFile,
    certFile,
    url: (options: Readonly<Record<string, string>>) =>
      freshRedisUrl({ port: String(port), ...options }).replace(/^redis:/, 'rediss:'),
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

test('rediss:// is used with a certificate that its authority vouches for, and refused without', async () => {
  await using under = await overTls({ mutual: false });
  const trusted = { tlsCa: under.certFile, tlsServerName: 'localhost' };
  await using keyValue = await openKeyValue(under.url(trusted), { clock });
  await keyValue.set('k', 'x');
  expect(await keyValue.get('k')).toBe('x');
  const { tlsCa, tlsServerName } = trusted;
  await expect(openKeyValue(under.url({ tlsServerName }), { clock })).rejects.toThrow('is not trusted');
  await expect(openKeyValue(under.url({ tlsCa, tlsServerName: 'other' }), { clock })).rejects.toThrow(
    'is not trusted',
  );
});

test('a server that asks for a certificate gets the one that is named', async () => {
  await using under = await overTls({ mutual: true });
  const trusted = { tlsCa: under.certFile, tlsServerName: 'localhost' };
  const shown = { ...trusted, tlsCert: under.certFile, tlsKey: under.keyFile };
  await using keyValue = await openKeyValue(under.url(shown), { clock });
  await keyValue.ping();
  await expect(openKeyValue(under.url(trusted), { clock })).rejects.toThrow('cannot be used');
  const missing = { ...shown, tlsKey: join(tmpdir(), 'nothing.pem') };
  await expect(openKeyValue(under.url(missing), { clock })).rejects.toThrow('cannot be read');
});

test('TLS where there is none, and none where there is TLS, is told as such', async () => {
  await using under = await overTls({ mutual: false });
  const plain = freshRedisUrl().replace(/^redis:/, 'rediss:');
  await expect(openKeyValue(plain, { clock })).rejects.toThrow('cannot be used');
  const bare = under.url({}).replace(/^rediss:/, 'redis:');
  await expect(openKeyValue(bare, { clock })).rejects.toThrow('does it want TLS');
});
