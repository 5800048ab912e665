import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, type CreateBucketRequest, S3Client } from '@aws-sdk/client-s3';
import { inject } from 'vitest';
import { parseS3Url } from '../object-store/s3-address.ts';

/** The store under test; its bucket keeps versions. */
export const storeUrl = (): URL =>
  new URL(inject('engines')['S3_URL'] ?? 'missing: run npm run test:engines -- s3');

/** Asks the store itself, as its operator does. */
export function operatorOf(url: URL): S3Client {
  const { region, endpoint, credentials } = parseS3Url(url.href);
  return new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    forcePathStyle: true,
  });
}

/** A new bucket, its URL, and who may do everything with it. */
export async function newBucket(options: Omit<CreateBucketRequest, 'Bucket'> = {}) {
  const url = storeUrl();
  url.pathname = `/t${randomBytes(8).toString('hex')}`;
  const Bucket = url.pathname.slice(1);
  const client = operatorOf(url);
  await client.send(new CreateBucketCommand({ ...options, Bucket }));
  return { url: url.href, Bucket, client };
}
