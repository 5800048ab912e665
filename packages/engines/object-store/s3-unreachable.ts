import { S3ServiceException } from '@aws-sdk/client-s3';
import { CodedError } from '@tributary/runtime';
import { type S3Address, s3Setting } from './s3-address.ts';
import { areKeysRefused, isKeyFault } from './s3-faults.ts';

/**
 * Why a bucket cannot be used, for whoever set the URL: names the setting, the place and what to look at, never the secret.
 * @param isWriting for what was refused to be kept
 */
export function unreachableBucket(
  cause: CodedError | S3ServiceException,
  address: S3Address,
  isWriting = false,
): CodedError {
  const said = cause instanceof CodedError ? cause.cause : cause;
  const message = `${s3Setting} names a bucket that cannot be used: ${placeOf(address)}: ${reason(said, address, isWriting)}.`;
  return new CodedError('ENGINE_UNAVAILABLE', message, { cause, details: { engine: 's3' } });
}

/** That a bucket keeps for good what is removed from it, for whoever set the URL; of this code the log keeps the sentence. */
export function unremovable(cause: CodedError, address: S3Address): CodedError {
  const said = cause.cause instanceof Error ? cause.cause.name : cause.code;
  const message = `${s3Setting} names a bucket from which nothing can be removed: ${placeOf(address)} refuses it (${said}). Files that are deleted stay there, and uploads in parts fail at first; look whether the user may list versions and delete them, and at a lock on objects.`;
  return new CodedError('CONFIG_INVALID', message, { cause, details: { engine: 's3' } });
}

function placeOf({ bucket, endpoint, region }: S3Address): string {
  return `${bucket} at ${endpoint ?? `AWS ${region}`}`;
}

function reason(error: unknown, { region }: S3Address, isWriting: boolean): string {
  if (!(error instanceof Error)) return 'it does not answer';
  const { name, message } = error;
  const code = 'code' in error ? String(error.code) : '';
  if (name === 'NoSuchBucket' || name === 'NotFound')
    return 'there is no such bucket; make it, or correct its name';
  if (areKeysRefused(name)) return 'it refuses the keys; correct them';
  if (name === 'AccessDenied' || name === 'Forbidden')
    return 'the keys may not do there what is needed; see the README';
  if (/^(AuthorizationHeaderMalformed|PermanentRedirect)$/.test(name))
    return `it is of another region than ${region}; correct region`;
  if (isKeyFault(name))
    return `it cannot use the key that kmsKeyId names, or its own where none is named (${name}); look whether there is one of that name, it is enabled, and the user may use it`;
  if (error instanceof S3ServiceException) {
    const status = error.$metadata.httpStatusCode ?? 0;
    // Answers to HEAD say no more.
    if (status === 401 || status === 403)
      return 'it refuses the keys, or they may not do there what is needed; correct them, or see the README';
    if (isWriting && status >= 400 && ![429, 500, 503].includes(status))
      return `it refuses to keep an object as it is to be kept (${name}); look at sse and kmsKeyId, and at the bucket's policy`;
  }
  if (code === 'ECONNREFUSED') return 'nothing listens there; start the store, or correct host and port';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no such host; correct it';
  if (/CERT|SELF_SIGNED|ERR_TLS/.test(code))
    return `its certificate is not trusted (${code}); name its authority in tlsCa`;
  if (/EPROTO|SSL/.test(`${code} ${message}`))
    return 'it does not speak TLS there; say tls=off, or name its TLS port';
  return `it does not answer as a store does (${code || name}); look at host and port, and at whether it speaks TLS (tls)`;
}
