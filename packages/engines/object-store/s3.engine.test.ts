import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import { systemClock } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { beforeAll, expect, test } from 'vitest';
import { describeStoredTables } from '../batch-engine/conformance-stored.ts';
import { openBatchEngine } from '../batch-engine/open.ts';
import { openLink } from '../link.fixture.ts';
import { operatorOf, storeUrl } from '../s3/buckets.fixture.ts';
import { describeObjectStore } from './conformance.ts';
import {
  contentOf,
  contentType,
  freshKey,
  inChunks,
  MiB,
  putParts,
  sha256Of,
} from './conformance-objects.ts';
import { openObjectStore } from './open.ts';
import type { ObjectStore } from './port.ts';
import { createPresignedTokens } from './presigned-tokens.ts';

const url = storeUrl();
url.pathname = `/t${randomBytes(8).toString('hex')}`;

const clock = systemClock;
const tokens = createPresignedTokens({ secret: randomBytes(32), path: '/none', clock });
const connect = (): Promise<ObjectStore> => openObjectStore(url.href, { dataDir: '', tokens, clock });

beforeAll(async () => {
  const client = operatorOf(url);
  await client.send(new CreateBucketCommand({ Bucket: url.pathname.slice(1) }));
  client.destroy();
});

describeObjectStore('S3', async () => {
  const store = await connect();
  return {
    store,
    connect,
    hidesKeysBelowKeys: true,
    send: ({ method, url: at, headers }, body, otherHeaders) => {
      // fetch counts the bytes itself, and refuses to send others than it was told.
      const { 'content-length': _, ...sent } = { ...headers, ...otherHeaders };
      return fetch(at, {
        method,
        headers: sent,
        ...(body === undefined ? {} : { body: new Uint8Array(body) }),
      });
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
});

describeStoredTables(
  'DuckDB',
  async () => {
    const engine = await openBatchEngine('embedded:', { clock });
    return { engine, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() };
  },
  async () => {
    const store = await connect();
    return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
  },
);

test('MinIO keeps a key below another one, reads it, and leaves it out of lists', async () => {
  await using store = await connect();
  const key = freshKey();
  for (const each of [key, `${key}/below`])
    await store.put({ key: each, body: Buffer.from(each), contentType });
  expect((await contentOf(store, `${key}/below`)).toString()).toBe(`${key}/below`);
  const { objects } = await store.list({ prefix: key, limit: 10 });
  expect(objects.map((object) => object.key)).toEqual([key]);
});

test('what S3 cannot do: a last part that was announced as a middle one is not noticed, and moments are whole seconds', async () => {
  await using store = await connect();
  const key = freshKey();
  const upload = await store.beginUpload({ key, contentType, partBytes: 5 * MiB });
  const bytes = randomBytes(5 * MiB);
  const middle = { upload, number: 1, last: false, body: bytes, sizeBytes: bytes.length };
  const parts = [await store.putPart(middle)];
  expect(await store.completeUpload({ upload, parts })).toMatchObject({ key, sizeBytes: bytes.length });
  const head = await store.head(key);
  expect(Number(head?.lastModifiedMs) % 1_000).toBe(0);
});

test('a body of unknown size is sent in pieces, and one that is too long or other than announced leaves nothing', async () => {
  await using store = await connect();
  const key = freshKey();
  const bytes = randomBytes(17 * MiB + 5);
  const put = await store.put({ key, body: inChunks(bytes), contentType, sha256: sha256Of(bytes) });
  expect(put.sizeBytes).toBe(bytes.byteLength);
  expect((await contentOf(store, key)).equals(bytes)).toBe(true);
  const other = store.put({ key, body: inChunks(bytes), contentType, sha256: sha256Of(bytes.subarray(1)) });
  await expect(other).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  const taken = store.put({ key, body: inChunks(bytes), contentType, onlyIf: 'absent' });
  await expect(taken).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
  expect(await store.versions(key)).toHaveLength(1);
});

test.each([
  [
    'with the key that the URL names',
    { sse: 'aws:kms', kmsKeyId: 'tributary' },
    { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: expect.stringContaining('tributary') },
  ],
  ['with a key of the store’s own', { sse: 'AES256' }, { ServerSideEncryption: 'AES256' }],
])(
  'objects are encrypted %s, however they were written, and come back as they were',
  async (_, options, encryption) => {
    const encrypted = new URL(url);
    for (const name of ['sse', 'kmsKeyId']) encrypted.searchParams.delete(name);
    for (const [name, value] of Object.entries(options)) encrypted.searchParams.set(name, value);
    await using store = await openObjectStore(encrypted.href, { dataDir: '', tokens, clock });
    const [whole, inParts, presigned] = [freshKey(), freshKey(), freshKey()];
    const secret = Buffer.from('secret');
    await store.put({ key: whole, body: secret, contentType });
    const upload = await store.beginUpload({ key: inParts, contentType, partBytes: 5 * MiB });
    const client = operatorOf(url);
    const Bucket = url.pathname.slice(1);
    const told = await client.send(new ListObjectsV2Command({ Bucket, Prefix: '.tributary/uploads/' }));
    const marked = told.Contents?.find(({ Key }) => Key?.endsWith(inParts))?.Key;
    const mark = await client.send(new HeadObjectCommand({ Bucket, Key: marked }));
    expect(mark).toMatchObject(encryption);
    await store.completeUpload({ upload, parts: await putParts(store, upload, [secret]) });
    const request = await store.presign({
      ...{ method: 'PUT', key: presigned, contentType, expiresInSeconds: 60 },
      ...{ sizeBytes: secret.length, sha256: sha256Of(secret) },
    });
    const { 'content-length': _length, ...headers } = request.headers;
    expect((await fetch(request.url, { method: 'PUT', headers, body: secret })).status).toBe(200);
    for (const key of [whole, inParts, presigned]) {
      expect((await contentOf(store, key)).toString()).toBe('secret');
      const head = await client.send(new HeadObjectCommand({ Bucket, Key: key }));
      expect(head).toMatchObject(encryption);
    }
    client.destroy();
  },
);

const silent = {
  code: 'ENGINE_UNAVAILABLE',
  message: expect.stringMatching(/does not answer|cannot be reached/),
};

/** The store by a way that can fail, given up after two seconds. */
function impatientlyOver(port: number): URL {
  const linked = new URL(url);
  linked.port = String(port);
  linked.searchParams.set('timeoutMs', '2000');
  return linked;
}

test('a store has a hundred connections, however many ask at once; the others wait for one', async () => {
  await using link = await openLink(Number(url.port));
  const linked = new URL(url);
  linked.port = String(link.port);
  await using store = await openObjectStore(linked.href, { dataDir: '', tokens, clock });
  link.freeze();
  const asked = Promise.allSettled(Array.from({ length: 150 }, () => store.head(freshKey())));
  await eventually(() => expect(link.widest()).toBeGreaterThanOrEqual(100));
  expect(link.widest()).toBe(100);
  link.open();
  link.cut();
  expect(await asked).toHaveLength(150);
  expect(await store.head(freshKey())).toBeUndefined();
});

test('a store that is frozen is given up after its time limit, whatever it was asked, and serves again when it goes on', async () => {
  await using link = await openLink(Number(url.port));
  const linked = impatientlyOver(link.port);
  await using store = await openObjectStore(linked.href, { dataDir: '', tokens, clock });
  const key = freshKey();
  const bytes = randomBytes(20 * MiB);
  await store.put({ key, body: Buffer.from('kept'), contentType });
  const upload = await store.beginUpload({ key: freshKey(), contentType, partBytes: 5 * MiB });
  link.freeze();
  const asked = [
    () => store.ping(),
    () => store.head(key),
    () => store.get({ key }),
    () => store.list({ prefix: key, limit: 1 }),
    () => store.delete(key),
    () => store.put({ key, body: Buffer.from('new'), contentType }),
    () => store.put({ key, body: inChunks(bytes), contentType }),
    () => store.put({ key, body: inChunks(bytes), sizeBytes: bytes.byteLength, contentType }),
    () => putParts(store, upload, [Buffer.from('new')]),
    () => store.completeUpload({ upload, parts: [] }),
  ];
  // All at once, so that each finds out by itself.
  const outcomes = await Promise.allSettled(asked.map((ask) => ask()));
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: silent });
  await expect(openObjectStore(linked.href, { dataDir: '', tokens, clock })).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
  });
  link.open();
  await eventually(async () => expect((await contentOf(store, key)).toString()).toBe('kept'));
});

