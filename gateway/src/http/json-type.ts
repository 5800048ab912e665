import { CodedError } from '@tributary/runtime';
import { utf8Media } from '@tributary/subgraph-kit/utf8-media';

/** @throws CodedError UNSUPPORTED_MEDIA_TYPE unless a `Content-Type` says JSON, which is UTF-8 (RFC 8259 §8.1) and nothing else. */
export function assertJsonType(contentType = ''): void {
  if (contentType !== 'application/json' && utf8Media(contentType) !== 'application/json')
    throw new CodedError('UNSUPPORTED_MEDIA_TYPE', 'The body must be JSON in UTF-8 (application/json).');
}
