import { z } from 'zod';

/** RFC 9110 §7.6.1, what describes a body that is not passed on, and how one may be packed that is read here. */
const hopByHop = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What a field may have as its value (RFC 9110 §5.5). */
export const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A field that a request may hand on, in lower case. */
export const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be a header field name')
  .transform((name) => name.toLowerCase())
  .refine(
    (name) => !hopByHop.has(name),
    'belongs to one connection, or to the body, and cannot be passed on',
  );
