import { CodedError } from '@tributary/runtime';
import {
  type ByteRange,
  type ObjectDescription,
  objectLimits,
  type PresignRequest,
  type PutPartRequest,
} from './port.ts';

/** No two keys may meet on a file system that folds case, and none may leave its folder: hence lower case, and no dots at the ends. */
const segment = /^[a-z0-9]+(?:[._=-][a-z0-9]+)*$/;
const openSegment = /^(?:[a-z0-9]+[._=-])*[a-z0-9]*$/;
const headerValue = /^[\x20-\x7e]+$/;
const headerLength = 1_024;
const metadataName = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const metadataValue = /^[\x20-\x7e]*$/;
/** What S3 takes. Callers are promised less, for layers to add theirs. */
const engineMetadataBytes = 2_048;
const sha256Text = /^[0-9a-f]{64}$/;

/** @throws CodedError BAD_USER_INPUT unless the key is one the port allows. */
export function checkKey(key: string): void {
  const { keyLength, segmentLength } = objectLimits;
  const isKey =
    key.length <= keyLength &&
    key.split('/').every((part) => part.length <= segmentLength && segment.test(part));
  if (!isKey) throw wrong('key', 'Not a key of an object.');
}

/** As `checkKey`, for a beginning of keys: its last segment may be cut anywhere. */
export function checkPrefix(prefix: string): void {
  const parts = prefix.split('/');
  const last = parts.pop() ?? '';
  const isPrefix =
    prefix.length <= objectLimits.keyLength &&
    parts.every((part) => segment.test(part)) &&
    openSegment.test(last);
  if (!isPrefix) throw wrong('prefix', 'Not the beginning of a key.');
}

/** @throws CodedError BAD_USER_INPUT unless it can be kept as HTTP headers, as every engine does. */
export function checkDescription({ contentType, metadata = {} }: ObjectDescription): void {
  checkHeader('contentType', contentType);
  let sizeBytes = 0;
  for (const [name, value] of Object.entries(metadata)) {
    if (!metadataName.test(name) || !metadataValue.test(value)) throw wrong('metadata', 'Not metadata.');
    sizeBytes += name.length + value.length;
  }
  if (sizeBytes > engineMetadataBytes) throw wrong('metadata', 'The metadata is too long.');
}

/** A value that may be sent as an HTTP header. */
export function checkHeader(argument: string, value: string): void {
  if (value.length > headerLength || !headerValue.test(value)) throw wrong(argument, 'Not a header.');
}

export function checkSha256(sha256: string | undefined): void {
  if (sha256 !== undefined && !sha256Text.test(sha256)) throw wrong('sha256', 'Not a SHA-256 in hex.');
}

/** A whole number within bounds, both included. */
export function checkNumber(name: string, value: number, [least, most]: readonly [number, number]): void {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new CodedError('BAD_USER_INPUT', `${name} is a whole number from ${least} to ${most}.`, {
      details: { argument: name, least, most },
    });
  }
}

export function checkBodySize(sizeBytes: number | undefined, most: number = objectLimits.putBytes): void {
  if (sizeBytes === undefined) return;
  if (sizeBytes > most) throw tooLarge(most);
  checkNumber('sizeBytes', sizeBytes, [0, most]);
}

export function checkPartBytes(partBytes: number): void {
  checkNumber('partBytes', partBytes, [objectLimits.partBytesAtLeast, objectLimits.putBytes]);
}

/** @throws CodedError BAD_USER_INPUT unless number and size are those of a part of its upload. */
export function checkPart({ upload, number, writer = 0, last, sizeBytes }: PutPartRequest): void {
  checkNumber('number', number, [1, objectLimits.parts]);
  checkNumber('writer', writer, [0, objectLimits.writers - 1]);
  checkNumber('sizeBytes', sizeBytes, [last ? 1 : upload.partBytes, upload.partBytes]);
}

/** @throws CodedError BAD_USER_INPUT, PAYLOAD_TOO_LARGE */
export function checkPresignRequest(request: PresignRequest): void {
  checkKey(request.key);
  checkNumber('expiresInSeconds', request.expiresInSeconds, [1, objectLimits.presignedSeconds]);
  if (request.method === 'GET') {
    const { contentType, contentDisposition } = request;
    for (const [name, value] of Object.entries({ contentType, contentDisposition })) {
      if (value !== undefined) checkHeader(name, value);
    }
  } else {
    checkBodySize(request.sizeBytes);
    checkSha256(request.sha256);
    checkDescription(request);
  }
}

/** What of an object a range selects: from which byte, and how many. @throws CodedError RANGE_NOT_SATISFIABLE */
export function selectedBytes(
  sizeBytes: number,
  range: ByteRange | undefined,
): { readonly firstByte: number; readonly lengthBytes: number } {
  if (range === undefined) return { firstByte: 0, lengthBytes: sizeBytes };
  const { firstByte, lastByte = sizeBytes - 1 } = range;
  checkNumber('firstByte', firstByte, [0, Number.MAX_SAFE_INTEGER]);
  if (range.lastByte !== undefined) checkNumber('lastByte', lastByte, [firstByte, Number.MAX_SAFE_INTEGER]);
  if (firstByte >= sizeBytes) {
    throw new CodedError('RANGE_NOT_SATISFIABLE', `The object has ${sizeBytes} bytes.`, {
      details: { sizeBytes },
    });
  }
  return { firstByte, lengthBytes: Math.min(lastByte, sizeBytes - 1) - firstByte + 1 };
}

export function tooLarge(most: number): CodedError {
  return new CodedError('PAYLOAD_TOO_LARGE', `At most ${most} bytes are taken at once.`, {
    details: { mostBytes: most },
  });
}

export function absent(what = 'object'): CodedError {
  return new CodedError('NOT_FOUND', `There is no such ${what}.`);
}

function wrong(argument: string, message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', message, { details: { argument } });
}
