import { createHash } from 'node:crypto';
import { CodedError, isId } from '@tributary/runtime';

/** What has no id is known by its name where that can stand in a tag: queues. */
const nameInTag = /^[\w.:-]{1,100}$/;

/**
 * The strong validator (RFC 9110 §8.8.3) of a body. A record's tag is `"<id>-<version>-<digest>"`: the version makes it usable in
 * If-Match, the digest also covers what the body shows of other records. Anything else is tagged with its digest alone.
 */
export function entityTag(result: unknown, body: string): string {
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 16);
  const { id, name, version } = (result ?? {}) as {
    readonly id?: unknown;
    readonly name?: unknown;
    readonly version?: unknown;
  };
  const isNamed = id === undefined && typeof name === 'string' && nameInTag.test(name);
  const known = isNamed ? name : id;
  return Number.isInteger(version) && (isNamed || isId(id))
    ? `"${String(known)}-${String(version)}-${digest}"`
    : `"${digest}"`;
}

/** True when If-None-Match names the tag (weak comparison, RFC 9110 §13.1.2) or is `*`. */
export function noneMatchHolds(header: string, tag: string): boolean {
  return header.trim() === '*' || listed(header).some((candidate) => candidate.replace(/^W\//, '') === tag);
}

/**
 * The version that If-Match asks for, of what the path names by id or name; undefined for `*`, which the existence of the record satisfies.
 * Only id and version count: what the tag says of other records is no business of a write to this one.
 * @throws CodedError PRECONDITION_FAILED for a weak tag or the tag of another record, BAD_USER_INPUT for several tags.
 */
export function versionFromIfMatch(header: string, known: string | undefined): number | undefined {
  if (header.trim() === '*') return undefined;
  const tags = listed(header);
  if (tags.length !== 1) {
    throw new CodedError('BAD_USER_INPUT', 'If-Match takes one ETag as it was given, or *.', {
      details: { parameter: 'If-Match' },
    });
  }
  const [tag = ''] = tags;
  // A digest is its last 16 characters, whatever a name is made of; ids have one length, and are taken without it.
  const parts =
    /^"([\w.:-]{1,100})-(\d{1,10})-[\w-]{16}"$/.exec(tag) ?? /^"([0-9a-f-]{36})-(\d{1,10})"$/.exec(tag);
  const version = Number(parts?.[2]);
  if (parts === null || version > 2 ** 31 - 1 || (known !== undefined && parts[1] !== known)) {
    throw new CodedError('PRECONDITION_FAILED', 'The ETag in If-Match is not one of this resource.');
  }
  return version;
}

function listed(header: string): readonly string[] {
  return header.match(/(?:W\/)?"[^"]*"/g) ?? (header.trim() === '' ? [] : [header.trim()]);
}
