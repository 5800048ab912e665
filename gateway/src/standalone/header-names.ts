import { z } from 'zod';

/** RFC 9110 §7.6.1, and what describes a body that is not passed on. */
const hopByHop = new Set([
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

/** A field that a request may hand on, in lower case. */
export const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be a header field name')
  .transform((name) => name.toLowerCase())
  .refine(
    (name) => !hopByHop.has(name),
    'belongs to one connection, or to the body, and cannot be passed on',
  );
