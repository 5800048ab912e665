import { PutObjectCommand } from '@aws-sdk/client-s3';
import { CodedError } from '@tributary/runtime';
import { type S3Bucket, statusOf } from './s3-bucket.ts';
import { startMark } from './s3-upload-marks.ts';

/**
 * Writes an object as all are written, and removes it: what is wrong with the key that encrypts, or with a right, is found out before anybody's upload is. A store without room is
 * none of that: it can be read, and files can be deleted. So is one that removes nothing, as a bucket whose objects are locked: it can be read, and written to.
 * Answers why it was not removed, where the store refuses that. Starts have one key, so that the next one removes what a kill left in between.
 * @throws what the driver says
 */
export async function tryFirstWrite(bucket: S3Bucket): Promise<CodedError | undefined> {
  const place = bucket.at(startMark);
  try {
    await bucket.run(() =>
      bucket.client.send(new PutObjectCommand({ ...place, ...bucket.encryption, Body: 'A start.' })),
    );
  } catch (error) {
    if (error instanceof CodedError && error.code === 'INSUFFICIENT_STORAGE') return undefined;
    throw error;
  }
  try {
    await bucket.run(() => bucket.deleteAll(place.Key));
    return undefined;
  } catch (error) {
    const status = (error instanceof CodedError && statusOf(error.cause)) || 0;
    if (error instanceof CodedError && status >= 400 && status < 500) return error;
    throw error;
  }
}
