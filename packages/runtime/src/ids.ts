import { v7 } from 'uuid';

/** A UUIDv7 (RFC 9562 §5.7): sorts by creation time, so that indexes grow at their end. */
export function newId(): string {
  return v7();
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** True for a lower-case UUID of any RFC 9562 version: what an id from outside must look like before it meets SQL. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}
