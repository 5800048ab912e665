import { randomBytes } from 'node:crypto';
import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { systemClock as clock } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { openObjectStore } from '../object-store/open.ts';
import { createPresignedTokens } from '../object-store/presigned-tokens.ts';
import { newBucket } from './buckets.fixture.ts';

const tokens = createPresignedTokens({ secret: randomBytes(32), path: '/none', clock });

/** A new bucket, and somebody who turns its versions on and off. */
async function bucketOf() {
  const { url, Bucket, client } = await newBucket();
  return {
    url,
    turn: (Status: 'Suspended' | 'Enabled') =>
      client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } })),
    [Symbol.dispose]: () => client.destroy(),
  };
}

test('a bucket whose versions are turned off while it is in use is not there within a minute, and there when they are on again', async () => {
  using bucket = await bucketOf();
  let nowMs = 0;
  const later = { ...clock, monotonicMs: () => nowMs };
  await using store = await openObjectStore(bucket.url, { dataDir: '', tokens, clock: later });
  await store.ping();
  await bucket.turn('Suspended');
  nowMs += 60_000;
  for (let look = 0; look < 2; look += 1)
    await expect(store.ping()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await bucket.turn('Enabled');
  await store.ping();
});

test('a bucket whose versions were turned off is refused', async () => {
  using bucket = await bucketOf();
  await bucket.turn('Suspended');
  const opening = openObjectStore(bucket.url, { dataDir: '', tokens, clock });
  await expect(opening).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
