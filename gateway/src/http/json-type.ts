import { CodedError } from '@tributary/runtime';

/** @throws CodedError UNSUPPORTED_MEDIA_TYPE unless a `Content-Type` says JSON, which is UTF-8 (RFC 8259 §8.1) and nothing else. */
export function assertJsonType(contentType: string | undefined): void {
  if (contentType === 'application/json') return;
  const [media, ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charsets = parameters.filter((parameter) => /^charset\b/.test(parameter));
  if (media !== 'application/json' || !charsets.every((charset) => utf8.has(charset)))
    throw new CodedError('UNSUPPORTED_MEDIA_TYPE', 'The body must be JSON in UTF-8 (application/json).');
}

const utf8: ReadonlySet<string> = new Set(['charset=utf-8', 'charset="utf-8"']);
