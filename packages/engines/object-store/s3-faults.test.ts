import { S3ServiceException } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { codedS3Error, isRefusal } from './s3-faults.ts';

it.each([
  ['kms:KeyNotFound', 404],
  ['KMS.DisabledException', 400],
  ['KMS.NotFoundException', 400],
])('a key that the object store cannot use is no fault of ours: %s', (name, httpStatusCode) => {
  const refusal = new S3ServiceException({
    name,
    message: 'refused',
    $fault: 'client',
    $metadata: { httpStatusCode },
  });
  expect(codedS3Error(refusal)).toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringMatching(/kmsKeyId in OBJECT_STORE_URL/),
  });
});

it('a session that has ended while the store is in use is no fault of ours, and one for whoever runs the store', () => {
  const refusal = new S3ServiceException({
    name: 'ExpiredToken',
    message: 'refused',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  });
  expect(codedS3Error(refusal)).toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  expect(isRefusal(refusal)).toBe(true);
});
