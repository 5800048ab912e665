import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { systemClock } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { beforeAll, expect, test } from 'vitest';
import { openLink } from '../link.fixture.ts';
import { contentOf, contentType, freshKey, MiB } from '../object-store/conformance-objects.ts';
import { openObjectStore } from '../object-store/open.ts';
import type { ObjectStore } from '../object-store/port.ts';
import { createPresignedTokens } from '../object-store/presigned-tokens.ts';
import { operatorOf, storeUrl } from './buckets.fixture.ts';

const url = storeUrl();
url.pathname = `/t${randomBytes(8).toString('hex')}`;

const clock = systemClock;
const tokens = createPresignedTokens({ secret: randomBytes(32), path: '/none', clock });
const connect = (at = url): Promise<ObjectStore> => openObjectStore(at.href, { dataDir: '', tokens, clock });

beforeAll(async () => {
  const client = operatorOf(url);
  await client.send(new CreateBucketCommand({ Bucket: url.pathname.slice(1) }));
  client.destroy();
});

test('those who read slowly keep nobody from asking the store other things, and are told when they are too many', async () => {
  await using store = await connect();
  const key = freshKey();
  await store.put({ key, body: randomBytes(MiB), contentType });
  const slow: Readable[] = [];
  const read = async () => slow.push((await store.get({ key })).body);
  for (let count = 0; count < 512; count += 64) await Promise.all(Array.from({ length: 64 }, read));
  await store.ping();
  expect(await store.head(key)).toMatchObject({ sizeBytes: MiB });
  await expect(store.get({ key })).rejects.toMatchObject({ code: 'OVERLOADED', retryable: true });
  await store.ping();
  for (const body of slow.splice(1)) body.destroy();
  expect(await contentOf(store, key)).toHaveLength(MiB);
  expect((await slow[0]?.toArray())?.length).toBeGreaterThan(0);
});

test.each(['absent', 'with the etag'])(
  'a write on a condition (%s) whose answer is lost is told as what it was: written, once',
  async (condition) => {
    await using link = await openLink(Number(url.port));
    const linked = new URL(url);
    linked.port = String(link.port);
    await using store = await connect(linked);
    await using direct = await connect();
    const key = freshKey();
    const before =
      condition === 'absent'
        ? undefined
        : await direct.put({ key, body: Buffer.from('before'), contentType });
    await store.ping();
    link.swallow();
    const onlyIf = before === undefined ? 'absent' : { etag: before.etag };
    const writing = store.put({ key, body: Buffer.from('written'), contentType, onlyIf });
    const written = await eventually(async () => {
      const head = await direct.head(key);
      expect(head?.sizeBytes).toBe(7);
      return head;
    });
    link.cut();
    expect(await writing).toMatchObject({ versionId: written?.versionId, etag: written?.etag });
    await expect(store.put({ key, body: Buffer.from('other'), contentType, onlyIf })).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
    });
    expect((await contentOf(store, key)).toString()).toBe('written');
  },
);
