import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { systemClock as clock } from '@tributary/runtime';
import { expect, inject, test } from 'vitest';
import { openObjectStore } from '../object-store/open.ts';
import { createPresignedTokens } from '../object-store/presigned-tokens.ts';
import { parseS3Url } from '../object-store/s3-address.ts';

const tokens = createPresignedTokens({ secret: randomBytes(32), path: '/none', clock });
const partBytes = 5 * 1024 * 1024;

/** A new bucket in which nothing is removed for a day, but by who may pass over that. */
async function lockedBucket() {
  const url = new URL(inject('engines')['S3_URL'] ?? 'missing: run npm run test:engines -- s3');
  url.pathname = `/t${randomBytes(8).toString('hex')}`;
  const Bucket = url.pathname.slice(1);
  const { region, endpoint, credentials } = parseS3Url(url.href);
  const client = new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    forcePathStyle: true,
  });
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
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
    url: url.href,
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
