import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { typescriptProgram } from '@tributary/test-kit';
import { beforeAll, expect, test } from 'vitest';
import { openTlsFront } from '../tls-front.fixture.ts';
import { operatorOf, storeUrl } from './buckets.fixture.ts';

const program = typescriptProgram(fileURLToPath(new URL('put-and-get.fixture.ts', import.meta.url)));
const provisioned = storeUrl();
const bucket = `t${randomBytes(8).toString('hex')}`;

beforeAll(async () => {
  const client = operatorOf(provisioned);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
});

/** The bucket under another host and port. */
function at(host: string, options: Readonly<Record<string, string>>): string {
  const url = new URL(provisioned);
  url.host = host;
  url.pathname = `/${bucket}`;
  for (const [name, value] of Object.entries(options)) url.searchParams.set(name, value);
  return url.href;
}

async function putAndGet(url: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...program, url], {
    cwd: import.meta.dirname,
    env: { ...process.env, ...env },
  });
  return stdout;
}

test('a bucket over HTTPS is used when the URL, or Node, names an authority that vouches for its certificate, and refused otherwise', async () => {
  await using front = await openTlsFront(Number(provisioned.port), { mutual: false });
  const url = at(`localhost:${front.port}`, { tls: 'on' });
  expect(await putAndGet(at(`localhost:${front.port}`, { tls: 'on', tlsCa: front.certFile }))).toMatch(
    /^kept by /,
  );
  expect(await putAndGet(url, { NODE_EXTRA_CA_CERTS: front.certFile })).toMatch(/^kept by /);
  await expect(putAndGet(url)).rejects.toThrow(/cannot be used: .*localhost/);
  const missing = at(`localhost:${front.port}`, { tls: 'on', tlsCa: '/nothing.pem' });
  await expect(putAndGet(missing)).rejects.toThrow(
    'OBJECT_STORE_URL names the file /nothing.pem, which cannot be read',
  );
});

test('a store that asks for a certificate gets the one that the URL names', async () => {
  await using front = await openTlsFront(Number(provisioned.port), { mutual: true });
  const { certFile: tlsCa, certFile: tlsCert, keyFile: tlsKey } = front;
  const host = `localhost:${front.port}`;
  expect(await putAndGet(at(host, { tls: 'on', tlsCa, tlsCert, tlsKey }))).toMatch(/^kept by /);
  await expect(putAndGet(at(host, { tls: 'on', tlsCa }))).rejects.toThrow(/cannot be used/);
});

test('pathStyle=off asks for the bucket as a host', async () => {
  const host = `localhost:${provisioned.port}`;
  expect(await putAndGet(at(host, { pathStyle: 'off' }))).toBe(`kept by ${bucket}.${host}`);
  expect(await putAndGet(at(host, { pathStyle: 'on' }))).toBe(`kept by ${host}`);
});
