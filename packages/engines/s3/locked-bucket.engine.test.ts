import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { systemClock as clock } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { openObjectStore } from '../object-store/open.ts';
import { createPresignedTokens } from '../object-store/presigned-tokens.ts';
import { newBucket } from './buckets.fixture.ts';

const tokens = createPresignedTokens({ secret: randomBytes(32), path: '/none', clock });
const partBytes = 5 * 1024 * 1024;

/** A new bucket in which nothing is removed for a day, but by who may pass over that. */
async function lockedBucket() {
  const { url, Bucket, client } = await newBucket({ ObjectLockEnabledForBucket: true });
  await client.send(
    new PutObjectLockConfigurationCommand({
      Bucket,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } },
      },
    }),
  );
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      const { Versions = [], DeleteMarkers = [] } = await client.send(
        new ListObjectVersionsCommand({ Bucket }),
      );
      const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
      await client.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects }, BypassGovernanceRetention: true }),
      );
      await client.send(new DeleteBucketCommand({ Bucket }));
      client.destroy();
    },
  };
}

test('in a bucket whose objects are locked an upload in parts is completed and aborted at once, and none is taken for unfinished', async () => {
  await using bucket = await lockedBucket();
  await using store = await openObjectStore(bucket.url, { dataDir: '', tokens, clock });
  const body = randomBytes(partBytes);
  const begin = { contentType: 'text/plain', metadata: {}, partBytes };
  const upload = await store.beginUpload({ ...begin, key: 'locked' });
  const part = await store.putPart({
    upload,
    number: 1,
    last: true,
    body: Readable.from([body]),
    sizeBytes: body.length,
  });
  expect(await store.completeUpload({ upload, parts: [part] })).toMatchObject({ sizeBytes: body.length });
  expect(await store.completeUpload({ upload, parts: [part] })).toMatchObject({ sizeBytes: body.length });
  const other = await store.beginUpload({ ...begin, key: 'other' });
  await store.abortUpload(other);
  const open = await store.beginUpload({ ...begin, key: 'open' });
  const unfinished = await store.unfinishedUploads(clock.now() + 60_000, 10);
  expect(unfinished.map(({ key }) => key)).toEqual(['open']);
  await store.abortUpload(open);
});
