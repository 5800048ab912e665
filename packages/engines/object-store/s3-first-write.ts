import { randomUUID } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { CodedError } from '@tributary/runtime';
import type { S3Bucket } from './s3-bucket.ts';

/** Beside the marks of uploads, where no key of the port lies. */
const folder = '.tributary/starts/';

/**
 * Writes an object as all are written, and removes it: what is wrong with the key that encrypts, or with a right, is found out before anybody's upload is. A store without room is
 * none of that: it can be read, and files can be deleted.
 * @throws what the driver says
 */
export async function tryFirstWrite(bucket: S3Bucket): Promise<void> {
  const place = bucket.at(folder + randomUUID());
  try {
    await bucket.run(() =>
      bucket.client.send(new PutObjectCommand({ ...place, ...bucket.encryption, Body: 'A start.' })),
    );
  } catch (error) {
    if (error instanceof CodedError && error.code === 'INSUFFICIENT_STORAGE') return;
    throw error;
  }
  await bucket.run(() => bucket.deleteAll(place.Key));
}
