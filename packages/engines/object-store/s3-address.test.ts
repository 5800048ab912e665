import { expect, test } from 'vitest';
import { parseS3Url } from './s3-address.ts';

test('a URL says where, which bucket, with which keys and which encryption', () => {
  expect(
    parseS3Url('s3://key:s%2Fcret@minio:9000/files?tls=off&sse=aws:kms&kmsKeyId=mine&timeoutMs=3000'),
  ).toEqual({
    endpoint: 'http://minio:9000',
    bucket: 'files',
    region: 'us-east-1',
    pathStyle: true,
    credentials: { accessKeyId: 'key', secretAccessKey: 's/cret' },
    timeoutMs: 3_000,
    encryption: { algorithm: 'aws:kms', kmsKeyId: 'mine' },
    tls: { caFile: undefined, certFile: undefined, keyFile: undefined },
  });
  expect(parseS3Url('s3:///files?region=eu-central-1&tlsCa=/ca&tlsCert=/cert&tlsKey=/key')).toEqual({
    endpoint: undefined,
    bucket: 'files',
    region: 'eu-central-1',
    pathStyle: false,
    credentials: undefined,
    timeoutMs: 10_000,
    encryption: undefined,
    tls: { caFile: '/ca', certFile: '/cert', keyFile: '/key' },
  });
});

test.each([
  ['s3://key:hidden@host', 'its path is the name of a bucket'],
  ['s3://key:hidden@host/a/b', 'its path is the name of a bucket'],
  ['s3://key:hidden@host/Bucket', 'its path is the name of a bucket'],
  ['s3://hidden@host/bucket', 'access key and secret key go together'],
  ['s3://key:hidden@host/bucket?tls=no', 'tls is on or off'],
  ['s3://key:hidden@host/bucket?ssl=on', 'there is no ssl'],
  ['s3://key:hidden@host/bucket?kmsKeyId=x', 'kmsKeyId goes with sse=aws:kms'],
  ['s3://key:hidden@host/bucket?timeoutMs=5', 'timeoutMs is a whole number from 100 to 60000'],
  ['s3:///bucket', 'AWS needs a region'],
  ['s3://key:hidden@host/bucket?tls=off&tlsCa=/ca', 'tlsCa, tlsCert and tlsKey go with tls=on'],
  ['s3://key:hidden@host/bucket?tlsKey=/key', 'tlsCert and tlsKey go together'],
  ['s3://key:hidden#x@host/bucket', ''],
  ['s3://key:sec%ret@host/bucket', '%25'],
])('%s is refused: %s', (url, why) => {
  let message = '';
  try {
    parseS3Url(url);
  } catch (error) {
    message = String(error);
  }
  expect(message).toContain('OBJECT_STORE_URL must look like s3://accessKey:secretKey@host:9000/bucket');
  expect(message).toContain(why);
  expect(message).not.toContain('hidden');
});
