import { S3ServiceException } from '@aws-sdk/client-s3';
import { CodedError, type ErrorCode } from '@tributary/runtime';
import { absent } from './object-check.ts';

/** Codes of https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, and MinIO's own, in the words of the port. */
const byName: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  PreconditionFailed: ['PRECONDITION_FAILED', 'The object has another etag, or is there already.'],
  // Another conditional write of the same key is under way: who comes second lost.
  ConditionalRequestConflict: ['PRECONDITION_FAILED', 'Others wrote the object at the same time.'],
  OperationAborted: ['PRECONDITION_FAILED', 'Others wrote the object at the same time.'],
  BadDigest: ['CONTENT_MISMATCH', 'The bytes are not those that were announced.'],
  XAmzContentSHA256Mismatch: ['CONTENT_MISMATCH', 'The bytes are not those that were announced.'],
  XAmzContentChecksumMismatch: ['CONTENT_MISMATCH', 'The bytes are not those that were announced.'],
  InvalidChecksum: ['CONTENT_MISMATCH', 'The bytes are not those that were announced.'],
  EntityTooLarge: ['PAYLOAD_TOO_LARGE', 'The object store takes no object of that size.'],
  InvalidPart: ['BAD_USER_INPUT', 'A part is missing or has another etag.'],
  InvalidPartOrder: ['BAD_USER_INPUT', 'Parts are named in their order.'],
  EntityTooSmall: ['BAD_USER_INPUT', 'Only the last part may be that small.'],
  XMinioStorageFull: ['INSUFFICIENT_STORAGE', 'The object store has no room left.'],
  QuotaExceeded: ['INSUFFICIENT_STORAGE', 'The object store has no room left.'],
  XMinioAdminBucketQuotaExceeded: ['INSUFFICIENT_STORAGE', 'The object store has no room left.'],
};

const absentNames = new Set(['NoSuchKey', 'NotFound', 'NoSuchVersion', 'NoSuchUpload', 'MethodNotAllowed']);
const networkFault = /^(E[A-Z_]+|TimeoutError|CERT_.*|.*CERT.*)$/;

/** True where what was asked for is not there. */
export function isAbsent(error: unknown): boolean {
  return error instanceof S3ServiceException && absentNames.has(error.name);
}

/** True where a write was refused that was not the driver's first try: the first may be what stands in its way. */
export function isRefusedRetry(error: unknown): boolean {
  const cause = error instanceof CodedError ? error.cause : error;
  if (!(cause instanceof S3ServiceException) || (cause.$metadata.attempts ?? 1) < 2) return false;
  return isAbsent(cause) || byName[cause.name]?.[0] === 'PRECONDITION_FAILED';
}

/** True where a condition decides on an object that is not there. */
export function isRefusedCondition(error: unknown): boolean {
  return error instanceof CodedError && error.code === 'PRECONDITION_FAILED';
}

/** An error of the SDK as a coded one; faults of ours stay what they are. */
export function codedS3Error(error: unknown): unknown {
  if (error instanceof CodedError || !(error instanceof Error)) return error;
  if (isAbsent(error)) return absent(error.name === 'NoSuchUpload' ? 'upload' : 'object');
  const known = byName[error.name];
  if (known !== undefined) return new CodedError(known[0], known[1], { cause: error });
  if (isKeyFault(error.name))
    return new CodedError(
      'ENGINE_UNAVAILABLE',
      `The object store cannot use the key that kmsKeyId in OBJECT_STORE_URL names, or its own (${error.name}): whether there is one of that name, it is enabled and the user may use it is to be looked at there.`,
      { cause: error, details: { engine: 's3', reason: error.name } },
    );
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  const isServer =
    status === undefined ? isNetworkFault(error) : status >= 500 || [401, 403, 429].includes(status);
  if (!isServer && !areKeysRefused(error.name) && error.name !== 'NoSuchBucket') return error;
  return new CodedError('ENGINE_UNAVAILABLE', 'The object store cannot be reached.', {
    cause: error,
    details: { engine: 's3' },
  });
}

/** The store answers, and does not do it: whoever runs it, or set the URL, has to correct something. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return false;
  return (
    isKeyFault(error.name) ||
    areKeysRefused(error.name) ||
    [401, 403].includes(error.$metadata.httpStatusCode ?? 0)
  );
}

/** Who asks is not known, or no more: of a session that has ended S3 says so with status 400. */
export function areKeysRefused(name: string): boolean {
  return /^(InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|TokenRefreshRequired)$/.test(
    name,
  );
}

/** Of a key management service, as AWS (`KMS.DisabledException`) and MinIO (`kms:KeyNotFound`) name them. */
export function isKeyFault(name: string): boolean {
  return /^kms[.:]/i.test(name);
}

function isNetworkFault(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  return (
    networkFault.test(code) ||
    networkFault.test(error.name) ||
    /socket hang up|timed? ?out|connection lost or stream closed/i.test(error.message)
  );
}
