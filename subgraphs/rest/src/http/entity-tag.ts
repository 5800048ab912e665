import { createHash } from 'node:crypto';
import { CodedError, isId } from '@tributary/runtime';

/**
 * The strong validator (RFC 9110 §8.8.3) of a body. A record's tag is `"<id>-<version>-<digest>"`: the version makes it usable in
 * If-Match, the digest also covers what the body shows of other records. Anything else is tagged with its digest alone.
 */
export function entityTag(result: unknown, body: string): string {
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 16);
  const { id, version } = (result ?? {}) as { readonly id?: unknown; readonly version?: unknown };
  return isId(id) && Number.isInteger(version) ? `"${id}-${String(version)}-${digest}"` : `"${digest}"`;
}

/** True when If-None-Match names the tag (weak comparison, RFC 9110 §13.1.2) or is `*`. */
export function noneMatchHolds(header: string, tag: string): boolean {
  return header.trim() === '*' || listed(header).some((candidate) => candidate.replace(/^W\//, '') === tag);
}

/**
 * The version that If-Match asks for; undefined for `*`, which the existence of the record satisfies.
 * Only id and version count: what the tag says of other records is no business of a write to this one.
 * @throws CodedError PRECONDITION_FAILED for a weak tag or the tag of another record, BAD_USER_INPUT for several tags.
 */
export function versionFromIfMatch(header: string, id: string | undefined): number | undefined {
  if (header.trim() === '*') return undefined;
  const tags = listed(header);
  if (tags.length !== 1) {
    throw new CodedError('BAD_USER_INPUT', 'If-Match takes one ETag as it was given, or *.', {
      details: { parameter: 'If-Match' },
    });
  }
  const parts = /^"([0-9a-f-]{36})-(\d{1,10})(?:-[\w-]{16})?"$/.exec(tags[0] ?? '');
  const version = Number(parts?.[2]);
  if (parts === null || version > 2 ** 31 - 1 || (id !== undefined && parts[1] !== id)) {
    throw new CodedError('PRECONDITION_FAILED', 'The ETag in If-Match is not one of this resource.');
  }
  return version;
}

function listed(header: string): readonly string[] {
  return header.match(/(?:W\/)?"[^"]*"/g) ?? (header.trim() === '' ? [] : [header.trim()]);
}
