import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { systemClock as clock, createLogger } from '@tributary/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { contentType, freshKey } from '../object-store/conformance-objects.ts';
import { openObjectStore } from '../object-store/open.ts';
import { createPresignedTokens } from '../object-store/presigned-tokens.ts';
import { parseS3Url } from '../object-store/s3-address.ts';
import { operatorOf, storeUrl } from './buckets.fixture.ts';

const tokens = createPresignedTokens({ secret: randomBytes(32), path: '/none', clock });
const url = storeUrl();

/** Everything under which starts write, also what was removed: this bucket keeps versions. */
async function leftByStarts(): Promise<number> {
  const { bucket } = parseS3Url(url.href);
  const client = operatorOf(url);
  const all = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: '.tributary/uploads/start' });
  const { Versions = [], DeleteMarkers = [] } = await client.send(all);
  client.destroy();
  return Versions.length + DeleteMarkers.length;
}

/** The way to the store, on which signatures can be spoilt: to the store that is what they are once its keys are others. */
async function wayToStore() {
  const spoilt = { is: false };
  const server = createServer((asked, answer) => {
    const { authorization = '' } = asked.headers;
    const sent = spoilt.is ? authorization.replace(/Signature=..../, 'Signature=0000') : authorization;
    const { hostname, port } = url;
    const headers = { ...asked.headers, authorization: sent };
    const onward = request(
      { hostname, port, method: asked.method, path: asked.url, headers },
      (from) => void from.pipe(answer.writeHead(from.statusCode ?? 0, from.headers)),
    );
    asked.pipe(onward);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  return { url: through.href, spoilt };
}

test('a key for encryption that is not there is told at the start, and a start with one that is there leaves nothing', async () => {
  const wrong = new URL(url);
  wrong.searchParams.set('kmsKeyId', 'none-of-this-name');
  await expect(openObjectStore(wrong.href, { dataDir: '', tokens, clock })).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringMatching(/^OBJECT_STORE_URL names .* cannot use the key that kmsKeyId names/),
  });
  await using _store = await openObjectStore(url.href, { dataDir: '', tokens, clock });
  expect(await leftByStarts()).toBe(0);
});

test('keys that the store refuses while it is in use are told in the log, once', async () => {
  const way = await wayToStore();
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ name: 'test', level: 'warn', destination });
  await using store = await openObjectStore(way.url, { dataDir: '', tokens, clock, log });
  const put = () => store.put({ key: freshKey(), body: Buffer.from('a'), contentType });
  await put();
  expect(lines).toEqual([]);
  way.spoilt.is = true;
  for (let tries = 0; tries < 3; tries += 1)
    await expect(put()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      msg: 'the object store refuses what is asked of it',
      err: expect.objectContaining({ reason: expect.stringMatching(/refuses the keys; correct them\.$/) }),
    }),
  ]);
  expect(lines.join('')).not.toContain(new URL(way.url).password);
  way.spoilt.is = false;
  await put();
});