test('a store that falls silent in the middle of a read ends it after its time limit, as worth trying again', async () => {
  await using link = await openLink(Number(url.port));
  const linked = impatientlyOver(link.port);
  await using store = await openObjectStore(linked.href, { dataDir: '', tokens, clock });
  const key = freshKey();
  const bytes = randomBytes(32 * MiB);
  await store.put({ key, body: bytes, contentType });
  for (const [trouble, told] of [
    [() => link.silence(), { ...silent, retryable: true }],
    [() => link.cut(), { code: 'ENGINE_UNAVAILABLE', retryable: true }],
  ] as const) {
    const { body } = await eventually(() => store.get({ key }));
    const pieces = body[Symbol.asyncIterator]();
    expect((await pieces.next()).done).toBe(false);
    trouble();
    const rest = (async () => {
      while ((await pieces.next()).done !== true);
    })();
    await expect(rest).rejects.toMatchObject(told);
  }
  await eventually(async () => expect((await contentOf(store, key)).equals(bytes)).toBe(true));
});

test('a body that comes slower than the time limit of the store is stored all the same', async () => {
  const patient = new URL(url);
  patient.searchParams.set('timeoutMs', '2000');
  await using store = await openObjectStore(patient.href, { dataDir: '', tokens, clock });
  const key = freshKey();
  async function* slowly(): AsyncGenerator<Uint8Array, void> {
    yield Buffer.from('slow');
    await delay(2_500);
    yield Buffer.from('ly');
  }
  await store.put({ key, body: slowly(), sizeBytes: 6, contentType });
  expect((await contentOf(store, key)).toString()).toBe('slowly');
});

test('what is written while the versioning is suspended is there, then and when it is on again', async () => {
  await using store = await connect();
  const client = operatorOf(url);
  const [small, large] = [freshKey(), freshKey()];
  const bytes = randomBytes(5 * MiB + 1);
  for (const Status of ['Suspended', 'Enabled'] as const) {
    const Bucket = url.pathname.slice(1);
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    if (Status === 'Suspended') {
      const put = await store.put({ key: small, body: Buffer.from('small'), contentType });
      const upload = await store.beginUpload({ key: large, contentType, partBytes: 5 * MiB });
      const parts = await putParts(store, upload, [bytes.subarray(0, 5 * MiB), bytes.subarray(5 * MiB)]);
      const made = await store.completeUpload({ upload, parts });
      expect([put.versionId, made.versionId]).toEqual(['null', 'null']);
    }
    expect(await store.head(small)).toEqual(await store.head(small, 'null'));
    expect((await contentOf(store, small)).toString()).toBe('small');
    expect(sha256Of(await contentOf(store, large))).toBe(sha256Of(bytes));
  }
  client.destroy();
});

test('a bucket that cannot be used is told at the start, without the secret', async () => {
  const wrong = [
    [{ password: 'wrong-secret' }, /cannot be used: .*refuses the keys/],
    [{ pathname: '/no-such-bucket-here' }, /there is no such bucket/],
    [{ port: '1' }, /nothing listens there/],
    [{ search: new URL(url).search.replace('tls=off', 'tls=on') }, /does not speak TLS there/],
  ] as const;
  for (const [change, message] of wrong) {
    const changed = Object.assign(new URL(url), change);
    const opening = openObjectStore(changed.href, { dataDir: '', tokens, clock });
    await expect(opening).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(message),
    });
    await expect(opening).rejects.not.toThrow('wrong-secret');
  }
});
